package main

import (
	"fmt"
	"strings"
)

// find is the row of a command on some evidence; nil: it was not measured.
func (t *table) find(what, title string) *row {
	for i := range t.rows {
		if r := &t.rows[i]; strings.HasPrefix(r.title, title) && (what == "" || r.file.what == what) {
			return r
		}
	}
	return nil
}

// keepsAllocations are the formats of doors, which are few, and kept; and captures,
// of which the benchmark reads short ones whole: that a frame more costs no
// allocation more, a test holds.
func keepsAllocations(format string) bool {
	switch format {
	case "zeek", "denyhosts": // whose cases have a header, or what may be one, every few lines
		return true
	case "pcap", "pcapng", "netflow", "sflow":
		return true
	case "ss", "netstat", "lsof", "sockstat", "proc-net", "powershell", "osquery", "nmap", "masscan", "naabu", "rustscan", "zmap", "portlore":
		return true
	}
	return false
}

// budgets says of each budget whether it is met.
func (t *table) budgets() string {
	var b strings.Builder
	b.WriteString("| budget | measured | |\n|---|--:|---|\n")
	line := func(budget string, measured float64, known, met bool, unit string) {
		switch {
		case !known:
			fmt.Fprintf(&b, "| %s | | not measured |\n", budget)
		case met:
			fmt.Fprintf(&b, "| %s | %.3g%s | met |\n", budget, measured, unit)
		default:
			fmt.Fprintf(&b, "| %s | %.3g%s | **missed** |\n", budget, measured, unit)
		}
	}
	// ratio compares CPU time for each record of two rows.
	ratio := func(a, b *row) (float64, bool) {
		if a == nil || b == nil || b.per(b.file) == 0 {
			return 0, false
		}
		return a.per(a.file) / b.per(b.file), true
	}
	log, pcap := t.find("netfilter log", "portlore explain"), t.find("pcap", "portlore explain")
	most := func(budget string, a, b *row, limit float64) {
		n, ok := ratio(a, b)
		line(budget, n, ok, n <= limit, "x")
	}
	least := func(budget string, a, b *row, limit float64) {
		n, ok := ratio(a, b)
		line(budget, n, ok, n >= limit, "x")
	}
	lines := 0
	if log != nil {
		lines = log.file.records
	}
	most(fmt.Sprintf("explain a netfilter log of %d lines: at most 3x grep -c DPT=", lines), log, t.find("netfilter log", "grep"), 3)
	least("at least 100x faster per line than fwlogwatch", t.find("", "fwlogwatch"), log, 100)
	least("at least 300x faster per line than psad", t.find("", "psad"), log, 300)
	most("explain a pcap: at most capinfos", pcap, t.find("pcap", "capinfos"), 1)
	least("at least 20x faster than tshark", t.find("pcap", "tshark"), pcap, 20)
	worst, of := 0.0, ""
	for format, n := range t.allocations {
		if n > worst && !keepsAllocations(format) {
			worst, of = n, " ("+format+")"
		}
	}
	line("no allocation a record in any reader but those of headers and doors"+of, worst, len(t.allocations) > 0, worst < 0.5, "")
	peak := int64(0)
	for _, r := range t.rows {
		if strings.HasPrefix(r.title, "portlore") {
			peak = max(peak, r.peak)
		}
	}
	line("at most 256 MiB of memory", float64(peak)/(1<<20), peak > 0, peak <= 256<<20, " MiB")
	most("port: at most 1.5x getent services", t.find("one port", "portlore port"), t.find("one port", "getent"), 1.5)
	return b.String()
}
