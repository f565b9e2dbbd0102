package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/lore"
)

// someReport is a report of two scans and some noise, with charts.
func someReport() *portlore.Report {
	cells := func(at ...int) []uint64 {
		all := make([]uint64, 24)
		for _, i := range at {
			all[i] = uint64(i + 1)
		}
		return all
	}
	finding := func(class string, word portlore.Word, source string, ports ...uint16) portlore.Finding {
		f := portlore.Finding{
			ID: source, Class: class, Word: word, Title: "A scan by " + source, Subjects: []string{source}, Targets: []string{"203.0.113.1"},
			Observations: 40, Packets: 40, Sources: 1, First: "2026-11-16T03:00:00Z", Last: "2026-11-16T05:00:00Z",
			Facts: []string{"40 packets"}, Means: "It looks around.", Do: []string{"Nothing: `portlore port 22`."}, Unless: []string{"it is yours"},
			Series: portlore.Series{Cells: cells(3, 4, 5)},
		}
		for i, port := range ports {
			f.Services = append(f.Services, portlore.Service{Proto: "tcp", Port: port})
			f.Series.Points = append(f.Series.Points, portlore.Point{Time: (1794787200 + 3600*3 + int64(i)) * 1e9, Port: port})
		}
		return f
	}
	r := &portlore.Report{
		Schema: "portlore/explain/1", Word: portlore.Check, Sentence: "1 to check, 1 worth knowing.",
		First: "2026-11-16T00:00:00Z", Last: "2026-11-16T23:59:59Z",
		Home:     []portlore.HomeNet{{Net: "203.0.113.0/24", How: "given"}},
		Inputs:   []portlore.Input{{Name: "kern.log", Format: "netfilter", Lines: 101, Understood: 100, Malformed: 1, Errors: []portlore.LineError{{Line: 7, Column: 3, Error: "bad"}}, Notes: []string{"times carry no zone"}}},
		Findings: []portlore.Finding{finding("scan.port.vertical", portlore.Check, "192.0.2.7", 1, 22, 443, 65535), finding("probe.proxy", portlore.Note, "2001:db8::7", 3128)},
		Noise:    []portlore.Noise{{Class: "probe.service.ssh", Family: "login", Title: "Remote login", Observations: 20, Packets: 20, Share: 0.2, Sources: 9, Services: []portlore.Service{{Proto: "tcp", Port: 22, Name: "ssh"}}, Series: portlore.Series{Cells: cells(0, 23)}}},
		Totals:   portlore.Totals{Observations: 100, Packets: 100, Sources: 11, Targets: 1},
		Charts: &portlore.Charts{
			Axis: portlore.Axis{From: 1794787200, Seconds: 3600, Cells: 24},
			Sources: []portlore.Source{
				{Address: "192.0.2.7", Class: "scan.port.vertical", Word: portlore.Check, Observations: 40, Services: []portlore.ServiceCount{{Service: portlore.Service{Proto: "tcp", Port: 22}, Observations: 40}}},
				{Address: "2001:db8::7", Class: "probe.proxy", Word: portlore.Note, Observations: 40, Services: []portlore.ServiceCount{{Service: portlore.Service{Proto: "tcp", Port: 3128}, Observations: 40}}},
			},
		},
	}
	r.Families = r.Noise
	return r
}

func page(t *testing.T, r *portlore.Report, lang portlore.Lang) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, r, ExplainStyle{Lang: lang, Base: lore.Open()}, nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var inline = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)

