package firewall

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the expected outputs anew")

// Each golden holds rulesets as the tools print them, questions, and the answers.
func TestAdmit(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := func(name string) *txtar.File {
				for i := range archive.Files {
					if archive.Files[i].Name == name {
						return &archive.Files[i]
					}
				}
				return &txtar.File{}
			}
			rules := &Ruleset{}
			if text := part("nft.json").Data; len(text) > 0 {
				if rules, err = ParseNFT(text, part("nft.txt").Data); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"iptables-save", "ip6tables-save"} {
				more, err := ParseIPTables(part(name).Data, name == "ip6tables-save")
				if err != nil {
					t.Fatal(err)
				}
				rules.Replace(more)
			}
			var got strings.Builder
			for line := range strings.Lines(string(part("ask").Data)) {
				got.WriteString(answer(t, rules, strings.TrimSpace(line)))
			}
			want := part("want")
			if *update {
				want.Data = []byte(got.String())
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got.String() != string(want.Data) {
				t.Errorf("got\n%swant\n%s", got.String(), want.Data)
			}
		})
	}
}

// answer asks one question: protocol, address:port, interface.
func answer(t *testing.T, rules *Ruleset, line string) string {
	f := strings.Fields(line)
	if len(f) != 3 {
		t.Fatalf("%q: want PROTO ADDRESS:PORT INTERFACE", line)
	}
	proto, ok := protocolNumber(f[0])
	to, err := netip.ParseAddrPort(f[1])
	if !ok || err != nil {
		t.Fatal(line, err)
	}
	v6 := to.Addr().Is6()
	route := func(a netip.Addr) string {
		if a == to.Addr() {
			return ""
		}
		return "docker0"
	}
	a := rules.Admit(Flow{V6: v6, Proto: uint8(proto), Dest: to.Addr(), Port: to.Port(), In: f[2]}, Everyone(v6), route)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  from %s\n", line, words(a.From))
	for _, fw := range a.Forwards {
		fmt.Fprintf(&b, "  on to %s from %s by %s\n", fw.To, words(fw.From), fw.By)
	}
	for _, h := range a.Let {
		fmt.Fprintf(&b, "  let %s by %s\n", words(h.From), h)
	}
	for _, h := range a.Stopped {
		fmt.Fprintf(&b, "  stopped %s by %s\n", words(h.From), h)
	}
	if odd := a.NotUnderstood(); odd != "" {
		fmt.Fprintf(&b, "  not understood: %s\n", odd)
	}
	return b.String()
}

func words(s Set) string {
	nets, more := s.Prefixes(4)
	if len(nets) == 0 {
		return "nobody"
	}
	text := strings.Trim(fmt.Sprint(nets), "[]")
	if more {
		text += fmt.Sprintf(" … (%d ranges)", len(s))
	}
	return text
}

// Whatever the tools print, nothing panics or runs for ever.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range archive.Files {
			f.Add(string(part.Data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, v6 := range []bool{false, true} {
			nft, err := ParseNFT([]byte(text), []byte(text))
			if err != nil {
				nft = &Ruleset{}
			}
			if more, err := ParseIPTables([]byte(text), v6); err == nil {
				nft.Replace(more)
			}
			dest := netip.MustParseAddr("192.0.2.2")
			if v6 {
				dest = netip.MustParseAddr("2001:db8::2")
			}
			class := nft.PortClass()
			services := append([]Service{{6, 22}}, nft.Translated()...)
			for _, s := range services[:min(len(services), 8)] {
				class(s.Port)
				nft.Admit(Flow{V6: v6, Proto: s.Proto, Dest: dest, Port: s.Port, In: "eth0"}, Everyone(v6), func(netip.Addr) string { return "x" })
			}
		}
	})
}
