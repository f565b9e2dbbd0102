package main

import (
	"embed"
	"io"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

//go:embed completion
var completionScripts embed.FS

// shells are those that there is a script for, and how its file is called.
func shells() map[string]string {
	return map[string]string{"bash": "portlore.bash", "zsh": "portlore.zsh", "fish": "portlore.fish", "powershell": "portlore.ps1"}
}

// completionHelp is what `portlore completion --help` prints.
func completionHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore completion bash|zsh|fish|powershell     the Tab key knows portlore

  source <(portlore completion bash)    in ~/.bashrc
  source <(portlore completion zsh)     in ~/.zshrc, after compinit
  portlore completion fish | source     in ~/.config/fish/config.fish
  portlore completion powershell | Out-String | iex    in $PROFILE

Verbs, flags, their values, ports, services, trojans and files are completed.
Packages bring the scripts along. A script asks portlore itself, by

  portlore completion words -- port 31    what may stand for the last word, each
                                          on a line, with what it is behind a
                                          TAB; :files and :dirs stand for those

Exit: 0 done, 2 usage.
`,
		ZH: `portlore completion bash|zsh|fish|powershell     让 Tab 键认识 portlore

  source <(portlore completion bash)    写入 ~/.bashrc
  source <(portlore completion zsh)     写入 ~/.zshrc，放在 compinit 之后
  portlore completion fish | source     写入 ~/.config/fish/config.fish
  portlore completion powershell | Out-String | iex    写入 $PROFILE

可补全命令、选项及其取值、端口、服务、木马和文件名。安装包已带上这些脚本。脚本用
下面的命令向 portlore 询问：

  portlore completion words -- port 31    最后一个词可以是什么，每行一个，TAB
                                          之后是说明；:files 和 :dirs 表示文件
                                          和目录

退出码：0 完成，2 用法错误。
`,
	}
}

// runCompletion answers `portlore completion`.
func runCompletion(e *env, args []string) int {
	if len(args) > 0 && args[0] == "words" { // what follows is not ours to parse
		words := args[1:]
		if len(words) > 0 && words[0] == "--" {
			words = words[1:]
		}
		c := completer{e, openLore(e)}
		for _, w := range c.complete(words) {
			line := safetext.Clean(w.word)
			if w.what != "" {
				line += "\t" + safetext.Clean(w.what)
			}
			io.WriteString(e.stdout, line+"\n")
		}
		return exitDone
	}
	args, lang, code, ok := plainFlags(e, "completion", completionHelp(), args)
	switch {
	case !ok:
		return code
	case len(args) != 1 || shells()[args[0]] == "":
		return e.fail(exitUsage, "completion: %s", portlore.Text{
			EN: "want a shell: bash, zsh, fish or powershell" + strings.Repeat("; see portlore completion --help", min(1, len(args))),
			ZH: "请指明一种 shell：bash、zsh、fish 或 powershell",
		}.In(lang))
	}
	script, err := completionScripts.ReadFile("completion/" + shells()[args[0]])
	if err != nil {
		return e.fail(exitUnread, "completion: %v", err)
	}
	e.stdout.Write(script)
	return exitDone
}
