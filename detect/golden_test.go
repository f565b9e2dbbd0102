package detect_test

import (
	"context"
	"encoding/hex"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/lore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// known are cases that say what should be right and is not yet, and why.
var known = map[string]string{}

// A scene is one case of testdata/CLASS/NAME.txtar: a comment that says what
// happens, and the files
//
//	log      lines of a firewall, or templates for many (see expand)
//	capture  such lines too, but seen by a sniffer: without interface, way or verdict
//	payload  what packets to a port began with, but for the SYNs, as a sniffer would
//	         show it: "udp 161 302602..", one a line; several for one port, which may
//	         come from a template, are taken in turn
//	stations of a capture: an address and a number, one a line: the station of an
//	         Ethernet that sends its packets and gets those for it
//	home     networks that are ours, one a line; without it they are inferred
//	lang     en or zh
//	is       of a look-alike: the classes that it really is, one a line
//	want     what the judge says of it, rewritten by -update
//
// CLASS must be among what was found. In a case named lookalike-* it must not
// be, and what stands in "is" must, whatever -update would write.
type scene struct {
	path, class, name string
	archive           *txtar.Archive
	options           detect.Options
	observations      []portlore.Observation
}

func scenes(t testing.TB) []scene {
	t.Helper()
	paths, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	base := lore.Open()
	var all []scene
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir, file := filepath.Split(path)
		s := scene{path: path, class: filepath.Base(dir), name: strings.TrimSuffix(file, ".txtar"), archive: a}
		s.options = detect.Options{Base: base, Time: func(t int64) string { return time.Unix(0, t).UTC().Format(time.RFC3339) }}
		for _, net := range strings.Fields(s.file("home")) {
			s.options.Home = append(s.options.Home, netip.MustParsePrefix(net))
		}
		if strings.TrimSpace(s.file("lang")) == "zh" {
			s.options.Lang = portlore.Chinese
		}
		if log := s.file("log"); log != "" {
			s.observations = observed(t, path, expand(log))
		}
		if capture := s.file("capture"); capture != "" {
			for _, o := range observed(t, path, expand(capture)) {
				o.InIf, o.OutIf, o.Way, o.Verdict = nil, nil, portlore.WayUnsaid, portlore.Unsaid
				s.observations = append(s.observations, o)
			}
		}
		s.carry(t, expand(s.file("payload")))
		s.connect(t)
		all = append(all, s)
	}
	return all
}

// observed reads lines of a firewall, all of which must be understood, but for a
// header that names the columns of flow logs.
func observed(t testing.TB, path, log string) []portlore.Observation {
	t.Helper()
	var all []portlore.Observation
	sink := func(o *portlore.Observation) {
		all = append(all, *o.Clone())
	}
	now := format.Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	res, err := format.Read(context.Background(), "log", 0, strings.NewReader(log), now, []format.Sink{sink}, nil)
	if err != nil {
		t.Fatal(err)
	}
	header := int64(0)
	if strings.HasPrefix(log, "version ") || strings.HasPrefix(log, "firstSeen,") {
		header = 1
	}
	if res.Understood == 0 || res.Understood+header != res.Lines {
		t.Fatalf("%s: %d of %d lines understood %v", path, res.Understood, res.Lines, res.Errors)
	}
	return all
}

// carry puts payloads into all packets to a port that can have one.
func (s *scene) carry(t testing.TB, lines string) {
	t.Helper()
	payloads := map[string][][]byte{} // by "udp 161"
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		payload, err := hex.DecodeString(words[2])
		if err != nil {
			t.Fatalf("%s: %v", s.path, err)
		}
		payloads[words[0]+" "+words[1]] = append(payloads[words[0]+" "+words[1]], payload)
	}
	turn := map[string]int{}
	for i := range s.observations {
		o := &s.observations[i]
		to := o.Proto.String() + " " + strconv.Itoa(int(o.DstPort))
		if list := payloads[to]; len(list) > 0 && o.Flags&portlore.SYN == 0 {
			o.Payload = list[turn[to]%len(list)]
			turn[to]++
		}
	}
}

