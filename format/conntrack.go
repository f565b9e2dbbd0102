package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The table of connections that Linux tracks, as conntrack lists it (-L) or tells
// of its changes (-E), and as the kernel shows it in /proc/net/nf_conntrack:
//
//	    [NEW] tcp      6 120 SYN_SENT src=198.51.100.9 dst=203.0.113.10 sport=40001 dport=80 [UNREPLIED] src=203.0.113.10 dst=198.51.100.9 sport=80 dport=40001
//	ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.9 dst=203.0.113.10 sport=40001 dport=80 packets=7 bytes=448 src=10.0.0.2 dst=198.51.100.9 sport=8080 dport=40001 packets=6 bytes=1988 [ASSURED] mark=0 use=1
//
// The first addresses are those that the first packet had; the second are those of
// the answers, so that where the firewall translates they differ. What was dropped
// never comes into the table. Of the changes of a connection, its beginning, its
// establishment and its end count; those between say nothing new.
var conntrack = &Format{
	Name:  "conntrack",
	Doc:   "connections that Linux tracks (conntrack -L and -E, /proc/net/nf_conntrack)",
	Spec:  "conntrack(8); src/conntrack/snprintf_default.c of libnetfilter_conntrack; net/netfilter/nf_conntrack_standalone.c of Linux",
	read:  readConntrack,
	marks: []string{" src= dst="},
}

func readConntrack(l *line, ob *portlore.Observation) outcome {
	text, at := l.message, l.column-1
	if len(l.text) > 0 && l.text[0] == '[' { // "[1795446136.123456]\t", which is no time since boot
		text, at = l.text, 0
	}
	if !bytes.Contains(text, []byte(" src=")) || !bytes.Contains(text, []byte(" dst=")) || l.json {
		return other
	}
	w := words{text: text}
	word := w.word()
	var when []byte
	if n := len(word); n > 14 && word[0] == '[' && '0' <= word[1] && word[1] <= '9' {
		end := bytes.IndexByte(word, ']')
		if end < 0 {
			return other
		}
		when = word[1:end]
		w.p = bytes.IndexByte(text, ']') + 1
		for w.p < len(text) && text[w.p] == '\t' {
			w.p++
		}
		word = w.word()
	}
	event := byte(0)
	switch string(word) {
	case "[NEW]", "[UPDATE]", "[DESTROY]":
		event = word[1]
		word = w.word()
	}
	if string(word) == "ipv4" || string(word) == "ipv6" {
		w.word()
		word = w.word()
	}
	proto, ok := uintOf(w.word(), 255)
	if named, known := protoOf(word); !ok || known && uint64(named) != proto || isNumber(word) {
		return other
	}
	if l.quoted = len(l.program) > 0 && when == nil && string(l.program) != "conntrack"; l.quoted {
		return other
	}
	l.message, l.column = text, at+1
	if when != nil {
		l.when, l.bad = stamp{}, fault{}
		if nanos, ok := epochOf(when); ok {
			l.when = fromEpoch(nanos, stated, 1)
		}
	}
	t := newTracked(ob, portlore.Proto(proto))
	var state []byte
	for w.p < len(text) {
		word := w.word()
		switch {
		case len(word) == 0:
		case word[0] == '[':
			t.unreplied = t.unreplied || string(word) == "[UNREPLIED]"
			t.assured = t.assured || string(word) == "[ASSURED]"
		case 'A' <= word[0] && word[0] <= 'Z' && state == nil && bytes.IndexByte(word, '=') < 0:
			state = word
		default:
			if f := t.pair(word, w.at(word)); f.why != "" {
				return l.fails(f)
			}
		}
	}
	if t.tuples == 0 {
		return other
	}
	if !ob.Dst.IsValid() {
		return l.fails(fault{at: len(text), field: "dst", why: isMissing})
	}
	if event == 'U' && string(state) != "ESTABLISHED" && (state != nil || t.assured) {
		return other
	}
	t.new = event == 'N'
	t.state(state)
	t.done()
	return understood
}

