package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A table is what was measured, in the order of its rows.
type table struct {
	runs        int
	rows        []row
	notes       []string
	allocations map[string]float64 // for each record, by format
}

// A row is one command on one file; the ratios are those of CPU time for each
// record.
type row struct {
	contender
	cost
	grep, wc cost // on the same file; of portlore alone
	ours     cost // of portlore on the same kind of evidence, if this is a peer
	oursOn   file
	format   string
}

// group measures portlore on a file, beside grep, wc and its peers.
func (t *table) group(portlore, format string, f file, peers ...contender) {
	all := append([]contender{
		{title: "portlore explain", file: f, argv: []string{portlore, "explain", f.name}},
		{title: "grep -c DPT=", file: f, argv: []string{"grep", "-c", "DPT=", f.name}},
		{title: "wc -l", file: f, argv: []string{"wc", "-l", f.name}},
	}, peers...)
	costs, notes := measure(all, t.runs)
	t.notes = append(t.notes, notes...)
	for i, c := range costs {
		r := row{contender: all[i], cost: c, ours: costs[0], oursOn: f}
		switch {
		case c.cpu == 0:
			continue
		case i == 0:
			r.grep, r.wc, r.ours, r.format = costs[1], costs[2], cost{}, format
		case i < 3 && len(peers) == 0:
			continue
		}
		t.rows = append(t.rows, r)
	}
}

// evidence measures portlore beside its peers on the same scene.
func (t *table) evidence(portlore string, e evidence) {
	t.group(portlore, "netfilter", e.log,
		contender{title: "portlore explain --json", file: e.log, argv: []string{portlore, "explain", "--json", e.log.name}},
		contender{title: "fwlogwatch", file: e.short, argv: []string{"fwlogwatch", e.short.name}, peer: "fwlogwatch", once: true},
		contender{title: "psad -A -m", file: e.short, argv: []string{"psad", "-A", "-m", e.short.name}, peer: "psad", once: true},
		contender{title: "crowdsec", file: e.short, argv: []string{"crowdsec", "-no-api", "-type", "syslog", "-dsn", "file://" + e.short.name}, peer: "crowdsec", needs: "/etc/crowdsec/parsers/s01-parse", once: true},
	)
	t.group(portlore, "pcap", e.pcap,
		contender{title: "capinfos", file: e.pcap, argv: []string{"capinfos", e.pcap.name}, peer: "wireshark-common"},
		contender{title: "tcpdump -n", file: e.pcap, argv: []string{"tcpdump", "-n", "-r", e.pcap.name}, peer: "tcpdump", once: true},
		contender{title: "tshark -n", file: e.pcap, argv: []string{"tshark", "-n", "-r", e.pcap.name}, peer: "tshark", once: true},
	)
	flows, note := nfcapd(e.netflow)
	if note != "" {
		t.notes = append(t.notes, "nfdump: "+note)
	}
	defer os.RemoveAll(flows.name)
	t.group(portlore, "netflow", e.netflow,
		contender{title: "nfdump -s srcip (of what nfcapd made of them)", file: flows, argv: []string{"nfdump", "-R", flows.name, "-s", "srcip"}, peer: "nfdump", needs: flows.name},
	)
}

// formats measures portlore on the cases of every format.
func (t *table) formats(portlore, dir string, o options) {
	names, err := formatNames()
	if err != nil {
		t.notes = append(t.notes, err.Error())
	}
	var without []string
	for _, format := range names {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), format) {
			continue
		}
		f, err := enlarged(portlore, dir, format, o.megabytes*1e6)
		if err != nil {
			without = append(without, format)
			continue
		}
		t.group(portlore, format, f)
	}
	if len(without) > 0 {
		t.notes = append(t.notes, "formats of which no case can be repeated into a large file: "+strings.Join(without, ", "))
	}
}

// starts measures how long it takes to begin.
func (t *table) starts(portlore string) {
	question := file{what: "one port", records: 1}
	all := []contender{
		{title: "portlore port 22", file: question, argv: []string{portlore, "port", "22"}},
		{title: "getent services", file: question, argv: []string{"getent", "services", "22/tcp"}},
	}
	costs, notes := measure(all, 21)
	t.notes = append(t.notes, notes...)
	for i, c := range costs {
		if r := (row{contender: all[i], cost: c}); c.cpu > 0 {
			if i > 0 {
				r.ours, r.oursOn = costs[0], question
			}
			t.rows = append(t.rows, r)
		}
	}
}

func (t *table) print(w io.Writer) {
	fmt.Fprintln(w, "| evidence | command | records | MB/s | records/s | allocations a record | peak memory | CPU time | to grep -c | to wc -l | to portlore |")
	fmt.Fprintln(w, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, r := range t.rows {
		seconds := r.cpu.Seconds()
		speed, rate := "", ""
		if r.file.bytes > 0 {
			speed, rate = fmt.Sprintf("%.0f", float64(r.file.bytes)/1e6/seconds), fmt.Sprintf("%.0f", float64(r.file.records)/seconds)
		}
		allocated := ""
		if n, ok := t.allocations[r.format]; ok {
			allocated = strings.TrimSuffix(fmt.Sprintf("%.1f", n), ".0")
		}
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %s | %s | %.3f s | %s | %s | %s |\n", r.file.what, r.title, r.file.records, speed, rate, allocated,
			mebibytes(r.peak), seconds, ratio(float64(r.cpu), float64(r.grep.cpu)), ratio(float64(r.cpu), float64(r.wc.cpu)), ratio(r.per(r.file), r.ours.per(r.oursOn)))
	}
	fmt.Fprintf(w, "\nAll by CPU time, user and system, of a command and its children: the median of %d runs in turn, of slow peers one run.\n", t.runs)
	fmt.Fprintln(w, "Of what is smaller than this bench the peak is that of the bench, from which it was started. Peers that got the beginning\nof a log alone are compared by the record. Allocations are those of the reader in its own\nbenchmark; those of doors are kept. Left out:")
	if len(t.notes) == 0 {
		fmt.Fprintln(w, "nothing.")
	}
	fmt.Fprintln(w)
	for _, n := range t.notes {
		fmt.Fprintln(w, "-", n)
	}
}
