package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// A recording is what one daemon answered to all questions, and what it is.
type recording struct {
	name, about   string
	proto         string
	port          uint16
	want          map[string]string // service, product, version, tls
	sent          string            // the question whose answer proves it, as it was then
	plain, inside map[string][]byte // answers by the name of the question; inside TLS
}

// questions are all that is ever sent by one transport, by a name.
func questions(proto string) map[string]question {
	out := map[string]question{}
	if proto == "tcp" {
		out = map[string]question{"wait": {waits: true}, "GET": generic[0], "CRLF": generic[1], "HELP": generic[2]}
	}
	all := All()
	for i := range all {
		p := &all[i]
		if p.transport() != proto || p.Ask == "" || p.Ask == get("/") || isGeneric(p.Ask) {
			continue
		}
		name := p.Service
		for n := 2; ; n++ {
			if q, taken := out[name]; !taken || q.ask == p.Ask {
				break
			}
			name = fmt.Sprintf("%s-%d", p.Service, n)
		}
		out[name] = question{ask: p.Ask, probe: p}
	}
	return out
}

// askers are the probes that ask a question.
func askers(q question) (out []*Probe) {
	all := All()
	for i := range all {
		if p := &all[i]; p.Ask == q.ask && (q.ask != "" || q.waits) && (q.probe == nil || p.transport() == q.probe.transport()) {
			out = append(out, p)
		}
	}
	return out
}

func recordings(t testing.TB) (out []recording) {
	t.Helper()
	names, _ := filepath.Glob("testdata/*/*.txtar")
	for _, name := range names {
		if filepath.Base(filepath.Dir(name)) == "inspect" { // conversations of another kind
			continue
		}
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r := recording{name: strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "testdata/"), ".txtar"), about: string(a.Comment), want: map[string]string{}, plain: map[string][]byte{}, inside: map[string][]byte{}}
		for _, f := range a.Files {
			kind, to, _ := strings.Cut(f.Name, " ")
			switch kind {
			case "want":
				for line := range strings.Lines(string(f.Data)) {
					k, v, _ := strings.Cut(strings.TrimSpace(line), " ")
					r.want[k] = v
				}
				proto, port, _ := strings.Cut(r.want["port"], "/")
				r.proto, r.port = proto, numberOf(port)
			case "sent":
				r.sent = string(unescape(t, f.Data))
			case "received", "inside":
				answers := r.plain
				if kind == "inside" {
					answers = r.inside
				}
				for _, q := range strings.Fields(to) {
					answers[q] = unescape(t, f.Data)
				}
			default:
				t.Errorf("%s: section %q", name, f.Name)
			}
		}
		out = append(out, r)
	}
	return out
}

func unescape(t testing.TB, text []byte) []byte {
	var out []byte
	for line := range strings.Lines(string(text)) {
		s, err := strconv.Unquote(`"` + strings.TrimSuffix(line, "\n") + `"`)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, s...)
	}
	return out
}

// escape writes bytes as lines of text that unescape reads.
func escape(b []byte) []byte {
	var out []byte
	for line := range bytes.Lines(b) {
		for len(line) > 0 {
			part := line[:min(len(line), 120)]
			s := strconv.QuoteToASCII(string(part))
			out = append(append(out, s[1:len(s)-1]...), '\n')
			line = line[len(part):]
		}
	}
	return out
}

// No answer that any daemon gave to any question is read as another service's.
func TestMatrix(t *testing.T) {
	all := All()
	pairs := 0
	for _, r := range recordings(t) {
		all := slices.DeleteFunc(slices.Clone(all), func(p Probe) bool { return p.transport() != r.proto })
		asked := questions(r.proto)
		for _, answers := range []map[string][]byte{r.plain, r.inside} {
			for name, said := range answers {
				q, known := asked[name]
				if !known {
					if name != "TLS" {
						t.Errorf("%s: nobody asks %q any more", r.name, name)
					}
					continue
				}
				as := askers(q)
				if len(as) == 0 {
					as = []*Probe{nil}
				}
				for _, p := range as {
					pairs++
					if isEcho(&answer{question: q, said: said}) {
						if r.want["service"] != "echo" {
							t.Errorf("%s: its answer to %s is an echo", r.name, name)
						}
						continue
					}
					if by := reader(all, p, said); by != nil && by.Service != r.want["service"] && !generalises(by.Service, r.want["service"]) && !wantsTLS(said) {
						t.Errorf("%s: its answer to %s is read as %s: %.200q", r.name, name, by.Service, said)
					}
				}
			}
		}
	}
	t.Logf("%d answers", pairs)
}

// generalises says that a service is the kind that another one is of, so that the
// answer to one question may tell less than that to another.
func generalises(kind, service string) bool {
	switch kind {
	case "http":
		all := All()
		return slices.ContainsFunc(all, func(p Probe) bool { return p.Service == service && p.web() })
	case "xmpp-client":
		return service == "xmpp-server" // streams look alike until it says which
	}
	return false
}

// Each recording is played back to Ask by a server of its own, which answers as the
// daemon did: at its own port, and at one that means nothing, where less may be
// found, but nothing else.
func TestReplay(t *testing.T) {
	var wait sync.WaitGroup
	defer wait.Wait()
	cert, free := certificate(t), make(chan struct{}, 24)
	for _, r := range recordings(t) {
		free <- struct{}{}
		wait.Go(func() { // they wait most of the time, more than t.Parallel allows at once
			defer func() { <-free }()
			if got := r.ask(t, cert, r.port); got != wanted(r.want) {
				t.Errorf("%s\ngot  %s\nwant %s", r.name, got, wanted(r.want))
			}
			got := r.ask(t, cert, 4711)
			found, _, _ := strings.Cut(got, " product")
			if want, _, _ := strings.Cut(wanted(r.want), " product"); found != want && found != "service" && found != "service " {
				t.Errorf("%s, at a port that means nothing:\ngot  %s\nwant %s", r.name, got, wanted(r.want))
			}
		})
	}
}

func wanted(want map[string]string) string {
	return strings.TrimSpace(fmt.Sprintf("service %s product %s version %s tls %t", want["service"], want["product"], want["version"], want["tls"] == "true"))
}

// What was sent when a daemon was recorded is what is sent today.
func TestSent(t *testing.T) {
	for _, r := range recordings(t) {
		if r.sent == "" {
			continue
		}
		all := All()
		if !slices.ContainsFunc(all, func(p Probe) bool { return p.Service == r.want["service"] && p.Ask == r.sent }) && !isGeneric(r.sent) {
			t.Errorf("%s: %.100q is asked by nobody", r.name, r.sent)
		}
	}
}

// certificate is one for a replayed server.
func certificate(t testing.TB) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
