//go:build linux

package main

import (
	"net/netip"
	"strings"
	"testing"
)

func found(class string, p float64, subjects ...string) finding {
	f := finding{Class: class, Severity: "low", Role: "actor", Subjects: subjects}
	f.Confidence.P = p
	return f
}

func TestJudgeActor(t *testing.T) {
	const src = "198.51.100.9"
	seen := map[string]int{"kern.log": 5, "wan.pcap": 9, "flows.csv": 2}
	scan := actor{Src: src, Verdict: "scan.port.vertical", Also: []string{"scan.stealth", "tool.nmap"}, MustNot: []string{"dos", "worm:certain"}, Seen: seen}
	late := actor{Src: src, Verdict: "benign.late_reply", Also: []string{"benign.client"}, MustNot: []string{"backscatter.icmp"}, Seen: seen, LogView: &viewFile{Verdict: "backscatter.tcp", May: []string{"backscatter.icmp"}}}
	walk := actor{Src: src, Verdict: "probe.enum.snmp", Seen: seen, FlowView: &viewFile{Also: []string{"probe.service"}}}
	loud := found("backscatter.tcp", 0.5, src)
	loud.Severity = "high"
	for _, tt := range []struct {
		name  string
		actor actor
		kind  string
		given []finding
		noise []finding
		want  outcome
		named bool
	}{
		{"the class", scan, "wan.pcap", []finding{found("scan.port.vertical", 0.9, src)}, nil, right, true},
		{"its network", scan, "wan.pcap", []finding{found("scan.port.vertical", 0.9, "198.51.100.0/24")}, nil, right, true},
		{"another's", scan, "wan.pcap", []finding{found("scan.port.vertical", 0.9, "198.51.100.8")}, nil, missed, false},
		{"only what is true besides", scan, "kern.log", []finding{found("tool.nmap", 0.9, src)}, nil, vague, true},
		{"the right family", scan, "kern.log", []finding{found("scan.port.horizontal", 0.9, src)}, nil, vague, false},
		{"nothing", scan, "kern.log", nil, nil, missed, false},
		{"forbidden besides", scan, "kern.log", []finding{found("scan.port.vertical", 0.9, src), found("dos.synflood", 0.4, src)}, nil, wrong, true},
		{"forbidden when certain", scan, "kern.log", []finding{found("scan.port.vertical", 0.9, src), found("worm.mirai", 0.95, src)}, nil, wrong, true},
		{"but likely", scan, "kern.log", []finding{found("scan.port.vertical", 0.9, src), found("worm.mirai", 0.6, src)}, nil, right, true},
		{"a hostile one called benign", scan, "kern.log", nil, []finding{found("benign.client", 1, src)}, wrong, false},
		{"not in this evidence", scan, "lan.pcap", nil, nil, unseen, false},
		{"noise counts", late, "wan.pcap", nil, []finding{found("benign.late_reply", 1, src)}, right, true},
		{"what a log can see", late, "kern.log", nil, []finding{found("backscatter.tcp", 1, src)}, right, true},
		{"which is less than a capture", late, "wan.pcap", nil, []finding{found("backscatter.tcp", 1, src)}, missed, false},
		{"what a log may say", late, "kern.log", nil, []finding{found("backscatter.icmp", 1, src)}, missed, false},
		{"an innocent accused", late, "wan.pcap", []finding{found("scan.port.vertical", 0.6, src)}, nil, wrong, false},
		{"an innocent made loud", late, "kern.log", []finding{loud}, nil, wrong, true},
		{"a question that a log cannot read", walk, "kern.log", nil, []finding{found("probe.service.snmp", 1, src)}, right, true},
		{"nor flows", walk, "flows.csv", nil, []finding{found("probe.service.snmp", 1, src)}, right, true},
		{"but a capture", walk, "wan.pcap", nil, []finding{found("probe.service.snmp", 1, src)}, vague, false},
	} {
		v := judgeActor(document{Findings: tt.given, Noise: tt.noise}, tt.actor, tt.kind)
		if v.outcome != tt.want || v.named != tt.named && v.outcome != wrong {
			t.Errorf("%s: outcome %d named %v, want %d %v", tt.name, v.outcome, v.named, tt.want, tt.named)
		}
	}
}

// TestOurTargets: a finding about us is about its targets too.
func TestOurTargets(t *testing.T) {
	f := finding{Class: "exposed.service", Role: "ours", Subjects: []string{"198.51.100.9"}, Targets: []string{"192.0.2.7"}}
	for _, role := range []string{"ours", "actor"} {
		f.Role = role
		given, _ := document{Findings: []finding{f}}.given(asPrefix("192.0.2.7"))
		if (len(given) == 1) != (role == "ours") {
			t.Errorf("%s: %v", role, given)
		}
	}
}

