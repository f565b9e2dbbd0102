package probe

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"golang.org/x/tools/txtar"
)

var record = flag.String("record", "", "write down what the daemons answer that this file lists: lines of address, tcp/22, service, name of the daemon")

var recordOwn = flag.Bool("record-own", false, "ask only what is meant for them: they end, or take nobody else, after any other question")

// TestRecord writes recordings of real daemons. What they are is for the list to
// say, not for the probes.
func TestRecord(t *testing.T) {
	if *record == "" {
		t.Skip("nothing to record: see -record")
	}
	list, err := os.ReadFile(*record)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	free := make(chan struct{}, 16)
	for line := range strings.Lines(string(list)) {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			recordOne(t, f[0], f[1], f[2], f[3])
		})
	}
	wait.Wait()
}

func recordOne(t *testing.T, address, port, service, by string) {
	proto, number, _ := strings.Cut(port, "/")
	to := net.JoinHostPort(address, number)
	dial := func(ctx context.Context) (net.Conn, error) {
		d := net.Dialer{Timeout: 2 * time.Second}
		return d.DialContext(ctx, proto, to)
	}
	if proto == "udp" {
		packets := func(context.Context) (net.PacketConn, error) { return net.ListenPacket("udp", ":0") }
		dial = anyPort(packets, netip.MustParseAddrPort(to))
	}
	d := portlore.Door{Proto: proto, Port: 4711, State: "open"}
	a := &asker{door: &d, dial: dial, opt: Options{OT: true}}
	for _, p := range All() {
		if p.transport() == proto {
			a.probes = append(a.probes, p)
		}
	}
	got := portlore.Door{Proto: proto, Port: numberOf(number), State: "open"}
	Ask(t.Context(), dial, &got, Options{OT: true})
	plain := a.everything(t, service)
	inside := map[string][]byte{}
	h := answer{}
	if proto == "tcp" {
		if h = a.converse(t.Context(), question{tls: true}); h.speaks {
			over := &asker{door: &d, dial: overTLS(dial), opt: a.opt, probes: a.probes}
			inside = over.everything(t, service)
		} else if len(h.said) > 0 {
			plain["TLS"] = h.said
		}
	}
	note := ""
	if got.Service.Name != service {
		note = " <<<"
	}
	t.Logf("%-16s %-10s want %-14s got %-14s %s|%s tls %v%s", by, port, service, got.Service.Name, got.Service.Product, got.Service.Version, got.Service.TLS, note)
	out := &txtar.Archive{Comment: []byte(fmt.Sprintf("%s of Debian 12 on %s, recorded %s.\n", by, port, time.Now().Format("2006-01-02")))}
	want := fmt.Sprintf("service %s\nport %s\n", service, port)
	want += fmt.Sprintf("product %s\nversion %s\ntls %t\n", got.Service.Product, got.Service.Version, got.Service.TLS)
	out.Files = append(out.Files, txtar.File{Name: "want", Data: []byte(want)})
	for _, q := range questions(proto) {
		if q.probe != nil && q.probe.Service == service && (len(plain[nameOf(q, proto)]) > 0 || len(inside[nameOf(q, proto)]) > 0) {
			out.Files = append(out.Files, txtar.File{Name: "sent", Data: escape([]byte(q.ask))})
			break
		}
	}
	out.Files = append(out.Files, sections("received", plain, service)...)
	out.Files = append(out.Files, sections("inside", inside, service)...)
	dir := filepath.Join("testdata", service)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, by+"-"+strings.ReplaceAll(port, "/", "")+".txtar"), txtar.Format(out), 0o644); err != nil {
		t.Error(err)
	}
}

func numberOf(s string) uint16 {
	n, _ := strconv.ParseUint(s, 10, 16)
	return uint16(n)
}

func nameOf(q question, proto string) string {
	for name, other := range questions(proto) {
		if other.ask == q.ask && other.waits == q.waits {
			return name
		}
	}
	return ""
}

// everything asks all questions, its own and the generic ones first and alone: some
// serve few callers at a time.
func (a *asker) everything(t *testing.T, service string) map[string][]byte {
	out := map[string][]byte{}
	var mu sync.Mutex
	ask := func(name string, q question) {
		h := a.converse(t.Context(), q)
		mu.Lock()
		defer mu.Unlock()
		if q.waits {
			h.said = h.greeting
		}
		if len(h.said) > 0 {
			out[name] = h.said
		}
	}
	all := questions(a.door.Proto)
	for name, q := range all {
		if q.probe == nil && !*recordOwn || q.probe != nil && q.probe.Service == service || q.waits {
			ask(name, q)
			delete(all, name)
		}
	}
	if *recordOwn {
		return out
	}
	var wait sync.WaitGroup
	free := make(chan struct{}, 5)
	for name, q := range all {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			ask(name, q)
		})
	}
	wait.Wait()
	return out
}

// sections are the answers, those that differ in figures alone but once.
func sections(kind string, answers map[string][]byte, service string) (out []txtar.File) {
	const most, mostOwn = 1500, 8000
	names := map[string][]string{}
	said := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		b := answers[name]
		if strings.HasPrefix(name, service) || name == "wait" {
			b = b[:min(len(b), mostOwn)]
		} else {
			b = b[:min(len(b), most)]
		}
		shape := figures.ReplaceAllString(string(b), "#")
		if len(b) <= 4 {
			shape = string(b)
		}
		names[shape] = append(names[shape], name)
		if said[shape] == nil {
			said[shape] = b
		}
	}
	for shape, n := range names {
		out = append(out, txtar.File{Name: kind + " " + strings.Join(n, " "), Data: escape(said[shape])})
	}
	slices.SortFunc(out, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return out
}

var figures = regexp.MustCompile(`[0-9a-f]+`)
