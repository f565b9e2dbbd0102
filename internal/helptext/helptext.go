// Package helptext reads the help of a verb as a person does: which commands it
// shows, which options there are, what is said of them. Completions and man pages
// are made of it, so there is one text to write.
package helptext

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// Kind says what an Item is.
type Kind uint8

const (
	Usage   Kind = iota // how the verb is called; Text: what it does
	Command             // an example; Text: what it shows
	Option              // one or more flags; Text: what they do
	Label               // a heading over options
	Prose               // a paragraph
	Exit                // the exit codes, with what stands before them in Term
)

// An Item is a piece of a help text. Term is set of Usage, Command, Option and Exit.
type Item struct {
	Kind Kind
	Term string
	Text string
}

// A Flag is one flag of an Option.
type Flag struct {
	Name string // with its dashes
	Arg  string // what follows it; empty: nothing
	Text string
}

// Parse reads a help text. Lines that begin a piece are indented by two columns at
// most; what is indented more continues the one before. Two blanks part a term from
// its text.
func Parse(help string) []Item {
	var items []Item
	open := false // the last item may go on
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, "\n ")
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		last := len(items) - 1
		switch {
		case text == "":
			open = false
		case indent > 2 && last >= 0 && (open || items[last].Kind <= Option):
			items[last].Text = join(items[last].Text, text)
		case indent == 0 && open && items[last].Kind >= Prose:
			items[last].Text = join(items[last].Text, text)
		default:
			items = append(items, begin(text, indent, len(items) == 0 || items[last].Kind == Usage && open))
			open = true
		}
	}
	return items
}

// begin is the item that a line begins.
func begin(text string, indent int, top bool) Item {
	term, rest := cut(text)
	head, tail, isExit := strings.Cut(text, ": ")
	if !isExit {
		head, tail, isExit = strings.Cut(text, "：")
	}
	switch {
	case strings.HasPrefix(text, "-"):
		return Item{Option, term, rest}
	case indent == 0 && top && strings.HasPrefix(text, "portlore"):
		return Item{Usage, term, rest}
	case indent > 0:
		return Item{Command, term, rest}
	case isExit && (head == "Exit" || head == "退出码"):
		return Item{Exit, head, tail}
	case strings.HasSuffix(text, ":") || strings.HasSuffix(text, "："):
		return Item{Kind: Label, Text: strings.TrimRight(text, ":：")}
	}
	return Item{Kind: Prose, Text: text}
}

// twoBlanks part a term from its text.
var twoBlanks = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`  +`) })

func cut(s string) (term, text string) {
	if at := twoBlanks().FindStringIndex(s); at != nil {
		return s[:at[0]], s[at[1]:]
	}
	return s, ""
}

// join puts two lines of a paragraph together: with a blank, but not in the middle of
// Chinese text.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	before, after := []rune(a), []rune(b)
	x, y := before[len(before)-1], after[0]
	if wide(x) && wide(y) || mark(x) || mark(y) {
		return a + b
	}
	return a + " " + b
}

func wide(r rune) bool { return unicode.Is(unicode.Han, r) }

// mark says that a rune is a Chinese punctuation mark, which brings its own room.
func mark(r rune) bool { return r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef }

// Flags are the flags of a help text, in their order. One that stands there twice,
// for two kinds of argument, is there twice.
func Flags(items []Item) []Flag {
	var flags []Flag
	for _, it := range items {
		words := it.Term
		switch it.Kind {
		case Option:
			for _, part := range strings.Split(strings.ReplaceAll(words, "、", ", "), ", ") {
				name, arg, _ := strings.Cut(part, " ")
				flags = append(flags, Flag{name, arg, it.Text})
			}
		case Usage: // flags that stand in the call itself
			fields := strings.Fields(words)
			for i, f := range fields {
				if !strings.HasPrefix(f, "--") {
					continue
				}
				arg := ""
				if i+1 < len(fields) && strings.ToUpper(fields[i+1]) == fields[i+1] {
					arg = fields[i+1]
				}
				flags = append(flags, Flag{f, arg, it.Text})
			}
		}
	}
	return flags
}
