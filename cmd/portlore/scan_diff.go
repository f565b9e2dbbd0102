package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
)

// compareScans says what is different between two scans. Of what only one of them
// asked for, or did not come to, nothing is said but the number.
func compareScans(before, after *report.Scan) report.ScanChanges {
	c := report.ScanChanges{Since: before.Time, New: []portlore.Door{}, Changed: []portlore.Door{}, Gone: []portlore.Door{}}
	then, now := scannedDoors(before), scannedDoors(after)
	for _, d := range after.Doors() {
		switch old := then[placeOf(&d)]; {
		case old == nil && before.Partial, old == nil && !asked(before, &d):
			c.Unasked++
		case old == nil:
			c.New = append(c.New, d)
		case isOtherService(old, &d):
			c.Changed = append(c.Changed, d)
		}
	}
	for _, d := range before.Doors() {
		switch _, still := now[placeOf(&d)]; {
		case still:
		case after.Partial, !asked(after, &d):
			c.Unasked++
		default:
			c.Gone = append(c.Gone, d)
		}
	}
	return c
}

func scannedDoors(s *report.Scan) map[doorPlace]*portlore.Door {
	all := map[doorPlace]*portlore.Door{}
	for _, d := range s.Doors() {
		all[placeOf(&d)] = &d
	}
	return all
}

// isOtherService says that a door is not what it was: something else answers, in
// another version, or its word is another one.
func isOtherService(old, d *portlore.Door) bool {
	a, b := &old.Service, &d.Service
	said := a.Proof == "answer" && b.Proof == "answer"
	return old.Word != d.Word || said && (a.Name != b.Name || a.Product != b.Product || a.Version != b.Version || a.TLS != b.TLS)
}

// asked says that a scan asked for a door.
func asked(s *report.Scan, d *portlore.Door) bool {
	ports := s.Ports.TCP
	if d.Proto == "udp" {
		ports = s.Ports.UDP
	}
	a, err := netip.ParseAddr(d.Address)
	if err != nil || !inPorts(ports, d.Port) {
		return false
	}
	for _, part := range s.Allowed {
		for _, word := range part.Ranges {
			from, to, ranged := strings.Cut(word, "-")
			if !ranged {
				to = from
			}
			first, err1 := netip.ParseAddr(from)
			last, err2 := netip.ParseAddr(to)
			if err1 == nil && err2 == nil && first.BitLen() == a.BitLen() && first.Zone() == a.Zone() && !a.Less(first) && !last.Less(a) {
				return true
			}
		}
	}
	return false
}

func inPorts(list string, port uint16) bool {
	for word := range strings.SplitSeq(list, ",") {
		from, to, ranged := strings.Cut(word, "-")
		if !ranged {
			to = from
		}
		a, err1 := strconv.ParseUint(from, 10, 16)
		b, err2 := strconv.ParseUint(to, 10, 16)
		if err1 == nil && err2 == nil && uint64(port) >= a && uint64(port) <= b {
			return true
		}
	}
	return false
}

// readScan reads a scan that --save or --json wrote.
func readScan(name string) (*report.Scan, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var s report.Scan
	if err := json.Unmarshal(data, &s); err != nil || s.Schema != report.ScanSchema {
		return nil, told{portlore.Text{EN: "not a scan: make one with portlore scan TARGET --save FILE", ZH: "不是扫描结果，请用 portlore scan 目标 --save 文件 生成"}}
	}
	return &s, nil
}
