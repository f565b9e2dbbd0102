package report

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The table of advice has every class of the closed list and no other.
func TestPlansAreClasses(t *testing.T) {
	base := lore.Open()
	classes := map[string]lore.Class{}
	for _, c := range base.Classes() {
		classes[c.ID] = c
		p, ok := plans()[c.ID]
		switch offered := p.block == (portlore.Text{}); {
		case !ok:
			t.Errorf("%s: no line in the table", c.ID)
		case offered && c.Role != portlore.Actor:
			t.Errorf("%s: offers to block, but the role of its subjects is %v", c.ID, c.Role)
		case offered && c.Kind == "attribute" && c.ID != "scan.stealth":
			t.Errorf("%s: offers to block for a mark", c.ID)
		case offered && strings.HasPrefix(c.ID, "benign."):
			t.Errorf("%s: offers to block what is benign", c.ID)
		case offered && p.act == "" && p.report == (portlore.Text{}):
			t.Errorf("%s: a mail would not say what was done", c.ID)
		case c.Kind == "class" && c.ID != "unknown" && p.verify == noCheck:
			t.Errorf("%s: nothing says how to look again", c.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(plans())) {
		if _, ok := classes[id]; !ok {
			t.Errorf("%s: no such class", id)
		}
	}
	for class, want := range map[string]bool{"probe.service.ssh": true, "worm.mirai": true, "tool.nmap": true, "dos": false, "": false} {
		if _, ok := planFor(class); ok != want {
			t.Errorf("planFor(%q): %v, want %v", class, ok, want)
		}
	}
}

// What each class is advised, in both languages, as a reader sees it.
func TestAdviceGoldens(t *testing.T) {
	for name, r := range samples() {
		file := filepath.Join("testdata", "advice", name+".txtar")
		got := &txtar.Archive{}
		for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
			got.Files = append(got.Files, txtar.File{Name: lang.String(), Data: []byte(adviceText(&r.report, r.options(lang)))})
		}
		text := txtar.Format(got)
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, text, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want, err := os.ReadFile(file); err != nil || !bytes.Equal(text, want) {
			t.Errorf("%s: differs %v; make update-goldens writes it anew. Got:\n%s", file, err, text)
		}
	}
	old, _ := filepath.Glob(filepath.Join("testdata", "advice", "*"))
	for _, file := range old {
		if _, ok := samples()[strings.TrimSuffix(filepath.Base(file), ".txtar")]; !ok {
			t.Errorf("%s: no such sample", file)
		}
	}
}

// No line is wider than the screen, no command is cut, each has a title, and an
// advice is either offered or refused.
func TestAdviceIsWhole(t *testing.T) {
	for name, s := range samples() {
		for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
			text := adviceText(&s.report, s.options(lang))
			for line := range strings.Lines(text) {
				if w := textwidth.Of(strings.TrimSuffix(line, "\n")); w > columns {
					t.Errorf("%s %v: %d columns: %s", name, lang, w, line)
				}
			}
			for _, a := range adviceOf(&s.report) {
				if a.Title == "" || a.Kind == "" || (a.WhyNot == "") == (a.Command == "" && a.Text == "") {
					t.Errorf("%s %v: %+v", name, lang, a)
				}
				if a.Command != "" && a.Tool == "" || a.Undo != "" && a.Command == "" {
					t.Errorf("%s %v: %+v", name, lang, a)
				}
				if rule := a.Kind != kindVerify && a.Kind != kindReport && a.Command != ""; rule != (a.Undo != "") {
					t.Errorf("%s %v: rule %v, undo %q", name, lang, rule, a.Undo)
				}
				for line := range strings.SplitSeq(a.Command+"\n"+a.Undo, "\n") {
					if line != "" && !strings.Contains(text, "  "+line+"\n") {
						t.Errorf("%s %v: not on the page: %q", name, lang, line)
					}
				}
			}
		}
	}
}

