// Package site renders what lore knows as web pages that stand alone: read
// from a disk or a web server, without a network and without a script. Each
// page carries its style; the index carries the one script, which searches it.
package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

//go:embed pages
var files embed.FS

// A Page is one file of the site.
type Page struct {
	Name string // path below the directory of the site, with slashes

	template *template.Template
	frame    frame
}

// frame is what every page has around its own part.
type frame struct {
	Lang     portlore.Lang
	Title    string
	Home     string // what leads from the page to the index of its language
	Other    string // and to the same page in the other language
	Registry string // day of the IANA registry
	Style    template.CSS
	Script   template.JS // empty: the page has none
	Policy   string      // Content-Security-Policy
	Body     any
}

// Bytes is the page as it stands in its file.
func (p Page) Bytes() ([]byte, error) {
	var out bytes.Buffer
	if err := p.template.ExecuteTemplate(&out, "page", p.frame); err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return out.Bytes(), nil
}

// Pages are all pages of the site. The same knowledge gives the same pages.
func Pages(base *lore.Base) ([]Page, error) {
	var pages []Page
	style, err := files.ReadFile("pages/style.css")
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("pages/search.js")
	if err != nil {
		return nil, err
	}
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		w := &writer{base: base, lang: lang, style: string(style), script: string(script)}
		if err := w.parse(); err != nil {
			return nil, err
		}
		pages = append(pages, w.all()...)
	}
	return pages, nil
}

// writer makes the pages of one language.
type writer struct {
	base   *lore.Base
	lang   portlore.Lang
	style  string
	script string
	sets   map[string]*template.Template // by the name of the page's own part
	pages  []Page
}

func (w *writer) parse() error {
	w.sets = map[string]*template.Template{}
	for _, name := range []string{"start", "index", "port", "threat", "class", "registry"} {
		set := template.New(name).Funcs(w.funcs())
		if _, err := set.ParseFS(files, "pages/page.html", "pages/"+name+".html"); err != nil {
			return err
		}
		w.sets[name] = set
	}
	return nil
}

func (w *writer) all() []Page {
	if w.lang == portlore.English { // the first page is in both languages
		w.add("start", "index.html", "portlore lore", nil)
	}
	entries, threats, classes := w.base.Entries(), w.base.Threats(), w.base.Classes()
	w.add("index", "index.html", w.say("index-title"), w.index(entries, threats, classes))
	for _, e := range entries {
		p := w.port(e)
		w.add("port", "port/"+fileName(e)+".html", p.Number+" "+e.Title.In(w.lang), p)
	}
	mentions := mentions(entries)
	for _, t := range threats {
		w.add("threat", "threat/"+t.ID+".html", threatName(t, w.lang), w.threat(t, mentions[t.ID]))
	}
	for _, k := range classes {
		w.add("class", "class/"+k.ID+".html", k.ID, w.class(k))
	}
	w.add("registry", "registry.html", w.say("registry"), w.base.Registry())
	return w.pages
}

// add makes a page from a template, the name of its file below the directory
// of its language, its title and what its own part shows.
func (w *writer) add(part, name, title string, body any) {
	other := portlore.English
	if w.lang == portlore.English {
		other = portlore.Chinese
	}
	home := strings.Repeat("../", strings.Count(name, "/"))
	f := frame{
		Lang: w.lang, Title: title, Home: home, Other: home + "../" + other.String() + "/" + name,
		Registry: w.base.RegistryDate(), Style: template.CSS(w.style), Body: body,
		Policy: "default-src 'none'; img-src data:; base-uri 'none'; style-src " + hash(w.style),
	}
	path := w.lang.String() + "/" + name
	switch part {
	case "start":
		path = name
	case "index":
		f.Script = template.JS(w.script)
		f.Policy += "; script-src " + hash(w.script)
	}
	w.pages = append(w.pages, Page{Name: path, template: w.sets[part], frame: f})
}

// hash is how a policy names a style or a script that stands in the page.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
