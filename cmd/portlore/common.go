package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// common are the flags that every verb takes.
type common struct {
	help, json, quiet, verbose      bool
	formatName, lang, color, output string
	html                            string // of --html; empty: not given
	failOn                          portlore.Word
}

func (c *common) declare(set *flag.FlagSet) {
	set.BoolVar(&c.help, "help", false, "")
	set.BoolVar(&c.help, "h", false, "")
	set.BoolVar(&c.json, "json", false, "")
	set.StringVar(&c.formatName, "format", "text", "")
	set.StringVar(&c.lang, "lang", "", "")
	set.StringVar(&c.color, "color", "auto", "")
	set.StringVar(&c.output, "o", "", "")
	set.BoolVar(&c.quiet, "q", false, "")
	set.BoolVar(&c.verbose, "v", false, "")
}

// reportFormats are those in which verbs that judge write.
func reportFormats() []string {
	return []string{"text", "json", "jsonl", "csv", "tsv", "md", "html", "ocsf", "ecs"}
}

// declareHTML is for the verbs that make a page.
func (c *common) declareHTML(set *flag.FlagSet) {
	set.Func("html", "", func(s string) error {
		c.html = s
		if s == "" {
			return errors.New("want the name of a file")
		}
		return nil
	})
}

// declareFailOn is for the verbs that judge.
func (c *common) declareFailOn(set *flag.FlagSet) {
	set.Func("fail-on", "", func(s string) error {
		words := map[string]portlore.Word{"fix": portlore.Fix, "check": portlore.Check, "note": portlore.Note}
		c.failOn = words[strings.ToLower(s)]
		if c.failOn == 0 {
			return errors.New("want fix, check or note")
		}
		return nil
	})
}

// check settles the format and refuses what there is not.
func (c *common) check(formats ...string) error {
	if c.json {
		c.formatName = "json"
	}
	if c.html != "" {
		if c.formatName != "text" && c.formatName != "html" || c.output != "" && c.output != c.html {
			return told{portlore.Text{
				EN: "--html FILE is --format html -o FILE: no other format or file beside it",
				ZH: "--html 文件 即 --format html -o 文件，不能再指定别的格式或文件",
			}}
		}
		c.formatName, c.output = "html", c.html
	}
	switch {
	case !slices.Contains(formats, c.formatName):
		return told{portlore.Text{
			EN: "--format " + c.formatName + ": want " + orList(formats, ", ", " or "),
			ZH: "--format " + c.formatName + "：应为 " + orList(formats, "、", " 或 "),
		}}
	case !slices.Contains([]string{"auto", "always", "never"}, c.color):
		return told{portlore.Text{
			EN: "--color " + c.color + ": want auto, always or never",
			ZH: "--color " + c.color + "：应为 auto、always 或 never",
		}}
	}
	return nil
}

// plainFlags is for the verbs that take no flag but --help and --lang. It returns
// what else was said, and in which language to answer. Not ok: everything is said,
// and the code is that to exit with.
func plainFlags(e *env, verb string, help portlore.Text, args []string) (rest []string, lang portlore.Lang, code int, ok bool) {
	var wanted bool
	var asked string
	set := flag.NewFlagSet(verb, flag.ContinueOnError)
	set.BoolVar(&wanted, "help", false, "")
	set.BoolVar(&wanted, "h", false, "")
	set.StringVar(&asked, "lang", "", "")
	rest, err := parse(set, args)
	lang, langErr := e.lang(asked)
	switch {
	case err != nil:
		return nil, lang, e.fail(exitUsage, "%s: %s", verb, reason(err).In(lang)), false
	case langErr != nil:
		return nil, lang, e.fail(exitUsage, "%s: %v", verb, langErr), false
	case wanted:
		io.WriteString(e.stdout, help.In(lang))
		return nil, lang, exitDone, false
	}
	return rest, lang, exitDone, true
}

// orList writes a list as one speaks: text, json or tsv.
func orList(words []string, comma, or string) string {
	last := len(words) - 1
	return strings.Join(words[:last], comma) + or + words[last]
}

// paints decides whether words are painted: asked for, else on a terminal unless
// NO_COLOR is set (no-color.org).
func (c *common) paints(e *env) bool {
	switch {
	case c.color == "always":
		return true
	case c.color == "never" || c.output != "" || e.getenv("NO_COLOR") != "":
		return false
	case e.getenv("CLICOLOR_FORCE") != "" && e.getenv("CLICOLOR_FORCE") != "0":
		return true
	}
	return isTerminal(e.stdout)
}