// Whom to block is refused for these, whatever the class says.
func TestNeverBlocked(t *testing.T) {
	for subject, want := range map[string]string{
		"192.0.2.44":         "",
		"2001:db8:5::/64":    "",
		"192.168.7.9":        "own network",
		"203.0.113.10":       "own network",
		"2001:db8:1::/64":    "own network",
		"2001:db8:1::5":      "own network",
		"10.0.0.1":           "private",
		"fd00::/64":          "private",
		"fe80::1":            "private",
		"fe80::1%eth0":       "private",
		"127.0.0.1":          "private",
		"0.0.0.0":            "No host",
		"224.0.0.5":          "No host",
		"255.255.255.255":    "No host",
		"100.64.0.1":         "share this address",
		"100.127.255.254":    "share this address",
		"64:ff9b::/64":       "share this address",
		"2001:0:aabb:ccdd::": "share this address",
		"198.51.100.9":       "logged in",
		"::ffff:10.0.0.1":    "private",
		"198.51.100.53":      "names, addresses or time",
		"2001:db8:53::/64":   "names, addresses or time",
		"198.51.100.80":      "", // with a word of caution
	} {
		s := sampleOf("scan.port.vertical", subject)
		s.session = Session{Client: netip.MustParseAddr("198.51.100.9"), Port: 22}
		s.report.Findings[0].Contacts = []portlore.Contact{
			{Address: "198.51.100.53", Services: []portlore.Service{{Proto: "udp", Port: 53}}},
			{Address: "2001:db8:53::/64", Services: []portlore.Service{{Proto: "udp", Port: 123}}},
			{Address: "198.51.100.80", Services: []portlore.Service{{Proto: "tcp", Port: 443}}},
		}
		Advise(&s.report, s.options(portlore.English))
		offered, why, mind := false, "", ""
		for _, a := range adviceOf(&s.report) {
			if a.Kind == kindBlock {
				offered = offered || a.Command != ""
				why += a.WhyNot
				mind += a.Text
			}
		}
		if offered != (want == "") || !strings.Contains(why, want) || want == "" && why != "" {
			t.Errorf("%s: offered %v, %q; want %q", subject, offered, why, want)
		}
		if caution := strings.Contains(mind, "speak to it too"); caution != (subject == "198.51.100.80") {
			t.Errorf("%s: %q", subject, mind)
		}
	}
}

// An address in a session of IPv6 stands for its /64, and a session that is
// unknown protects nobody and harms nobody.
func TestSessionProtects(t *testing.T) {
	g := guard{session: Session{Client: netip.MustParseAddr("2001:db8:9::77")}}
	if g.refuses(netip.MustParsePrefix("2001:db8:9::/64")) == (portlore.Text{}) {
		t.Error("a block of the /64 that the session comes from is offered")
	}
	g = guard{session: Session{Client: netip.MustParseAddr("::ffff:192.0.2.7")}}
	if g.refuses(netip.MustParsePrefix("192.0.2.7/32")) == (portlore.Text{}) {
		t.Error("a block of the address that the session comes from is offered")
	}
	s := sampleOf("exposed.service", "192.0.2.44")
	s.session = Session{Client: netip.MustParseAddr("198.51.100.9"), Port: 22}
	Advise(&s.report, s.options(portlore.English))
	for _, a := range adviceOf(&s.report) {
		if a.Kind == kindClose && regexp.MustCompile(`\b22\b`).MatchString(a.Command) {
			t.Errorf("closes the port of the session: %s", a.Command)
		}
	}
}

// Whoever does not act is not blocked and not reported, whatever the table says.
func TestRolesRefuse(t *testing.T) {
	for _, role := range []portlore.Role{portlore.Victim, portlore.Forged, portlore.Ours} {
		s := sampleOf("scan.port.vertical", "192.0.2.44")
		s.report.Findings[0].Role = role
		Advise(&s.report, s.options(portlore.English))
		for _, a := range adviceOf(&s.report) {
			if (a.Kind == kindBlock || a.Kind == kindReport) && a.WhyNot == "" {
				t.Errorf("%v: %+v", role, a)
			}
		}
	}
}

