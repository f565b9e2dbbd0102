//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// circumstances are what figures depend on. Load counts the others on the machine
// too.
func circumstances(now time.Time, endpoints int) string {
	load, _ := os.ReadFile("/proc/loadavg")
	minute, _, _ := strings.Cut(string(load), " ")
	version, _ := exec.Command("nmap", "--version").Output()
	nmap, _, _ := strings.Cut(strings.TrimPrefix(string(version), "Nmap version "), " ")
	return fmt.Sprintf("Measured on %s: %d endpoints, %d CPUs, load at the end %s, %s, nmap %s.",
		now.Format(time.DateOnly), endpoints, runtime.NumCPU(), minute, runtime.Version(), cmp.Or(nmap, "not installed"))
}

// compare writes the figures of all scans, as Markdown.
func compare(w io.Writer, all []endpoint, scans []scan) {
	fmt.Fprintln(w, "| | endpoints | right | wrong | unknown | product named | wrong settings found | invented | seconds |")
	fmt.Fprintln(w, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, s := range scans {
		for _, proto := range []string{"tcp", "udp"} {
			m, _ := marks(all, proto, s)
			n := m.names[right] + m.names[wrong] + m.names[unknown]
			if n == 0 {
				continue
			}
			seconds := fmt.Sprintf("%.1f", s.seconds[proto])
			if both, ok := s.seconds["both"]; ok {
				seconds = fmt.Sprintf("%.1f for both", both)
			}
			checks := "not asked | "
			if s.asks {
				checks = fmt.Sprintf("%d of %d | %d", m.found, m.ofChecks, m.invented)
			}
			fmt.Fprintf(w, "| %s, %s | %d | %d (%.1f %%) | %d | %d | %d of %d | %s | %s |\n", s.title, strings.ToUpper(proto), n,
				m.names[right], 100*float64(m.names[right])/float64(n), m.names[wrong], m.names[unknown], m.products, m.ofProd, checks, seconds)
		}
	}
	fmt.Fprintln(w)
}

// explain writes every answer that is not as it should be; brief: wrong names and
// checks only, without what is just not known.
func explain(w io.Writer, all []endpoint, s scan, brief bool) {
	for _, e := range s.lost {
		fmt.Fprintf(w, "- %s, %s (%s): nobody listens there any more\n", s.title, e.key(), e.by)
	}
	for _, proto := range []string{"tcp", "udp"} {
		_, bad := marks(all, proto, s)
		for _, m := range bad {
			if brief && m.outcome == unknown && len(m.missed)+len(m.invented) == 0 {
				continue
			}
			fmt.Fprintf(w, "- %s, %s (%s): %s", s.title, m.key(), m.by, m.say())
			if m.heard != "" && !brief {
				fmt.Fprintf(w, "; heard %q", m.heard)
			}
			fmt.Fprintln(w)
		}
	}
	if brief {
		return
	}
	for _, e := range all {
		if a := s.said[e.key()]; e.name(a) == right && !e.named(a) {
			fmt.Fprintf(w, "- %s, %s (%s): product %q, is %s\n", s.title, e.key(), e.by, a.product, e.product)
		}
	}
}

func (m mistake) say() string {
	var parts []string
	want := m.endpoint.service
	if want == "" {
		want = "nothing to be known"
	}
	switch {
	case m.outcome == wrong && m.answer.tls:
		parts = append(parts, fmt.Sprintf("wrong: %s inside TLS, is %s", m.answer.service, want))
	case m.outcome == wrong:
		parts = append(parts, fmt.Sprintf("wrong: %s, is %s", m.answer.service, want))
	case m.outcome == unknown:
		parts = append(parts, "unknown, is "+want)
	}
	if len(m.missed) > 0 {
		parts = append(parts, "missed "+strings.Join(m.missed, " "))
	}
	if len(m.invented) > 0 {
		parts = append(parts, "invented "+strings.Join(m.invented, " "))
	}
	return strings.Join(parts, "; ")
}
