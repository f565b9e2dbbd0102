package main

import (
	"errors"
	"flag"
	"fmt"
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
		return fmt.Errorf("--format %s: want %s", c.formatName, orList(formats))
	case !slices.Contains([]string{"auto", "always", "never"}, c.color):
		return fmt.Errorf("--color %s: want auto, always or never", c.color)
	}
	return nil
}

// orList writes a list as one speaks: text, json or tsv.
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
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
