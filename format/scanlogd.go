package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// scanlogd names a scan when it has seen some of it (scanlogd.c, do_log): the first
// ports of it, the flags that all packets had or none, and the hop limit if all had
// the same. A capital letter is a flag that was always set, a small one never, a
// question mark now and then; x and y are those of RFC 3168.
//
//	Nov 23 15:02:16 gw scanlogd: 203.0.113.5:40001 to 192.0.2.1 ports 80, 81, 83, 88, ..., fSrpauxy, TOS 00, TTL 49 @15:02:15
var scanlogd = &Format{
	Name:  "scanlogd",
	Doc:   "scanlogd",
	Spec:  "https://www.openwall.com/scanlogd/ (scanlogd.c, do_log)",
	read:  readScanlogd,
	marks: []string{"scanlogd"},
}

var portScan = []byte("port scan")

func readScanlogd(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	if string(program) != "scanlogd" {
		return other
	}
	from, rest, ok := bytes.Cut(text, []byte(" to "))
	if !ok {
		return other
	}
	to, list, ok := bytes.Cut(rest, []byte(" ports "))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "ports", why: isMissing})
	}
	var src int32
	if ob.Src, src, ok = endpoint(from, ':'); !ok {
		return l.fails(fault{at: offsetIn(l.message, from), field: "source", value: from, why: notAnAddress})
	}
	if !bytes.HasSuffix(to, []byte(" and others,")) { // the ports are those of all of them
		if ob.Dst, _, ok = endpoint(to, ':'); !ok {
			return l.fails(fault{at: offsetIn(l.message, to), field: "destination", value: to, why: notAnAddress})
		}
	}
	list = list[min(l.next, len(list)):]
	number := digits(list)
	port, ok := uintOf(number, 65535)
	if !ok {
		return l.fails(fault{at: offsetIn(l.message, list), field: "port", value: wordAt(list, 0), why: outOfRange})
	}
	l.claim(ob, portlore.Alert, portlore.LevelUnsaid, "scanlogd", nil, portScan)
	serves(ob, portlore.TCP, src, uint16(port))
	rest = list[len(number):]
	l.more = len(rest) > 2 && rest[0] == ',' && rest[1] == ' ' && '0' <= rest[2] && rest[2] <= '9'
	l.next += len(number) + 2
	_, tail, ok := bytes.Cut(rest, []byte("..., "))
	if !ok {
		return understood
	}
	if flags, ok := alwaysFlags(tail); ok {
		ob.Flags, ob.Has = flags, ob.Has|portlore.HasFlags
	}
	if ttl, _ := between(tail, ", TTL ", " "); ttl != nil {
		if n, ok := uintOf(ttl, 255); ok {
			ob.TTL, ob.Has = uint8(n), ob.Has|portlore.HasTTL
		}
	}
	return understood
}

// alwaysFlags reads "fSrpauxy". The flags are those of each packet if there is no
// question mark.
func alwaysFlags(b []byte) (flags portlore.TCPFlags, ok bool) {
	const letters = "fsrpauxy"
	if len(b) < len(letters) {
		return 0, false
	}
	for i, c := range b[:len(letters)] {
		switch c {
		case letters[i]:
		case letters[i] - ('a' - 'A'):
			flags |= 1 << i // the letters stand in the order of the bits
		default:
			return 0, false
		}
	}
	return flags, true
}
