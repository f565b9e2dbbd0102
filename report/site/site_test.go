package site

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// render makes every page, by its name.
func render(t *testing.T) map[string]string {
	t.Helper()
	pages, err := Pages(lore.Open())
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, p := range pages {
		data, err := p.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if text[p.Name] != "" {
			t.Errorf("%s is written twice", p.Name)
		}
		text[p.Name] = string(data)
	}
	return text
}

var (
	inline = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(style|script)>`)
	data   = regexp.MustCompile(`(?s)<script type="application/json"[^>]*>.*?</script>`)
	policy = regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`)
)

// body is the text of a page without styles and scripts, which are no markup.
func body(page string) string { return data.ReplaceAllString(inline.ReplaceAllString(page, ""), "") }

// Every entry, threat and class has a page in both languages, on which every
// claim stands exactly once.
func TestComplete(t *testing.T) {
	base, pages := lore.Open(), render(t)
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		must := func(name string, parts ...string) {
			page, ok := pages[lang.String()+"/"+name]
			if !ok {
				t.Errorf("%s has no page in %s", name, lang)
			}
			for _, part := range parts {
				if n := strings.Count(page, part); n != 1 {
					t.Errorf("%s/%s: %d times %s, want 1", lang, name, n, part)
				}
			}
			if !strings.Contains(pages[lang.String()+"/index.html"], `href="`+name+`"`) {
				t.Errorf("the index in %s does not lead to %s", lang, name)
			}
		}
		for _, e := range base.Entries() {
			var parts []string
			for _, c := range e.Claims {
				parts = append(parts, `<li id="`+c.ID+`">`)
			}
			must("port/"+fileName(e)+".html", parts...)
		}
		for _, threat := range base.Threats() {
			must("threat/" + threat.ID + ".html")
		}
		for _, k := range base.Classes() {
			must("class/" + k.ID + ".html")
		}
	}
}

// Every page is well-formed, says its language, loads nothing, and leads only
// to pages and places that exist, or to sources.
func TestPages(t *testing.T) {
	pages := render(t)
	ids := map[string]map[string]bool{}
	links := map[string][]string{}
	for name, page := range pages {
		ids[name] = map[string]bool{}
		for _, el := range elements(t, name, page) {
			for _, a := range el.Attr {
				switch where := el.Name.Local + " " + a.Name.Local; {
				case a.Name.Local == "id" && ids[name][a.Value]:
					t.Errorf("%s: two ids %s", name, a.Value)
				case a.Name.Local == "id":
					ids[name][a.Value] = true
				case where == "a href", where == "form action":
					links[name] = append(links[name], a.Value)
				case where == "link href" && a.Value == "data:,":
				case a.Name.Local == "href", a.Name.Local == "src", a.Name.Local == "style", strings.HasPrefix(a.Name.Local, "on"),
					strings.Contains(a.Value, "://") && a.Name.Local != "title":
					t.Errorf("%s: %s=%q", name, where, a.Value)
				}
			}
		}
		want := `<html lang="en">`
		if strings.HasPrefix(name, "zh/") {
			want = `<html lang="zh-Hans">`
		}
		if !strings.Contains(page, want) {
			t.Errorf("%s: no %s", name, want)
		}
		if strings.Contains(page, "[no words for") || strings.Contains(page, "ZgotmplZ") || strings.Contains(page, "<no value>") {
			t.Errorf("%s: words are missing", name)
		}
	}
	for name, list := range links {
		for _, link := range list {
			file, id, _ := strings.Cut(link, "#")
			switch {
			case strings.HasPrefix(link, "https://"), strings.HasPrefix(link, "http://"):
				continue
			case file == "":
				file = name
			default:
				file = path.Join(path.Dir(name), file)
			}
			if pages[file] == "" || id != "" && !ids[file][id] {
				t.Errorf("%s leads to %s, which does not exist", name, link)
			}
		}
	}
}

// elements parses a page strictly: every element is closed, every attribute
// quoted.
func elements(t *testing.T, name, page string) []xml.StartElement {
	t.Helper()
	var list []xml.StartElement
	d := xml.NewDecoder(strings.NewReader(body(page)))
	for {
		switch token, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return list
		case err != nil:
			t.Errorf("%s: %v", name, err)
			return list
		default:
			if el, ok := token.(xml.StartElement); ok {
				list = append(list, el.Copy())
			}
		}
	}
}

