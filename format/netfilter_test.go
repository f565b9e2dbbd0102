package format

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// TestFaults holds where and how a record is said to be malformed. The stamp
// and host before it are two bytes, so columns are small.
func TestFaults(t *testing.T) {
	const good = "IN=e OUT= MAC=x SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TTL=5 ID=1 PROTO=TCP SPT=1 DPT=2 WINDOW=3 RES=0x00 SYN URGP=0"
	for _, tt := range []struct{ from, to, want string }{
		{"DPT=2", "DPT=99999", `1:83: DPT "99999": out of range`},
		{"DPT=2", "DPT=-1", `1:83: DPT "-1": not a number`},
		{"DPT=2", "DPT=", `1:83: DPT "": not a number`},
		{"DPT=2", "DPT=2x", `1:83: DPT "2x": not a number`},
		{"DPT=2 ", "", `1:107: DPT= missing: the record is cut`},
		{"SPT=1 ", "", `1:107: SPT= missing: the record is cut`},
		{"TTL=5", "TTL=256", `1:56: TTL "256": out of range`},
		{"LEN=60", "LEN=4294967296", `1:49: LEN "4294967296": out of range`},
		{"ID=1", "ID=0x1", `1:61: ID "0x1": not a number`},
		{"WINDOW=3", "WINDOW=65536", `1:92: WINDOW "65536": out of range`},
		{"SRC=192.0.2.1", "SRC=192.0.2.300", `1:21: SRC "192.0.2.300": not an address`},
		{"SRC=192.0.2.1", "SRC=fe80::1%e", `1:21: SRC "fe80::1%e": not an address`},
		{"SRC=192.0.2.1", "SRC=\x1b]52;" + strings.Repeat("A", 50), `1:21: SRC "\x1b]52;` + strings.Repeat("A", 35) + `"..: not an address`},
		{"DST=192.0.2.2 ", "", `1:99: DST= missing: the record is cut`},
		{"PROTO=TCP", "PROTO=256", `1:69: PROTO "256": not a protocol`},
		{"PROTO=TCP ", "", `1:103: PROTO= missing: the record is cut`},
		{"IN=e", "IN=", `1:1: the interface behind IN= and OUT= missing: the record is cut`},
		{"PROTO=TCP", "PROTO=ICMP TYPE=256", `1:79: TYPE "256": out of range`},
		{"PROTO=TCP", "PROTO=ICMP", `1:114: TYPE= missing: the record is cut`},
		{"PROTO=TCP", "PROTO=ICMP TYPE=3", `1:121: CODE= missing: the record is cut`},
		{"PROTO=TCP", "PROTO=ICMP TYPE=3 CODE=3 [SRC=192.0.2.9", `1:143: ] of the quoted packet missing: the record is cut`},
		{"IN=e OUT= MAC=x ", "", `1:1: IN= missing: the record is cut`},
	} {
		text := strings.Replace(good, tt.from, tt.to, 1)
		if text == good {
			t.Fatalf("%q does not stand in the record", tt.from)
		}
		res, err := Read(context.Background(), "input", 0, strings.NewReader(text), Options{}, []Sink{func(*portlore.Observation) {}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range res.Errors {
			got += fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Error)
		}
		if got != tt.want {
			t.Errorf("%s for %s:\ngot  %s\nwant %s", tt.to, tt.from, got, tt.want)
		}
	}
}

// FuzzNetfilter holds the one-pass reader against its slow twin below.
func FuzzNetfilter(f *testing.F) {
	for _, g := range logGoldens(f) {
		for text := range bytes.Lines(g.input) {
			f.Add(bytes.TrimSuffix(text, []byte("\n")))
		}
	}
	f.Fuzz(checkAgainstTwin)
}

// checkAgainstTwin reads one line both ways.
func checkAgainstTwin(t *testing.T, text []byte) {
	c := newClock(Options{})
	var l line
	var got portlore.Observation
	l.open(text, &c)
	result := readNetfilter(&l, &got)
	program := string(l.program)
	if l.json {
		program = "what wrote the object"
	}
	want := slowNetfilter(string(l.message), program)
	if result != want.result || l.ambiguous != want.ambiguous && result == understood || l.quoted != want.quoted {
		t.Fatalf("%q:\nresult %d, ambiguous %v, quoted %v\nwant %d, %v, %v", l.message, result, l.ambiguous, l.quoted, want.result, want.ambiguous, want.quoted)
	}
	if result == malformed && (l.fault.why == "" || l.fault.at < 0 || l.fault.at > len(l.message)) {
		t.Fatalf("%q: fault %+v", l.message, l.fault)
	}
	if result != understood {
		return
	}
	var a, b bytes.Buffer
	dump(&a, &got)
	dump(&b, &want.ob)
	if a.String() != b.String() {
		t.Fatalf("%q:\ngot  %swant %s", l.message, a.String(), b.String())
	}
}

// A slowRecord is what the twin makes of a line.
type slowRecord struct {
	result            outcome
	ambiguous, quoted bool
	ob                portlore.Observation
}

// slowNetfilter reads a record with maps and words, one rule after the other.
// It aims for readability above speed and is what the real reader must agree
// with.
func slowNetfilter(message, program string) (s slowRecord) {
	start, forged := slowStart(message)
	if start < 0 {
		before, rest, ok := strings.Cut(message, "SRC=")
		if !ok || strings.HasSuffix(before, "ORIG: ") || !strings.Contains(rest, " DST=") || !strings.Contains(rest, " PROTO=") {
			return s
		}
		if s.quoted = slowQuoted(before, program); !s.quoted {
			s.result = malformed
		}
		return s
	}
	prefix := message[:start]
	outer, inner := slowFields(message[start:])
	if outer["SRC"] == nil && outer["DST"] == nil {
		return s
	}
	if s.quoted = slowQuoted(prefix, program); s.quoted {
		return s
	}
	forged = forged || slowHasSource(prefix)
	s.ambiguous = forged
	for _, f := range []map[string][]string{outer, inner} {
		for key, values := range f {
			s.ambiguous = s.ambiguous || len(values) > 1 && strings.Contains(" SRC DST LEN TTL ID PROTO SPT DPT WINDOW SEQ TYPE CODE FRAG ", " "+key+" ")
		}
	}

	s.result = malformed
	h, ok := slowPacket(outer)
	if !ok || outer["SRC"] == nil || outer["DST"] == nil || outer["PROTO"] == nil {
		return s
	}
	in, out := first(outer["IN"]), last(outer["OUT"])
	if in == "" && out == "" {
		return s
	}
	s.ob = h
	s.ob.InIf, s.ob.OutIf = []byte(in), []byte(out)
	s.ob.Way = portlore.Forward
	if out == "" {
		s.ob.Way = portlore.In
	} else if in == "" {
		s.ob.Way = portlore.Out
	}
	for _, mac := range append(outer["MAC"], outer["MACDST"]...) {
		for _, group := range []string{"ff:ff:ff:ff:ff:ff", "01:00:5e", "33:33:"} {
			s.ob.LinkCast = s.ob.LinkCast || strings.HasPrefix(mac, group)
		}
	}
	if inner != nil {
		q, ok := slowPacket(inner)
		if !ok || inner["]"] == nil {
			return s
		}
		if s.ob.Proto == portlore.ICMP || s.ob.Proto == portlore.ICMPv6 {
			if inner["SRC"] != nil && inner["DST"] != nil {
				s.ob.Has |= portlore.HasInner
				s.ob.Inner = portlore.Inner{Src: q.Src, Dst: q.Dst, Proto: q.Proto, SrcPort: q.SrcPort, DstPort: q.DstPort}
			}
		}
	}
	if !s.ob.Fragment && outer["INCOMPLETE"] == nil {
		switch s.ob.Proto {
		case portlore.TCP, portlore.UDP, portlore.UDPLite:
			if s.ob.Has&portlore.HasPorts == 0 {
				return s
			}
		case portlore.ICMP, portlore.ICMPv6:
			if s.ob.Has&portlore.HasICMP == 0 {
				return s
			}
		}
	}
	if !forged {
		s.ob.Verdict = slowVerdict(prefix)
		s.ob.Label = []byte(strings.TrimSpace(prefix))
	}
	s.result = understood
	return s
}

// slowPacket makes numbers of the fields of one header.
func slowPacket(f map[string][]string) (ob portlore.Observation, ok bool) {
	ok = true
	number := func(key string, bits int) uint64 {
		if f[key] == nil {
			return 0
		}
		n, err := strconv.ParseUint(f[key][0], 10, bits)
		ok = ok && err == nil && f[key][0][0] != '+'
		return n
	}
	address := func(key string) netip.Addr {
		if f[key] == nil {
			return netip.Addr{}
		}
		a, err := netip.ParseAddr(f[key][0])
		ok = ok && err == nil && a.Zone() == ""
		return a.Unmap()
	}
	has := func(bit portlore.Fields, keys ...string) {
		for _, key := range keys {
			if f[key] == nil {
				return
			}
		}
		ob.Has |= bit
	}
	ob.Src, ob.Dst = address("SRC"), address("DST")
	ob.Length = uint32(number("LEN", 32))
	ob.TTL = uint8(number("TTL", 8))
	has(portlore.HasTTL, "TTL")
	ob.ID = uint16(number("ID", 16))
	has(portlore.HasID, "ID")
	ob.Fragment = number("FRAG", 16) > 0
	has(portlore.HasProto, "PROTO")
	if f["PROTO"] != nil {
		names := map[string]portlore.Proto{"TCP": 6, "UDP": 17, "ICMP": 1, "ICMPv6": 58, "UDPLITE": 136, "ESP": 50, "AH": 51, "SCTP": 132, "GRE": 47, "IGMP": 2}
		if p, known := names[f["PROTO"][0]]; known {
			ob.Proto = p
		} else {
			ob.Proto = portlore.Proto(number("PROTO", 8))
		}
	}
	sport, dport := number("SPT", 16), number("DPT", 16)
	window, seq := number("WINDOW", 16), number("SEQ", 32)
	icmpType, icmpCode := number("TYPE", 8), number("CODE", 8)
	if !ob.Fragment {
		ob.SrcPort, ob.DstPort = uint16(sport), uint16(dport)
		has(portlore.HasPorts, "SPT", "DPT")
	}
	switch ob.Proto {
	case portlore.TCP:
		ob.Window, ob.Seq = uint16(window), uint32(seq)
		has(portlore.HasWindow, "WINDOW")
		has(portlore.HasSeq, "SEQ")
		has(portlore.HasFlags, "WINDOW")
		for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"} {
			if f[name] != nil {
				ob.Flags |= 1 << i
				ob.Has |= portlore.HasFlags
			}
		}
		for _, o := range f["OPT"] {
			ob.Options = optionsHash([]byte(o))
		}
	case portlore.ICMP, portlore.ICMPv6:
		ob.ICMPType, ob.ICMPCode = uint8(icmpType), uint8(icmpCode)
		has(portlore.HasICMP, "TYPE", "CODE")
	}
	return ob, ok
}

