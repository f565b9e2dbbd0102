package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

//go:embed html
var htmlFiles embed.FS

// A page of HTML stands alone: one file that asks nobody for anything, is whole
// without its script, and lets the browser run that one script and use that one
// style, by their hashes (CSP level 2, section 4.2).
type htmlPage struct {
	Lang   portlore.Lang
	Title  string
	Policy string
	Style  template.CSS
	Script template.JS
	Body   template.HTML
}

// htmlStyle is how a page is made whatever it shows.
type htmlStyle struct {
	lang   portlore.Lang
	redact func([]byte) []byte // of all text that is not ours; nil: nothing is hidden
}

// writeHTML makes a page of a template of report/html and what it shows.
func writeHTML(w io.Writer, name, title string, view any, style htmlStyle) error {
	css, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return err
	}
	script, err := htmlFiles.ReadFile("html/script.js")
	if err != nil {
		return err
	}
	set, err := template.New(name).Funcs(style.funcs()).ParseFS(htmlFiles, "html/*.html")
	if err != nil {
		return err
	}
	var body, page bytes.Buffer
	if err := set.ExecuteTemplate(&body, name+".html", view); err != nil {
		return err
	}
	p := htmlPage{
		Lang: style.lang, Title: string(style.inert([]byte(title))), Style: template.CSS(css), Script: template.JS(script),
		Policy: "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " + sourceHash(css) + "; script-src " + sourceHash(script),
		Body:   template.HTML(style.inert(body.Bytes())), // of html/template: escaped there
	}
	if err := set.ExecuteTemplate(&page, "page.html", p); err != nil {
		return err
	}
	_, err = w.Write(page.Bytes())
	return err
}

func (s htmlStyle) funcs() template.FuncMap {
	return template.FuncMap{
		"say":  func(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(s.lang) },
		"mark": wordMark,
		"code": commands,
	}
}

// inert spells out what is no visible text, and hides addresses where that was
// asked for. Both on the finished text, so that nothing can be forgotten.
func (s htmlStyle) inert(text []byte) []byte {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		end := ""
		if strings.HasSuffix(line, "\n") {
			end = "\n"
		}
		b.WriteString(safetext.Clean(strings.TrimSuffix(line, "\n")) + end)
	}
	if s.redact == nil {
		return []byte(b.String())
	}
	return s.redact([]byte(b.String()))
}

// sourceHash is how a policy names a style or a script that stands in the page.
func sourceHash(s []byte) string {
	sum := sha256.Sum256(s)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// wordMark is the shape of a word, so that neither colour nor language carries it
// alone: a square, a triangle, a disc, a tick.
func wordMark(w portlore.Word) template.HTML {
	shape := [...]string{
		`<path class="line" d="M1.5 5.5l2.5 2.5 4.5-6"/>`,
		`<circle cx="5" cy="5" r="4"/>`,
		`<path d="M5 .5l5 9H0z"/>`,
		`<path d="M.8.8h8.4v8.4H.8z"/>`,
	}[w]
	return template.HTML(`<svg class="mark w-` + w.String() + `" viewBox="0 0 10 10" aria-hidden="true">` + shape + `</svg>`)
}

// piece is a part of a text: plain, or a command.
type piece struct{ Plain, Code string }

// commands finds the commands in a text, which stand between backticks.
func commands(s string) []piece {
	var all []piece
	for i, part := range strings.Split(s, "`") {
		switch {
		case part == "":
		case i%2 == 0:
			all = append(all, piece{Plain: part})
		default:
			all = append(all, piece{Code: part})
		}
	}
	return all
}