// Evidence that was written to become a command does not.
func TestAdviceIsInert(t *testing.T) {
	const hostile = "192.0.2.1'; reboot; '\x1b[2J"
	for class := range plans() {
		s := sampleOf(class, hostile)
		for i := range s.report.Findings {
			f := &s.report.Findings[i]
			f.ID, f.Targets, f.Evidence = hostile, []string{hostile, "203.0.113.10"}, []portlore.Evidence{{File: hostile, Line: 1}}
			f.Contacts = []portlore.Contact{{Address: hostile}}
			f.Services = append(f.Services, portlore.Service{Proto: hostile, Port: 7, Name: hostile})
		}
		s.report.Home = append(s.report.Home, portlore.HomeNet{Net: hostile})
		text := adviceText(&s.report, s.options(portlore.English))
		if strings.Contains(text, "; reboot") || text != strings.Join(cleaned(text), "\n") {
			t.Errorf("%s:\n%s", class, text)
		}
	}
}

func cleaned(text string) (all []string) {
	for line := range strings.SplitSeq(text, "\n") {
		all = append(all, safetext.Clean(line))
	}
	return all
}

// A mail is written for one actor with a known time, names nobody else, and says
// what was assumed.
func TestMail(t *testing.T) {
	mail := func(change func(*portlore.Report), own bool) portlore.Advice {
		s := sampleOf("scan.port.vertical", "192.0.2.44")
		change(&s.report)
		o := s.options(portlore.English)
		o.Own = own
		Advise(&s.report, o)
		all := s.report.Findings[0].Advice
		return all[len(all)-1]
	}
	plain := mail(func(*portlore.Report) {}, false)
	for _, want := range []string{"192.0.2.44", "port scanning", "2025-11-23T15:07:17Z", "2025-11-23T15:09:21Z", "kern.log:7", "250 packets", "no time zone", "withheld"} {
		if !strings.Contains(plain.Text, want) {
			t.Errorf("no %q in:\n%s", want, plain.Text)
		}
	}
	if strings.Contains(plain.Text, "203.0.113") || strings.Contains(plain.Text, "/var/log") {
		t.Errorf("names us:\n%s", plain.Text)
	}
	if own := mail(func(*portlore.Report) {}, true); !strings.Contains(own.Text, "203.0.113.10") || strings.Contains(own.Text, "198.51.100.77") {
		t.Errorf("asked to name us, and nobody else:\n%s", own.Text)
	}
	if both := mail(func(r *portlore.Report) { r.Inputs[0].Notes = []string{"no year (--year)"} }, false); !strings.Contains(both.Text, "no year and no time zone") {
		t.Errorf("the year was assumed:\n%s", both.Text)
	}
	stated := mail(func(r *portlore.Report) { r.Inputs[0].Zone = "stated" }, false)
	if !strings.Contains(stated.Text, "the record states its time zone") {
		t.Errorf("the zone was stated:\n%s", stated.Text)
	}
	for name, want := range map[string]string{
		"/var/log/kern.log": "kern.log:7", "/logs/203.0.113.10.log": "record-1:7", "host-203-0-113-10.gz": "record-1:7",
		"-": "record-1:7", `C:\Users\ann\fw.log`: "fw.log:7", "2001:db8:1::5.log": "record-1:7", "kern.log-20251123": "kern.log-20251123:7",
	} {
		m := mail(func(r *portlore.Report) { r.Findings[0].Evidence[0].File = name }, false)
		if !strings.Contains(m.Text, "  "+want+"\n") {
			t.Errorf("%s: want %s in:\n%s", name, want, m.Text)
		}
	}
	for why, change := range map[string]func(*portlore.Report){
		"names no source":    func(r *portlore.Report) { r.Findings[0].Subjects = nil },
		"Ask for one source": func(r *portlore.Report) { r.Findings[0].Sources = 2 },
		"no date and time":   func(r *portlore.Report) { r.Findings[0].First = "" },
		"no date and time ": func(r *portlore.Report) {
			r.Findings[0].First, r.Findings[0].Last = "1970-01-01T00:00:09Z", "1970-01-01T00:00:11Z"
		},
		"No place":             func(r *portlore.Report) { r.Findings[0].Evidence = nil },
		"own network":          func(r *portlore.Report) { r.Findings[0].Subjects = []string{"192.168.7.9"} },
		"are the victims":      func(r *portlore.Report) { r.Findings[0].Role = portlore.Victim },
		"ordinary traffic":     func(r *portlore.Report) { r.Findings[0].Class = "trace.traceroute" },
		"Only a sensor says":   func(r *portlore.Report) { r.Findings[0].Class = "sensor.alert" },
		"share this address":   func(r *portlore.Report) { r.Findings[0].Subjects = []string{"100.64.3.3"} },
		"address is forged":    func(r *portlore.Report) { r.Findings[0].Class = "reflect.abused" },
		"The open door is the": func(r *portlore.Report) { r.Findings[0].Class = "exposed.service" },
	} {
		if m := mail(change, false); m.Text != "" || !strings.Contains(m.WhyNot, strings.TrimSpace(why)) {
			t.Errorf("want %q, got %q:\n%s", why, m.WhyNot, m.Text)
		}
	}
}