// slowFields takes a record to pieces: the fields of the packet and of the one
// quoted in [ ], nil without one.
func slowFields(text string) (outer, inner map[string][]string) {
	outer = map[string][]string{}
	f := outer
	for len(text) > 0 {
		var word string
		word, text, _ = strings.Cut(text, " ")
		tcp := first(f["PROTO"]) == "TCP" || len(f["PROTO"]) > 0 && isSix(f["PROTO"][0])
		key, value, hasValue := strings.Cut(word, "=")
		switch {
		case strings.HasPrefix(word, "OPT") && len(word) == 3:
			if strings.HasPrefix(text, "(") {
				if options, rest, ok := strings.Cut(text[1:], ")"); ok {
					text = rest
					if tcp {
						f["OPT"] = append(f["OPT"], options)
					}
				}
			}
		case strings.HasPrefix(word, "[SRC="):
			if inner == nil && len(f) > 0 {
				inner = map[string][]string{"[": {""}}
				f = inner
				text = word[1:] + " " + text
			}
		case word == "]":
			if inner != nil && inner["]"] == nil {
				inner["]"] = []string{""}
				f = outer
			}
		case strings.HasPrefix(word, "FRAG:"):
			f["FRAG"] = append(f["FRAG"], word[5:])
		case strings.HasPrefix(word, "INCO"):
			f["INCOMPLETE"] = []string{""}
		case !hasValue && len(word) == 3 && strings.Contains(" FIN SYN RST PSH ACK URG ECE CWR ", " "+word+" "):
			if tcp {
				f[word] = []string{""}
			}
		case hasValue && (key == "OUT" || key == "MAC" || key == "MACDST"):
			outer[key] = append(outer[key], value)
		case key == "IN" && f["IN"] == nil && len(outer) == 0:
			f["IN"] = []string{value}
		case (key == "LEN" || key == "ID") && f["PROTO"] != nil: // of UDP, of an echo
		case key == "SEQ" && !tcp: // of an echo
		case key == "HOPLIMIT" && hasValue:
			f["TTL"] = append(f["TTL"], value)
		case strings.Contains(" SRC DST LEN TTL ID PROTO SPT DPT WINDOW SEQ TYPE CODE ", " "+key+" ") && hasValue:
			f[key] = append(f[key], value)
		}
	}
	return outer, inner
}