func TestAccused(t *testing.T) {
	truth := truthFile{Actors: []actor{{Src: "198.51.100.9"}, {Src: "198.18.0.0/16"}}}
	seen := map[netip.Addr]int{addr("198.51.100.9"): 5, addr("198.51.100.10"): 1, addr("198.51.100.11"): 1, addr("198.18.3.4"): 1, addr("203.0.113.1"): 2}
	d := document{
		Findings: []finding{found("scan.port.vertical", 0.9, "198.51.100.9", "198.51.100.10"), found("dos.synflood", 0.9, "198.18.0.0/16", "203.0.113.0/24")},
		Noise:    []finding{found("benign.client", 1, "198.51.100.11")},
	}
	got := d.accused(truth, seen)
	if len(got) != 2 || got[addr("198.51.100.10")] != "scan.port.vertical" || got[addr("203.0.113.1")] != "dos.synflood" {
		t.Errorf("accused: %v", got)
	}
}

func TestTable(t *testing.T) {
	scan := actor{Verdict: "scan.port.vertical"}
	c := court{
		verdicts:  []verdict{{actor: scan, kind: "kern.log", outcome: right, named: true}, {actor: scan, kind: "kern.log", outcome: wrong, named: true}, {actor: actor{Verdict: "benign.ping"}, kind: "wan.pcap", outcome: vague, named: true}},
		innocents: map[string]int{"kern.log": 7}, accused: map[string][]string{"kern.log": {"x"}}, unread: map[string]int{"flows.csv": 2},
	}
	var b strings.Builder
	c.table(&b)
	for _, want := range []string{
		"| scan.port.vertical | 1 / 0 / 0 / 1 | | | | |", "| benign.ping | | | | | 0 / 1 / 0 / 0 | | |", "| **all** | 1 / 0 / 0 / 1 | | | | 0 / 1 / 0 / 0 | | |",
		"| **named, hostile** | 50.0 % of 2 |", "| **innocent addresses accused** | 1 of 7 |", "| **files not understood** | 0 | 0 | 2 | 0 | 0 |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestScore(t *testing.T) {
	truth := truthFile{Actors: []actor{
		{Src: "198.51.100.9", Verdict: "scan.port.vertical", LogLines: 5},
		{Src: "198.51.100.8", Verdict: "probe.proxy", LogLines: 5},
		{Src: "198.18.0.0/16", Verdict: "benign.p2p_afterglow", LogLines: 5},
		{Src: "203.0.113.9", Verdict: "backscatter.tcp"},
	}}
	seen := map[netip.Addr]int{addr("192.0.2.1"): 1, addr("192.0.2.2"): 1, addr("198.51.100.9"): 5}
	var s score
	s.add([]netip.Addr{addr("198.51.100.9"), addr("198.18.7.7"), addr("192.0.2.2")}, truth, seen)
	if want := (score{hostile: 2, found: 1, benign: 1, accused: 1, innocents: 2, harmed: 1}); s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
	for i, o := range others() {
		line := []string{"SRC:  198.51.100.9, DL: 3, Dsts: 1, Pkts: 201", `level=info msg="Ip 198.51.100.9 performed 'x'`}[i]
		if m := o.says.FindStringSubmatch(line); m == nil || strings.TrimSuffix(m[1], ",") != "198.51.100.9" {
			t.Errorf("%s: %q", o.name, m)
		}
	}
}

func TestRelationOf(t *testing.T) {
	scan := actor{Verdict: "scan.port.vertical", Also: []string{"tool.nmap"}, MustNot: []string{"dos", "worm:certain"}}
	visitor := actor{Verdict: "benign.client", MustNot: []string{"probe"}, LogView: &viewFile{Verdict: "probe.service"}}
	for _, tt := range []struct {
		name  string
		actor actor
		kind  string
		given map[string]float64
		named bool
		want  relation
	}{
		{"the class", scan, "kern.log", map[string]float64{"scan.port.vertical": 0.8}, true, same},
		{"what is true besides", scan, "kern.log", map[string]float64{"tool.nmap": 0.8}, true, same},
		{"its family", scan, "netflow.pcap", map[string]float64{"scan.port.horizontal": 0.8}, false, weaker},
		{"noise", scan, "netflow.pcap", map[string]float64{"benign.client": 1}, false, weaker},
		{"nothing", scan, "netflow.pcap", nil, false, weaker},
		{"what is forbidden", scan, "netflow.pcap", map[string]float64{"scan.port.vertical": 0.8, "dos.synflood": 0.5}, true, contradictory},
		{"forbidden when certain", scan, "netflow.pcap", map[string]float64{"worm.mirai": 0.5}, false, weaker},
		{"certain", scan, "netflow.pcap", map[string]float64{"worm.mirai": 0.95}, false, contradictory},
		{"an innocent accused", visitor, "netflow.pcap", map[string]float64{"scan.port.vertical": 0.6}, false, contradictory},
		{"forbidden of a capture", visitor, "wan.pcap", map[string]float64{"probe.service.http": 1}, false, contradictory},
		{"but not of a log", visitor, "kern.log", map[string]float64{"probe.service.http": 1}, true, same},
	} {
		if got := relationOf(verdict{actor: tt.actor, kind: tt.kind, given: tt.given, named: tt.named}); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