// A page is one file: nothing in it leads to another, and the browser may use the
// one style and the one script in it, and nothing else.
func TestPageStandsAlone(t *testing.T) {
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		text := page(t, someReport(), lang)
		policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
		if policy == nil || !strings.HasPrefix(policy[1], "default-src &#39;none&#39;;") {
			t.Fatal("no policy", policy)
		}
		parts := inline.FindAllStringSubmatch(text, -1)
		if len(parts) != 2 || strings.Count(text, "<script") != 1 || strings.Count(text, "<style") != 1 {
			t.Fatalf("%d parts, want one style and one script", len(parts))
		}
		for _, part := range parts {
			if hash := strings.ReplaceAll(sourceHash([]byte(part[2])), "'", "&#39;"); !strings.Contains(strings.ReplaceAll(policy[1], "&#43;", "+"), part[1]+"-src "+hash) {
				t.Errorf("the policy does not name the %s: %s", part[1], policy[1])
			}
		}
		for _, el := range elements(t, text) {
			for _, a := range el.Attr {
				value := strings.TrimSpace(strings.ToLower(a.Value))
				switch name := a.Name.Local; {
				case strings.HasPrefix(name, "on"), name == "style", name == "src", name == "action", name == "srcdoc":
					t.Errorf("<%s %s=%q>", el.Name.Local, name, a.Value)
				case name == "href" && !strings.HasPrefix(value, "#") && value != "data:,":
					t.Errorf("leads to %s", a.Value)
				}
			}
		}
	}
	script, _ := htmlFiles.ReadFile("html/script.js")
	if len(script) > 8<<10 {
		t.Errorf("the script has %d bytes, want 8 KiB at most", len(script))
	}
}

// elements are all elements of a page but for what the style and script hold.
func elements(t *testing.T, text string) (all []xml.StartElement) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(inline.ReplaceAllString(text, "<$1></$1>")))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if el, ok := token.(xml.StartElement); ok {
			all = append(all, el)
		}
	}
}

// Whatever stands in a report: no element comes of it, no character that is not
// visible, and no attribute.
func TestPagesAreInert(t *testing.T) {
	hostile := []string{
		"<script>alert(1)</script><img src=x onerror=alert(2)>", `" onload="alert(1)`, "' style='x' x='", "</style></title><svg/onload=alert(1)>",
		"javascript:alert(1)", "`<b>`", "\x1b]52;c;eA==\a \r\n\b\x00\x7f \u009b2J\x9b\xff \u202e\u2066\u200b\u2028\U000e0041", "--><!--", "{{.}}",
	}
	plain := map[string]int{}
	for _, el := range elements(t, page(t, someReport(), portlore.English)) {
		plain[el.Name.Local]++
	}
	for _, evil := range hostile {
		r := someReport()
		fill(reflect.ValueOf(r).Elem(), evil)
		for i := range r.Findings {
			r.Findings[i].Muted, r.Findings[i].First, r.Findings[i].Series = "", "2026-11-16T03:00:00Z", someReport().Findings[0].Series
		}
		for i := range 2 {
			r.Noise[i].Series, r.Families[i].Series = someReport().Noise[0].Series, someReport().Noise[0].Series
		}
		r.Unexplained.Series = portlore.Series{}
		r.Charts.Sources[0].Address, r.Charts.Sources[0].Class, r.Charts.Sources[1].Services[0].Proto = evil, evil, evil
		r.Doors[0].State, r.Doors[1].State = "open", "open"
		l := Listen{Schema: ListenSchema}
		fill(reflect.ValueOf(&l).Elem(), evil)
		var listen bytes.Buffer
		if err := l.HTML(&listen, ListenStyle{Base: lore.Open()}, nil); err != nil {
			t.Fatal(err)
		}
		s := Scan{}
		fill(reflect.ValueOf(&s).Elem(), evil)
		var scan bytes.Buffer
		if err := s.HTML(&scan, ScanStyle{Base: lore.Open()}, nil); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{page(t, r, portlore.English), page(t, r, portlore.Chinese), listen.String(), scan.String()} {
			if strings.Count(text, "<script") != 1 || strings.Count(text, "<style") != 1 {
				t.Errorf("%q: a script or style that is not ours", evil)
			}
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); line != safetext.Clean(line) {
					t.Errorf("%q: %q", evil, line)
				}
			}
			for _, el := range elements(t, text) {
				switch name := el.Name.Local; name {
				case "img", "b", "iframe", "object", "base":
					t.Errorf("%q: <%s>", evil, name)
				case "script", "style", "title", "meta":
					if name != "title" && len(el.Attr) > 0 && name != "meta" {
						t.Errorf("%q: <%s> has attributes", evil, name)
					}
				}
				for _, a := range el.Attr {
					if name := a.Name.Local; strings.HasPrefix(name, "on") || name == "style" || name == "src" || name == "href" && !strings.HasPrefix(a.Value, "#") && a.Value != "data:," {
						t.Errorf("%q: <%s %s=%q>", evil, el.Name.Local, name, a.Value)
					}
				}
			}
		}
	}
}