// slowStart finds the record: the first IN= that goes on like one, else the
// first such OUT=, then every later IN= that does.
func slowStart(message string) (start int, forged bool) {
	start = -1
	for _, key := range []string{"IN=", "OUT="} {
		for i := range len(message) {
			if strings.HasPrefix(message[i:], key) && !strings.HasSuffix(message[:i], "PHYS") && slowGoesOn(message[i:]) && !slowInDescription(message, i) {
				start = i
				break
			}
		}
		if start >= 0 {
			break
		}
	}
	if start < 0 {
		return start, false
	}
	for at := start; at < len(message); {
		word, _, _ := strings.Cut(message[at:], " ")
		if word == "OPT" && strings.HasPrefix(message[at+3:], " (") { // options are one word
			if end := strings.IndexByte(message[at:], ')'); end > 0 {
				at += end + 1
				continue
			}
		}
		if i := strings.Index(word, "IN="); i >= 0 && at > start && !slowKnown(word) && slowGoesOn(message[at+i:]) {
			start, forged = at+i, true
		}
		at += len(word) + 1
	}
	return start, forged
}

// slowKnown tells whether the first letters of a word make it a field, so that
// it cannot start a record.
func slowKnown(word string) bool {
	for _, key := range strings.Fields("SRC= DST= LEN= TOS= PREC TTL= HOPL PROT SPT= DPT= WIND RES= URGP SEQ= TYPE CODE MAC= MACD OUT= FRAG INCO PHYS [SRC") {
		if strings.HasPrefix(word, key) {
			return true
		}
	}
	return false
}

