package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/lore/files"
	"github.com/portlore/portlore/lore/iana"
	"github.com/portlore/portlore/report"
)

// loreHelp is what `portlore lore --help` prints.
func loreHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore lore lint [DIR]      check the files of a knowledge base; without DIR,
                              those of lore/data
portlore lore export --json   everything that is known, as one document
portlore lore export --html DIR   the same as pages to read, search and print,
                              in both languages; DIR is new, empty, or of an
                              earlier export; start with DIR/index.html
portlore lore import FILE     use a newer IANA registry: the official XML or CSV
              https://www.iana.org/assignments/service-names-port-numbers

The imported registry is kept in $XDG_DATA_HOME/portlore/iana.bin, else in
~/.local/share/portlore/iana.bin; remove the file to go back.

Exit: 0 done, 1 lint found something, 2 usage, 3 a file could not be read, or
DIR has other files, 4 no permission.
`,
		ZH: `portlore lore lint [目录]      检查知识库的文件；不写目录时为 lore/data
portlore lore export --json   以一个文档导出全部内容
portlore lore export --html 目录   导出为可阅读、搜索、打印的中英文网页；目录
                              须为新建、空的，或由之前的导出写成；从其中的
                              index.html 看起
portlore lore import 文件     换用更新的 IANA 登记表：官方 XML 或 CSV，见
              https://www.iana.org/assignments/service-names-port-numbers

导入的登记表保存在 $XDG_DATA_HOME/portlore/iana.bin，未设置时保存在
~/.local/share/portlore/iana.bin；删除该文件即恢复原状。

退出码：0 完成，1 检查出问题，2 用法错误，3 文件无法读取，或目录中有其他文件，
4 没有权限。
`,
	}
}

// runLore answers `portlore lore`.
func runLore(e *env, args []string) int {
	var help, asJSON bool
	var format, asked, html string
	set := flag.NewFlagSet("lore", flag.ContinueOnError)
	set.BoolVar(&help, "help", false, "")
	set.BoolVar(&help, "h", false, "")
	set.BoolVar(&asJSON, "json", false, "")
	set.StringVar(&format, "format", "json", "")
	set.StringVar(&html, "html", "", "")
	set.StringVar(&asked, "lang", "", "")
	args, err := parse(set, args)
	lang, langErr := e.lang(asked)
	switch {
	case err != nil:
		return e.fail(exitUsage, "lore: %s", reason(err).In(lang))
	case help:
		io.WriteString(e.stdout, loreHelp().In(lang))
		return exitDone
	case langErr != nil:
		return e.fail(exitUsage, "lore: %v", langErr)
	case format != "json":
		return e.fail(exitUsage, "lore: --format %s: want json", format)
	case html != "":
		if asJSON || len(args) != 1 || args[0] != "export" {
			return e.fail(exitUsage, "lore: --html belongs to: portlore lore export --html DIR")
		}
		return exportSite(e, html)
	case len(args) == 1 && args[0] == "lint":
		return lintLore(e, filepath.Join("lore", "data"))
	case len(args) == 2 && args[0] == "lint":
		return lintLore(e, args[1])
	case len(args) == 1 && args[0] == "export":
		return exportLore(e)
	case len(args) == 2 && args[0] == "import":
		return importLore(e, args[1])
	}
	io.WriteString(e.stderr, loreHelp().In(lang))
	return exitUsage
}

func lintLore(e *env, dir string) int {
	problems, err := files.Lint(os.DirFS(dir))
	if err != nil {
		return e.fail(exitUnread, "lore: %s: %v", dir, err)
	}
	for _, p := range problems {
		fmt.Fprintln(e.stdout, safetext.Clean(filepath.Join(dir, p.Path)+p.String()[len(p.Path):]))
	}
	if len(problems) > 0 {
		return exitFound
	}
	return exitDone
}

// exportLore writes everything, in both languages.
func exportLore(e *env) int {
	base := openLore(e)
	err := report.JSON(e.stdout, struct {
		Schema   string        `json:"schema"`
		Registry string        `json:"registry"` // day of the IANA registry
		Ports    []lore.Entry  `json:"ports"`
		Threats  []lore.Threat `json:"threats"`
		Sources  []lore.Source `json:"sources"`
		Classes  []lore.Class  `json:"classes"`
		Families []lore.Family `json:"families"`
		IANA     []lore.Record `json:"iana"`
	}{"portlore/lore/1", base.RegistryDate(), base.Entries(), base.Threats(), base.Sources(), base.Classes(), base.Families(), base.Registry()})
	if err != nil {
		return e.fail(exitUnread, "lore: %v", err)
	}
	return exitDone
}

// importLore packs the registry of a file for openLore to find.
func importLore(e *env, name string) int {
	f, err := os.Open(name)
	if err != nil {
		return e.fail(exitUnread, "lore: %v", err)
	}
	defer f.Close()
	g, err := iana.Read(f)
	if err != nil {
		return e.fail(exitUnread, "%s:%v", name, err)
	}
	to := registryFile(e)
	if to == "" {
		return e.fail(exitDenied, "lore: neither XDG_DATA_HOME nor HOME is set: no place to keep the registry")
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return e.fail(exitDenied, "lore: %v", err)
	}
	if err := writeWhole(to, lore.Pack(lore.Contents{Registry: g.Date, Records: g.Records})); err != nil {
		return e.fail(exitDenied, "lore: %v", err)
	}
	fmt.Fprintf(e.stdout, "%s: %d records\n", to, len(g.Records))
	return exitDone
}

// writeWhole writes a file that is either the old one or the new one, never a
// part.
func writeWhole(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// registryFile is where an imported registry is kept; empty: no place.
func registryFile(e *env) string {
	dir := e.getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(dir) { // the XDG rules: a relative one does not count
		home := e.getenv("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(dir, "portlore", "iana.bin")
}

// openLore is the knowledge base, with the imported registry where there is
// one. A damaged one is said and not used.
func openLore(e *env) *lore.Base {
	base := lore.Open()
	file := registryFile(e)
	if file == "" {
		return base
	}
	newer, err := base.WithRegistry(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		e.fail(0, "%v; the built-in registry is used", err)
	}
	return newer
}