// connect puts the addresses of stations into the packets.
func (s *scene) connect(t testing.TB) {
	t.Helper()
	station := map[netip.Addr]uint64{}
	for line := range strings.Lines(s.file("stations")) {
		words := strings.Fields(line)
		n, err := strconv.ParseUint(words[1], 10, 48)
		if err != nil {
			t.Fatalf("%s: %v", s.path, err)
		}
		station[netip.MustParseAddr(words[0])] = n
	}
	for i := range s.observations {
		o := &s.observations[i]
		o.LinkSrc, o.LinkDst = station[o.Src], station[o.Dst]
	}
}

func (s *scene) file(name string) string {
	for _, f := range s.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func TestGolden(t *testing.T) {
	for _, s := range scenes(t) {
		t.Run(s.class+"/"+s.name, func(t *testing.T) {
			t.Parallel()
			r := judge(s.options, s.observations)
			wrong := s.wrong(classesOf(&r))
			if why := known[s.class+"/"+s.name]; why != "" {
				if len(wrong) == 0 {
					t.Error("it is right by now: strike it from the list of what is known")
				}
				t.Skip("known: " + why)
			}
			for _, w := range wrong {
				t.Error(w)
			}
			checkAccount(t, &r, s.observations)
			checkOrder(t, &r, s.options, s.observations)
			checkLanguages(t, s.options, s.observations)
			checkOneSource(t, &r, s.options, s.observations)
			s.compare(t, dump(&r))
		})
	}
}

// wrong says what should have been found and was not, and the other way round.
func (s *scene) wrong(found []string) (all []string) {
	expected := []string{s.class}
	if strings.HasPrefix(s.name, "lookalike-") {
		if expected = strings.Fields(s.file("is")); len(expected) == 0 {
			all = append(all, "it does not say what it really is")
		}
		if isAmong(s.class, found) {
			all = append(all, fmt.Sprintf("%s is among %q", s.class, found))
		}
	}
	for _, class := range expected {
		if !isAmong(class, found) {
			all = append(all, fmt.Sprintf("%s is not among %q", class, found))
		}
	}
	return all
}

// classesOf is everything that a report calls something.
func classesOf(r *portlore.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = slices.Concat(all, []string{f.Class}, f.Also, f.Attributes)
	}
	for _, n := range r.Noise {
		all = append(all, n.Class)
	}
	if r.Unexplained.Observations > 0 {
		all = append(all, "unknown")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// isAmong takes a class or one below it: probe.service.ssh is probe.service.
func isAmong(class string, found []string) bool {
	return slices.ContainsFunc(found, func(f string) bool { return f == class || strings.HasPrefix(f, class+".") })
}

func (s *scene) compare(t *testing.T, got string) {
	if want := s.file("want"); got == want {
		return
	} else if !*update {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", s.archive.Comment, got, want)
		return
	}
	files := slices.DeleteFunc(slices.Clone(s.archive.Files), func(f txtar.File) bool { return f.Name == "want" })
	a := txtar.Archive{Comment: s.archive.Comment, Files: append(files, txtar.File{Name: "want", Data: []byte(got)})}
	if err := os.WriteFile(s.path, txtar.Format(&a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dump writes what a report says without its words: a line for each finding
// and for each row of noise.
func dump(r *portlore.Report) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Sentence)
	for _, h := range r.Home {
		fmt.Fprintf(&b, "home %s %s\n", h.Net, h.How)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s also%v attributes%v %s %d: %s; observations %d, %s, %.2f\n", f.Word, f.Class, f.Also, f.Attributes,
			f.Role, f.Sources, strings.Join(f.Subjects[:min(1, len(f.Subjects))], ""), f.Observations, f.Severity, f.Confidence.P)
	}
	for _, n := range r.Noise {
		fmt.Fprintf(&b, "noise %s %q: observations %d, sources %d,", n.Class, n.Family, n.Observations, n.Sources)
		for i, s := range n.Services {
			if i == 6 {
				fmt.Fprintf(&b, " and %d more", len(n.Services)-i)
				break
			}
			fmt.Fprintf(&b, " %s/%d", s.Proto, s.Port)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "unexplained %d %q\n", r.Unexplained.Observations, r.Unexplained.Examples)
	return b.String()
}