// slowGoesOn tells whether another field of a record follows the first word.
func slowGoesOn(text string) bool {
	_, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimLeft(rest, " ")
	for _, key := range []string{"OUT=", "MAC=", "SRC=", "PHYS"} {
		if strings.HasPrefix(rest, key) {
			return true
		}
	}
	return false
}

// slowInDescription tells whether i stands inside DESCR="…".
func slowInDescription(message string, i int) bool {
	at := strings.LastIndex(message[:i], description)
	if at < 0 {
		return false
	}
	return !strings.Contains(message[at+len(description):i], `"`) && strings.Contains(message[i:], `"`)
}

// slowWords are the words of a prefix without those of a description.
func slowWords(prefix string) string {
	for {
		at := strings.Index(prefix, description)
		if at < 0 || at > 0 && isAlnum(prefix[at-1]) {
			return prefix
		}
		rest := prefix[at+len(description):]
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return prefix
		}
		prefix = prefix[:at] + " " + rest[end+1:]
	}
}

func slowQuoted(prefix, program string) bool {
	switch program {
	case "kernel", "ulogd":
		return false
	case "":
		return strings.Count(slowWords(prefix), `"`)%2 == 1
	}
	return true
}

func slowHasSource(prefix string) bool {
	words := slowWords(prefix)
	for i := range len(words) {
		if strings.HasPrefix(words[i:], "SRC=") && (i == 0 || !isAlnum(words[i-1])) {
			return true
		}
	}
	return false
}

func slowVerdict(prefix string) portlore.Verdict {
	verdict := portlore.Unsaid
	words := slowWords(prefix)
	for i := 0; i < len(words); {
		n := 0
		for i+n < len(words) && isAlnum(words[i+n]) {
			n++
		}
		switch word := strings.ToUpper(words[i : i+n]); word {
		case "BLOCK", "BLOCKED", "DROP", "DROPPED", "DENY", "DENIED", "REJECT", "REJECTED":
			verdict = portlore.Blocked
		case "ALLOW", "ALLOWED", "ACCEPT", "ACCEPTED", "PASSED":
			verdict = portlore.Accepted
		case "PASS":
			if i > 0 || !strings.HasPrefix(words[i+n:], "-") {
				verdict = portlore.Accepted
			}
		case "D", "R", "A":
			inside, _, closed := strings.Cut(words[i+n:], "]")
			number := strings.TrimPrefix(inside, "-")
			if i > 0 && words[i-1] == '-' && words[i] <= 'Z' && closed && (inside == "" || number != inside && isNumber([]byte(number))) {
				verdict = portlore.Blocked
				if word == "A" {
					verdict = portlore.Accepted
				}
			}
		}
		i += max(n, 1)
	}
	return verdict
}

// isSix tells whether a protocol number is that of TCP.
func isSix(s string) bool {
	n, err := strconv.ParseUint(s, 10, 8)
	return err == nil && n == 6
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func last(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[len(s)-1]
}