// The policy of each page names exactly the style and the script that it has;
// only the index has a script.
func TestPolicy(t *testing.T) {
	for name, page := range render(t) {
		m := policy.FindStringSubmatch(page)
		if m == nil || !strings.HasPrefix(m[1], "default-src &#39;none&#39;;") {
			t.Errorf("%s: no policy", name)
			continue
		}
		scripts := 0
		for _, part := range inline.FindAllStringSubmatch(page, -1) {
			if part[1] == "script" {
				scripts++
			}
			escaped := strings.NewReplacer("'", "&#39;", "+", "&#43;").Replace(part[1] + "-src " + hash(part[2]))
			if !strings.Contains(m[1], escaped) {
				t.Errorf("%s: the policy does not allow its %s: %s", name, part[1], m[1])
			}
		}
		want := 0
		if path.Base(name) == "index.html" && name != "index.html" {
			want = 1
		}
		if scripts != want || strings.Contains(m[1], "script-src") != (want == 1) {
			t.Errorf("%s: %d scripts, want %d", name, scripts, want)
		}
	}
}

// The script finds a line of the index for each row of words, and the words are
// folded, or nothing that is typed would match them.
func TestIndex(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		page := render(t)[lang+"/index.html"]
		var rows []row
		text := data.FindString(page)
		text = text[strings.IndexByte(text, '>')+1 : strings.LastIndexByte(text, '<')]
		if err := json.Unmarshal([]byte(text), &rows); err != nil {
			t.Fatal(err)
		}
		list := page[strings.Index(page, `<div id="all">`):]
		if n := strings.Count(list, "<li>"); n != len(rows) || n == 0 {
			t.Errorf("%d lines, but words for %d", n, len(rows))
		}
		for _, r := range rows {
			if len(r.Words) == 0 {
				t.Errorf("ports %d to %d: no words", r.From, r.To)
			}
			for _, w := range r.Words {
				if strings.ContainsFunc(w, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) || unicode.IsUpper(c) }) {
					t.Errorf("%q is not folded", w)
				}
			}
		}
		if strings.Contains(list, "&#34;") || regexp.MustCompile(` data-[a-z]+="&#34;`).MatchString(page) {
			t.Error("a text stands in quotes")
		}
	}
}

// The same knowledge gives the same bytes.
func TestSame(t *testing.T) {
	a, b := render(t), render(t)
	for name, page := range a {
		if page != b[name] {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

// A port, a threat and a verdict as they are read, in both languages.
func TestGolden(t *testing.T) {
	pages := render(t)
	for golden, page := range map[string]string{
		"port": "port/3128.html", "threat": "threat/glacier.html", "class": "class/scan.port.vertical.html",
	} {
		got := &txtar.Archive{}
		for _, lang := range []string{"en", "zh"} {
			text := strings.Replace(pages[lang+"/"+page], inline.FindString(pages[lang+"/"+page]), "<style></style>", 1)
			text = policy.ReplaceAllString(text, `http-equiv="Content-Security-Policy" content=""`) // of the style; TestPolicy looks at it
			got.Files = append(got.Files, txtar.File{Name: lang + "/" + page, Data: []byte(text)})
		}
		file := filepath.Join("testdata", golden+".txtar")
		if *update {
			if err := os.WriteFile(file, txtar.Format(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(txtar.Format(got), want) {
			t.Errorf("%s differs from %s; go test ./report/site -update writes it anew", page, file)
		}
	}
}

func TestPieces(t *testing.T) {
	for text, want := range map[string]string{
		"":                      "[]",
		"plain":                 "[{plain  }]",
		"run `a -b` or {port}.": "[{run   } { a -b } { or   } {  port} {.  }]",
		"`a``b`":                "[{ a } { b }]",
		"x\u202ey":              `[{x\u202Ey  }]`,
		"{Not} a ` blank":       "[{{Not} a ` blank  }]",
	} {
		if got := fmt.Sprint(pieces(text)); !strings.EqualFold(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("pieces(%q) = %s, want %s", text, got, want)
		}
	}
}