// A tracked connection has a tuple of addresses and ports for either direction.
type tracked struct {
	ob              *portlore.Observation
	tuples          int // begun
	src, dst        int32
	kind, code      int32 // of ICMP
	back, bytesBack uint64
	counted         bool // what came back is counted
	new             bool // it just began: nothing came back yet
	unreplied       bool
	assured         bool // both sides spoke: of TCP, the connection came about
	established     bool
	refused         bool
}

func newTracked(ob *portlore.Observation, proto portlore.Proto) tracked {
	ob.Proto = proto
	ob.Has |= portlore.HasProto
	ob.Verdict = portlore.Accepted
	return tracked{ob: ob, src: -1, dst: -1, kind: -1, code: -1}
}

// pair takes "sport=40001".
func (t *tracked) pair(word []byte, at int) (bad fault) {
	key, value, found := bytes.Cut(word, []byte("="))
	if !found {
		return
	}
	at += len(key) + 1
	fail := func(why string) fault {
		return fault{at: at, field: trackedName(key), value: value, why: why}
	}
	number := func(to *int32, most uint64) fault {
		n, ok := uintOf(value, most)
		if !ok {
			return fail(outOfRange)
		}
		if t.tuples == 1 {
			*to = int32(n)
		}
		return fault{}
	}
	var a netip.Addr
	ok := true
	switch string(key) {
	case "src":
		t.tuples++
		if a, ok = addr.Parse(value); t.tuples == 1 {
			t.ob.Src = a
		}
	case "dst":
		if a, ok = addr.Parse(value); t.tuples == 1 {
			t.ob.Dst = a
		}
	case "sport":
		return number(&t.src, 65535)
	case "dport":
		return number(&t.dst, 65535)
	case "type":
		return number(&t.kind, 255)
	case "code":
		return number(&t.code, 255)
	case "packets", "bytes":
		n, ok := countOf(value)
		switch {
		case !ok:
			return fail(outOfRange)
		case t.tuples == 1 && string(key) == "packets":
			t.ob.Packets = n
		case t.tuples == 1:
			t.ob.Bytes = n
		case string(key) == "packets":
			t.back, t.counted = n, true
		default:
			t.bytesBack = n
		}
	}
	if !ok {
		return fail(notAnAddress)
	}
	return fault{}
}

// trackedName is what to call a key of a tuple.
func trackedName(key []byte) string {
	switch string(key) {
	case "src", "SRC":
		return "src"
	case "dst", "DST":
		return "dst"
	case "sport", "SPT":
		return "sport"
	case "dport", "DPT":
		return "dport"
	}
	return "number"
}

// state takes what the kernel knows of a TCP connection.
func (t *tracked) state(name []byte) {
	switch string(name) {
	case "SYN_SENT", "SYN_SENT2":
		t.ob.Flags, t.ob.Has = portlore.SYN, t.ob.Has|portlore.HasFlags
		t.unreplied = true
	case "SYN_RECV": // SYN and SYN-ACK were seen
		t.ob.Flags, t.ob.Has = portlore.SYN, t.ob.Has|portlore.HasFlags
		t.established = true
	case "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT":
		t.established = true
	case "CLOSE":
		t.refused = !t.assured
	}
}

// done puts it together. A RST is no answer of a service: where no state says more,
// what came back must be longer than RSTs are.
func (t *tracked) done() {
	ob := t.ob
	bare := uint64(40)
	if ob.Src.Is6() {
		bare = 60
	}
	switch {
	case t.new || t.unreplied || t.refused || t.counted && t.back == 0:
	case ob.Proto == portlore.TCP:
		ob.Answered = t.established || t.assured || t.bytesBack > bare*t.back
	default:
		ob.Answered = true
	}
	switch ob.Proto {
	case portlore.ICMP, portlore.ICMPv6:
		if t.kind >= 0 && t.code >= 0 {
			setICMP(ob, int64(t.kind<<8|t.code))
		}
	default:
		setPorts(ob, t.src, t.dst)
	}
}