// The verdict comes first, everything is there without the script, and the
// account closes.
func TestPageSays(t *testing.T) {
	for lang, want := range map[portlore.Lang][]string{
		portlore.English: {
			`<html lang="en">`, "<h1", "CHECK", "1 to check, 1 worth knowing.", "100 packets, 11 sources", "A scan by 192.0.2.7", "A scan by 2001:db8::7", "Means", "It looks around.", "Do",
			"<code>portlore port 22</code>", "Unless", "What happened when?", "The most frequent: ", "with 24.", "Who asks for which ports", "3128", "Which ports, one after the other",
			"Routine noise", "Remote login", "Account", "Findings</th>", `80</td><td class="n">80.0%`, `20</td><td class="n">20.0%`, `0</td><td class="n">0.0%`, "100</td>", "kern.log", "101", "times carry no zone.", "kern.log:7:3: bad", "Made by portlore",
		},
		portlore.Chinese: {`<html lang="zh-Hans">`, "<h1", "核实", "1 to check", "含义", "建议", "除非", "什么时候发生了什么？", "谁在试哪些端口", "常见噪声", "核对", "读了什么", "由 portlore 生成"},
	} {
		text := page(t, someReport(), lang)
		at := 0
		for _, s := range want {
			i := strings.Index(text[at:], s)
			if i < 0 {
				t.Errorf("%v: no %q, or not in its place", lang, s)
				continue
			}
			at += i
		}
		if strings.Contains(text, "[no ") {
			t.Errorf("%v: words are missing", lang)
		}
	}
}

// Who stops a run sees so before anything else.
func TestPageOfAPart(t *testing.T) {
	r := someReport()
	r.Partial = true
	if text := page(t, r, portlore.English); !strings.Contains(text, `<p class="partial">PARTIAL: stopped before the end.`) || strings.Index(text, "PARTIAL") > strings.Index(text, "<h1") {
		t.Error("does not say that it is a part")
	}
}

// An empty report has no charts and still says what was read.
func TestPageOfNothing(t *testing.T) {
	text := page(t, &portlore.Report{Sentence: "Nothing was understood.", Inputs: []portlore.Input{{Name: "access.log", Lines: 3, Other: 3}}}, portlore.English)
	for _, s := range []string{"Nothing was understood.", "access.log", "What was read"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q", s)
		}
	}
	for _, s := range []string{"<form", "What happened when?", "class=\"matrix\"", "100.0%"} {
		if strings.Contains(text, s) {
			t.Errorf("%q of nothing", s)
		}
	}
}

