package main

import (
	"io"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/docs/schema"
)

// schemaHelp is what `portlore schema --help` prints.
func schemaHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore schema [VERB]     the JSON Schema of what VERB writes with --json

  portlore schema                           which verbs have one
  portlore schema explain > explain.json    for a validator, or to read: every
                                            field says what it means

A document names its schema: "schema": "portlore/explain/1". Fields may be added
to a version; none is removed, and none changes its meaning.

Exit: 0 done, 2 usage or no such schema.
`,
		ZH: `portlore schema [命令]     该命令 --json 输出的 JSON Schema

  portlore schema                           哪些命令有
  portlore schema explain > explain.json    供校验程序使用，也可直接阅读：
                                            每个字段都注明含义（英文）

文档自带所用的版本："schema": "portlore/explain/1"。同一版本只会增加字段，
不会删除字段，也不会改变字段的含义。

退出码：0 完成，2 用法错误或没有这个命令的 Schema。
`,
	}
}

// runSchema answers `portlore schema`.
func runSchema(e *env, args []string) int {
	args, lang, code, ok := plainFlags(e, "schema", schemaHelp(), args)
	switch {
	case !ok:
		return code
	case len(args) == 0:
		io.WriteString(e.stdout, strings.Join(schema.Verbs(), "\n")+"\n")
		return exitDone
	case len(args) > 1:
		return e.fail(exitUsage, "schema: %s", portlore.Text{EN: "want one verb", ZH: "只能给一个命令"}.In(lang))
	}
	text, ok := schema.Of(args[0])
	if !ok {
		has := strings.Join(schema.Verbs(), ", ")
		return e.fail(exitUsage, "schema: %s", portlore.Text{
			EN: args[0] + " has none; these have: " + has,
			ZH: "没有 " + args[0] + " 的 Schema；现有：" + has,
		}.In(lang))
	}
	e.stdout.Write(text)
	return exitDone
}
