package helptext

import (
	"fmt"
	"strings"
)

// A Page is a manual page of section 1.
type Page struct {
	Name  string // portlore-explain
	Title string // what it is, in a few words
	Items []Item
	More  []Section // behind the options
	See   []string  // other pages
	Date  string    // year-month-day
	ZH    bool
}

// A Section is one that a help text has not: rows of a term and what it means.
type Section struct {
	Head string
	Rows []Item
}

// Man is the page in the man macros, which man-db and mandoc both read
// (man(7), mandoc's roff(7)).
func Man(p Page) string {
	w := page{zh: p.ZH}
	w.line(`.\" Made by go generate from the help texts. -*- coding: utf-8 -*-`)
	w.line(fmt.Sprintf(`.TH %s 1 %s portlore "%s"`, strings.ToUpper(p.Name), p.Date, w.say("portlore manual", "portlore 手册")))
	if p.ZH {
		w.line(".ad l") // Chinese has no blanks that could be stretched
	}
	w.line(".SH " + w.say("NAME", "名称"))
	w.line(text(p.Name) + ` \- ` + text(p.Title))
	w.line(".SH " + w.say("SYNOPSIS", "概要"))
	for i, it := range of(p.Items, Usage) {
		if i > 0 {
			w.line(".br")
		}
		w.line(".B " + term(it.Term))
	}
	w.description(p.Items)
	w.rows(w.say("EXAMPLES", "示例"), of(p.Items, Command))
	w.options(p.Items)
	for _, s := range p.More {
		w.rows(s.Head, s.Rows)
	}
	for _, it := range of(p.Items, Exit) {
		w.line(".SH " + w.say("EXIT STATUS", "退出码"))
		w.line(text(it.Text))
	}
	w.line(".SH " + w.say("SEE ALSO", "另见"))
	for i, name := range p.See {
		comma := ","
		if i == len(p.See)-1 {
			comma = ""
		}
		w.line(`.BR \%` + term(name) + " (1)" + comma)
	}
	return w.b.String()
}

// page writes the lines of a page.
type page struct {
	b  strings.Builder
	zh bool
}

func (w *page) line(s string) { w.b.WriteString(s + "\n") }

func (w *page) say(en, zh string) string {
	if w.zh {
		return zh
	}
	return en
}

// description is what a verb does, and the paragraphs of its help.
func (w *page) description(items []Item) {
	var paragraphs []string
	usages := of(items, Usage)
	for _, it := range usages {
		if len(usages) > 1 && it.Text != "" {
			paragraphs = append(paragraphs, it.Term+": "+it.Text)
		}
	}
	for _, it := range of(items, Prose) {
		paragraphs = append(paragraphs, it.Text)
	}
	for i, s := range paragraphs {
		if i == 0 {
			w.line(".SH " + w.say("DESCRIPTION", "说明"))
		} else {
			w.line(".PP")
		}
		w.line(text(s))
	}
}

func (w *page) rows(head string, rows []Item) {
	if len(rows) == 0 {
		return
	}
	w.line(".SH " + head)
	for _, it := range rows {
		w.row(it)
	}
}

func (w *page) row(it Item) {
	w.line(".TP")
	w.line(".B " + term(it.Term))
	if it.Text == "" {
		w.line(`\&`)
	} else {
		w.line(text(it.Text))
	}
}

// options are those of the help, under its labels.
func (w *page) options(items []Item) {
	if len(of(items, Option)) == 0 {
		return
	}
	w.line(".SH " + w.say("OPTIONS", "选项"))
	for _, it := range items {
		switch it.Kind {
		case Label:
			w.line(".SS " + text(it.Text))
		case Option:
			w.row(it)
		}
	}
}

func of(items []Item, kind Kind) []Item {
	var all []Item
	for _, it := range items {
		if it.Kind == kind {
			all = append(all, it)
		}
	}
	return all
}

// text is a paragraph in which nothing is a request or an escape of roff. A flag
// keeps its dashes, so that it can be searched for and pasted.
func text(s string) string {
	s = strings.ReplaceAll(s, `\`, `\e`)
	s = strings.ReplaceAll(s, "--", `\-\-`)
	s = strings.ReplaceAll(s, "、", `、\:`) // a line may end there
	var lines []string
	for _, word := range strings.Split(s, " ") { // most of Chinese has none: roff would put blanks there
		last := len(lines) - 1
		if last >= 0 && len(lines[last])+1+len(word) <= 78 || last >= 0 && !ascii(s) {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	for i := range lines {
		if strings.HasPrefix(lines[i], ".") || strings.HasPrefix(lines[i], "'") {
			lines[i] = `\&` + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }

// term is what is typed: every dash is one, and every quote.
func term(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, `"`, `\(dq`).Replace(s)
	return strings.ReplaceAll(s, " ", `\ `)
}