// However much there is, the page stays one that can be sent, and says what is
// not on it.
func TestPageIsBounded(t *testing.T) {
	r := someReport()
	one := r.Findings[0]
	r.Findings = nil
	for i := range 5000 {
		f := one
		f.Class, f.Services = fmt.Sprint("class.", i), nil
		for p := range 100 {
			f.Services = append(f.Services, portlore.Service{Proto: "tcp", Port: uint16(p + i)})
		}
		f.Series.Points = make([]portlore.Point, portlore.MostPoints)
		for j := range f.Series.Points {
			f.Series.Points[j] = portlore.Point{Time: (1794787200 + int64(j*300)) * 1e9, Port: uint16(i*j + 1)}
		}
		r.Findings = append(r.Findings, f)
	}
	for i := range 5000 {
		r.Noise = append(r.Noise, portlore.Noise{Class: fmt.Sprint("noise.", i), Observations: 1})
		r.Doors = append(r.Doors, portlore.Door{Address: fmt.Sprint("192.0.2.", i), Port: uint16(i), Proto: "tcp", State: "open", Word: portlore.Fix, Why: strings.Repeat("x", 100)})
	}
	text := page(t, r, portlore.English)
	if len(text) > 2<<20 {
		t.Errorf("%d bytes", len(text))
	}
	for _, s := range []string{"and 4,640 more, which", "and 4,901 more, which", "and 4,700 more open", "and 4,901 more that are not drawn"} {
		if !strings.Contains(text, s) {
			t.Errorf("does not say %q", s)
		}
	}
}

// Every amount has a step, and steps have no holes between them.
func TestShader(t *testing.T) {
	for _, most := range []uint64{1, 2, 3, 5, 9, 100, 1447, math.MaxUint32} {
		s := shader{most}
		if s.step(0) != 0 || s.step(most) == 0 {
			t.Errorf("%d: %d and %d", most, s.step(0), s.step(most))
		}
		next, last := uint64(1), 0
		for step := 1; step <= ramp; step++ {
			if to := s.upTo(step); to >= next {
				if s.step(next) != step || s.step(to) != step || step <= last {
					t.Errorf("%d: step %d from %d to %d", most, step, next, to)
				}
				next, last = to+1, step
			}
		}
		if next != most+1 {
			t.Errorf("%d: the key ends at %d", most, next-1)
		}
	}
}

// Ticks stand at full hours and days of the reader's clock, and there are some,
// whatever the length of the axis.
func TestTicks(t *testing.T) {
	for seconds := int64(1); seconds < 1<<31; seconds = seconds*2 + 1 {
		for _, offset := range []int{0, 8 * 3600, -(3*3600 + 1800)} {
			a := &timeAxis{Axis: portlore.Axis{From: 1794787200 - 17, Seconds: seconds, Cells: 150}, offset: offset, zone: time.FixedZone("", offset)}
			ticks := a.ticks()
			if len(ticks) < 2 || len(ticks) > 11 {
				t.Fatalf("%d s a cell: %d ticks", seconds, len(ticks))
			}
			for i, tick := range ticks {
				if tick.At < 0 || tick.At > 100 || tick.Label == "" || i > 0 && tick.At <= ticks[i-1].At {
					t.Errorf("%d s a cell: %+v", seconds, tick)
				}
			}
		}
	}
}

// Letters are read, and shapes seen, in light and dark (WCAG 2.2: 1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	css, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(css), -1)
	if len(blocks) < 2 {
		t.Fatal("no colours")
	}
	for _, block := range []string{blocks[0][1], blocks[1][1], blocks[len(blocks)-1][1]} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+): (#(?:[0-9a-f]{6}|[0-9a-f]{3}));`).FindAllStringSubmatch(block, -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, ground := range []string{"paper", "block"} {
			for name, least := range map[string]float64{
				"ink": 7, "soft": 4.5, "link": 4.5, "fix": 4.5, "check": 4.5, "note": 4.5, "fine": 4.5,
				"a1": 3, "a2": 3, "a3": 3, "a4": 3, "a5": 3,
			} {
				a, b := colour[name], colour[ground]
				if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < least || colour[ground] == 0 && a == 0 {
					t.Errorf("--%s on --%s: %.2f, want %.1f", name, ground, ratio, least)
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour (WCAG 2.2).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	hex = hex[1:]
	if len(hex) == 3 {
		hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(hex, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