// Findings that are alike get one advice, about all of their sources.
func TestAdviceOfBlock(t *testing.T) {
	one, two := sampleOf("scan.port.vertical", "192.0.2.44"), sampleOf("scan.port.vertical", "192.0.2.45", "203.0.113.10")
	f, g := &one.report.Findings[0], &two.report.Findings[0]
	p := &explainPage{r: &one.report, ExplainStyle: ExplainStyle{Session: Session{Client: netip.MustParseAddr("192.0.2.46")}}}
	p.advice(block{f, g, &sampleOf("scan.port.vertical", "192.0.2.46").report.Findings[0]})
	text := p.b.String()
	for _, want := range []string{"192.0.2.44, 192.0.2.45\n", "the senders: 203.0.113.10\n", "the senders: 192.0.2.46\n", "Ask for one"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if len(f.Subjects) != 1 || len(g.Subjects) != 2 {
		t.Error("the findings were changed")
	}
}

// At most a hundred addresses are named, in one set, each once.
func TestManySources(t *testing.T) {
	s := samples()["many"]
	Advise(&s.report, s.options(portlore.English))
	for _, a := range adviceOf(&s.report) {
		if a.Tool == toolNft && strings.Count(a.Command, "192.0.2.") != mostNets {
			t.Errorf("%d addresses:\n%s", strings.Count(a.Command, "192.0.2."), a.Command)
		}
	}
}

func adviceOf(r *portlore.Report) []portlore.Advice {
	var all []portlore.Advice
	for _, f := range r.Findings {
		all = append(all, f.Advice...)
	}
	for _, n := range r.Noise {
		all = append(all, n.Advice...)
	}
	return all
}

// adviceText is the advice as it stands on the page of a finding.
func adviceText(r *portlore.Report, o AdviceOptions) string {
	Advise(r, o)
	p := &explainPage{r: r, ExplainStyle: ExplainStyle{Lang: o.Lang}}
	p.advices(adviceOf(r))
	return p.b.String()
}

type adviceSample struct {
	report  portlore.Report
	session Session
}

func (s adviceSample) options(lang portlore.Lang) AdviceOptions {
	return AdviceOptions{Lang: lang, Session: s.session}
}

// samples are a finding of every class, and the shapes that subjects can have.
func samples() map[string]adviceSample {
	all := map[string]adviceSample{}
	for class := range plans() {
		all[class] = sampleOf(class, subjectFor(class))
	}
	all["one-net"] = sampleOf("scan.port.vertical", "2001:db8:5::/64")
	all["both-families"] = sampleOf("worm.mirai", "192.0.2.44", "192.0.2.45", "2001:db8:5::/64", "2001:db8:6::/64", "100.64.0.9", "192.168.7.9")
	var many []string
	for i := range 120 {
		many = append(many, fmt.Sprintf("192.0.2.%d", i+1))
	}
	all["many"] = sampleOf("scan.distributed", many...)
	session := sampleOf("exposed.service", "192.0.2.44", "198.51.100.9")
	session.session = Session{Client: netip.MustParseAddr("198.51.100.9"), Port: 22}
	all["session"] = session
	known := sampleOf("probe.amplifier", "198.51.100.53", "198.51.100.80")
	known.report.Findings[0].Contacts = []portlore.Contact{
		{Address: "198.51.100.53", Services: []portlore.Service{{Proto: "udp", Port: 53}}},
		{Address: "198.51.100.80", Services: []portlore.Service{{Proto: "tcp", Port: 443}}},
	}
	all["known"] = known
	ports := sampleOf("brute.force", "192.0.2.44")
	for p := uint16(10001); p < 10150; p++ {
		ports.report.Findings[0].Services = append(ports.report.Findings[0].Services, portlore.Service{Proto: "tcp", Port: p}, portlore.Service{Proto: "udp", Port: p})
	}
	all["many-ports"] = ports
	six := sampleOf("outbound.dos", "192.168.7.20", "2001:db8:1::20")
	six.report.Findings[0].Targets = []string{"192.0.2.80", "2001:db8:80::80"}
	all["both-families-out"] = six
	return all
}

func subjectFor(class string) string {
	k, _ := lore.Open().Class(class)
	switch {
	case k.Role == portlore.Ours && !strings.HasPrefix(class, "exposed."), plans()[class].block == whyNeighbour:
		return "192.168.7.20"
	}
	return "192.0.2.44"
}

// sampleOf is a report of one finding, or of one group of noise where the class
// never is more.
func sampleOf(class string, subjects ...string) adviceSample {
	services := []portlore.Service{{Proto: "tcp", Port: 22, Name: "ssh"}, {Proto: "tcp", Port: 23, Name: "telnet"}}
	switch {
	case class == "benign.lan_discovery":
		services = []portlore.Service{{Proto: "udp", Port: 137}, {Proto: "udp", Port: 1900}, {Proto: "udp", Port: 5353}}
	case class == "benign.ident_callback":
		services = []portlore.Service{{Proto: "tcp", Port: 113}}
	case class == "benign.lan_service":
		services = []portlore.Service{{Proto: "tcp", Port: 445}, {Proto: "udp", Port: 161}}
	case strings.HasPrefix(class, "reflect."), class == "dos.watertorture", class == "probe.amplifier", class == "tunnel.suspicion":
		services = []portlore.Service{{Proto: "udp", Port: 53}}
	case class == "dos.loop", class == "dos.fraggle":
		services = []portlore.Service{{Proto: "udp", Port: 7}, {Proto: "udp", Port: 19}}
	case class == "dos.udpflood":
		services = []portlore.Service{{Proto: "udp", Port: 27015}}
	case strings.Contains(class, "icmp"), strings.Contains(class, "ping"), class == "dos.smurf", class == "benign.multicast",
		class == "benign.ipv6_nd", class == "misconfig.rule", class == "scan.proto", class == "evidence.gap":
		services = []portlore.Service{}
	case class == "outbound.spam":
		services = []portlore.Service{{Proto: "tcp", Port: 25}}
	}
	k, _ := lore.Open().Class(class)
	r := portlore.Report{
		Home:   []portlore.HomeNet{{Net: "192.168.7.0/24"}, {Net: "203.0.113.10/32"}, {Net: "2001:db8:1::/64"}},
		Inputs: []portlore.Input{{Name: "/var/log/kern.log", Zone: "assumed"}},
	}
	if noise := k.Kind == "class" && k.Word == portlore.Fine && len(plans()[class].rules) > 0; noise {
		r.Noise = []portlore.Noise{{Class: class, Subjects: subjects, Services: services}}
		return adviceSample{report: r}
	}
	r.Findings = []portlore.Finding{{
		ID: "19fc8c122e66e0eb", Class: class, Role: k.Role, Subjects: subjects, Targets: []string{"203.0.113.10", "198.51.100.77"},
		Services: services, Observations: 250, Packets: 250, Sources: uint64(len(subjects)),
		First: "2025-11-23T15:07:17Z", Last: "2025-11-23T15:09:21Z", Outcome: portlore.Outcome{Blocked: 248, Accepted: 2},
		Evidence: []portlore.Evidence{{File: "/var/log/kern.log", Line: 7}, {File: "/var/log/kern.log", Line: 8}},
	}}
	return adviceSample{report: r}
}
