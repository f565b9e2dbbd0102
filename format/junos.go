package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The log of Juniper SRX (Junos OS System Log Explorer: RT_FLOW, RT_IDS, RT_IDP, APPTRACK),
// structured as in RFC 5424, or in words:
//
//	<14>1 2026-11-23T15:02:16.123Z srx RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.39 source-address="198.51.100.9" source-port="40001" destination-address="203.0.113.10" destination-port="22" protocol-id="6" policy-name="deny-all" …]
//	Nov 23 15:02:16 srx RT_FLOW: RT_FLOW_SESSION_DENY: session denied 198.51.100.9/40001->203.0.113.10/22 junos-ssh 6(0) deny-all untrust trust …
//	Nov 23 15:02:16 srx RT_IDS: RT_SCREEN_TCP: Port scan! source: 198.51.100.9:40001, destination: 203.0.113.10:22, zone name: untrust, interface name: ge-0/0/0.0, action: drop
//
// A session is told when it begins, when it ends, or both, as the policy wants. Its
// client is the source, also where addresses are translated: of those, the first
// pair is that of the first packet. What a screen says is its claim.
var junos = &Format{
	Name:  "junos",
	Doc:   "Juniper SRX sessions, screens and intrusion prevention (RT_FLOW, RT_IDS, RT_IDP)",
	Spec:  "https://apps.juniper.net/syslog-explorer (RT_FLOW_SESSION_*, RT_SCREEN_*, IDP_ATTACK_LOG_EVENT, APPTRACK_SESSION_*)",
	read:  readJunos,
	marks: []string{"_SESSION_", "RT_SCREEN_", "IDP_ATTACK_"},
}

// A junosEvent is what the name of an event says of its form.
type junosEvent struct {
	verdict portlore.Verdict
	proto   portlore.Proto // zero: stands in the record
	screen  bool
	idp     bool // of intrusion prevention, which is read only structured
}

func junosEventOf(id []byte) (e junosEvent, ok bool) {
	id = bytes.TrimSuffix(id, []byte("_LS")) // of a logical system
	switch string(id) {
	case "RT_FLOW_SESSION_DENY":
		return junosEvent{verdict: portlore.Blocked}, true
	case "RT_FLOW_SESSION_CREATE", "RT_FLOW_SESSION_CLOSE", "APPTRACK_SESSION_CREATE", "APPTRACK_SESSION_CLOSE":
		return junosEvent{verdict: portlore.Accepted}, true
	case "RT_SCREEN_TCP", "RT_SCREEN_TCP_SRC_IP":
		return junosEvent{proto: portlore.TCP, screen: true}, true
	case "RT_SCREEN_UDP":
		return junosEvent{proto: portlore.UDP, screen: true}, true
	case "RT_SCREEN_ICMP":
		return junosEvent{proto: portlore.ICMP, screen: true}, true
	case "RT_SCREEN_IP", "RT_SCREEN_SESSION_LIMIT":
		return junosEvent{screen: true}, true
	case "IDP_ATTACK_LOG_EVENT":
		return junosEvent{screen: true, idp: true}, true
	}
	return e, false
}

func readJunos(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte("_SESSION_")) && !bytes.Contains(l.text, []byte("RT_SCREEN_")) && !bytes.Contains(l.text, []byte("IDP_ATTACK_")) {
		return other
	}
	event, ok := junosEventOf(l.id)
	from := 0 // where the rest begins, in message
	if ok && len(l.data) > 0 {
		l.message, l.column = l.data, l.dataAt+1
	} else if event, from, ok = l.junosEvent(); !ok {
		return other
	}
	r := l.build(ob)
	ob.Verdict = event.verdict
	if event.proto != 0 {
		ob.Proto, r.saysProtocol = event.proto, true
	}
	text := l.message[from:]
	switch {
	case bytes.HasPrefix(text, []byte("[")):
		r.junosData(text, from)
	case event.idp:
		return other
	case event.screen:
		r.junosScreen(text, from)
	default:
		if !r.junosSession(text, from) {
			return l.fails(fault{at: len(l.message), field: "protocol", why: isMissing})
		}
	}
	if event.screen {
		l.claim(ob, portlore.Alert, l.said.Level, "junos", nil, l.said.Message)
		if !ob.Src.IsValid() && r.fault.why == "" {
			return other // it tells who was attacked, not who did it
		}
		if !ob.Dst.IsValid() && r.fault.why == "" {
			return understood
		}
	}
	return r.done()
}

// junosEvent finds the name of the event where there is no head of RFC 5424 to tell
// it, and the place of what follows it.
func (l *line) junosEvent() (e junosEvent, from int, ok bool) {
	at, ok := l.opensWith("RT_")
	if !ok {
		if at, ok = l.opensWith("APPTRACK"); !ok {
			return e, 0, false
		}
	}
	w := words{text: l.message, p: at}
	for range 3 { // "RT_FLOW: ID: …", "RT_FLOW - ID [", "ID: …"
		if e, ok = junosEventOf(bytes.TrimSuffix(w.next(), []byte(":"))); ok {
			return e, min(len(l.message), w.p), true
		}
	}
	return e, 0, false
}

// junosData reads structured data; from is its place in the message.
func (r *builder) junosData(data []byte, from int) {
	p := params{text: data}
	for p.next() {
		at := from + p.at
		switch string(p.key) {
		case "source-address":
			r.put(fieldSrc, p.value, at, "source-address")
		case "destination-address":
			r.put(fieldDst, p.value, at, "destination-address")
		case "source-port":
			r.put(fieldSrcPort, p.value, at, "source-port")
		case "destination-port":
			r.put(fieldDstPort, p.value, at, "destination-port")
		case "protocol-id":
			r.put(fieldProto, p.value, at, "protocol-id")
		case "packet-incoming-interface", "interface-name":
			r.put(fieldInIf, p.value, at, "")
		case "policy-name":
			r.put(fieldLabel, p.value, at, "")
		case "packets-from-client", "inbound-packets":
			r.put(fieldPackets, p.value, at, "packets-from-client")
		case "bytes-from-client", "inbound-bytes":
			r.put(fieldBytes, p.value, at, "bytes-from-client")
		case "packets-from-server", "outbound-packets":
			r.put(fieldPacketsBack, p.value, at, "packets-from-server")
		case "attack-name":
			r.l.said.Message = p.value
		case "protocol-name":
			if _, ok := protoOf(p.value); ok {
				r.put(fieldProto, p.value, at, "")
			}
		case "threat-severity":
			r.l.said.Level = levelOfJunos(p.value)
		case "action":
			switch string(p.value) {
			case "drop", "DROP", "DROP_PACKET", "CLOSE", "CLOSE_CLIENT", "CLOSE_SERVER":
				r.ob.Verdict = portlore.Blocked
			}
		}
	}
	if p.cut && r.fault.why == "" {
		r.fault = fault{at: from + len(data), field: "]", why: isMissing}
	}
}

func levelOfJunos(b []byte) portlore.Level {
	switch string(b) {
	case "INFO", "LOW", "WARNING":
		return portlore.LevelLow
	case "MEDIUM", "MINOR":
		return portlore.LevelMedium
	case "HIGH", "MAJOR", "CRITICAL":
		return portlore.LevelHigh
	}
	return portlore.LevelUnsaid
}

// junosSession reads "session closed TCP FIN: 198.51.100.9/40001->203.0.113.10/22
// junos-ssh 198.51.100.9/40001->10.0.0.10/22 N/A N/A r1 destination 6 allow untrust trust
// 4711 9(1234) 11(5678) 12 …"; a denied one has "6(0)", and no second pair.
func (r *builder) junosSession(text []byte, from int) bool {
	w := words{text: text}
	word := w.next()
	for ; word != nil && !bytes.Contains(word, []byte("->")); word = w.next() {
	}
	i := bytes.Index(word, []byte("->"))
	if i < 0 {
		return false
	}
	at := from + w.at(word)
	r.join(word[:i], at, '/', sourceEnd)
	r.join(word[i+2:], at+i+2, '/', destinationEnd)
	if r.ob.Verdict == portlore.Blocked {
		for word = w.next(); word != nil; word = w.next() {
			if number, _, ok := counted(word); ok {
				r.put(fieldProto, number, from+w.at(word), "protocol")
				r.put(fieldLabel, w.next(), 0, "")
				return true
			}
		}
		return false
	}
	for word = w.next(); word != nil && !bytes.Contains(word, []byte("->")); word = w.next() {
	}
	// Names of rules, which may be numbers too, then the protocol: three words behind
	// it, policy and zones, comes the number of the session.
	for word = w.next(); word != nil; word = w.next() {
		behind := w
		policy := behind.next()
		behind.next()
		behind.next()
		if !isNumber(word) || !isNumber(behind.next()) {
			continue
		}
		r.put(fieldProto, word, from+w.at(word), "protocol")
		r.put(fieldLabel, policy, 0, "")
		if packets, bytes, ok := counted(behind.next()); ok {
			r.put(fieldPackets, packets, from, "packets")
			r.put(fieldBytes, bytes, from, "bytes")
			back, _, _ := counted(behind.next())
			r.put(fieldPacketsBack, back, from, "packets")
		}
		return true
	}
	return false
}

// counted reads "9(1234)": two numbers.
func counted(word []byte) (first, inside []byte, ok bool) {
	first, inside, _ = bytes.Cut(word, []byte("("))
	inside, ok = bytes.CutSuffix(inside, []byte(")"))
	return first, inside, ok && isNumber(first) && isNumber(inside)
}

// junosScreen reads "Port scan! source: 198.51.100.9:40001, destination:
// 203.0.113.10:22, zone name: untrust, interface name: ge-0/0/0.0, action: drop".
func (r *builder) junosScreen(text []byte, from int) {
	r.l.said.Message, _, _ = bytes.Cut(text, []byte(" source: "))
	for p := 0; p < len(text); {
		end := bytes.IndexByte(text[p:], ',')
		if end < 0 {
			end = len(text) - p
		}
		part := text[p : p+end]
		at := from + p
		p += end + 1
		i := bytes.LastIndex(part, []byte(": "))
		if i < 0 {
			continue
		}
		name, value := part[:i], bytes.TrimSpace(part[i+2:])
		at += i + 2
		switch {
		case bytes.HasSuffix(name, []byte(" source")):
			r.screenEnd(value, at, sourceEnd)
		case bytes.HasSuffix(name, []byte("destination")):
			r.screenEnd(value, at, destinationEnd)
		case bytes.HasSuffix(name, []byte("protocol-id")):
			r.put(fieldProto, value, at, "protocol-id")
		case bytes.HasSuffix(name, []byte("interface name")):
			r.put(fieldInIf, value, at, "")
		case bytes.HasSuffix(name, []byte("action")) && string(value) == "drop":
			r.ob.Verdict = portlore.Blocked
		}
	}
}

// screenEnd puts an end, with a port only if the protocol has any: an IPv6 address
// stands without brackets before it.
func (r *builder) screenEnd(value []byte, at int, e joined) {
	if r.ob.Proto == portlore.TCP || r.ob.Proto == portlore.UDP {
		r.join(value, at, ':', e)
	} else {
		r.put(e.address, value, at, e.name)
	}
}

// params are the name="value" pairs of RFC 5424 structured data.
type params struct {
	text       []byte
	p          int
	key, value []byte
	at         int  // of the value
	cut        bool // the data did not come to its end
}

// next finds the next pair and tells whether there is one.
func (p *params) next() bool {
	rest := p.text[p.p:]
	eq := bytes.Index(rest, []byte(`="`))
	if eq < 0 {
		p.cut = bytes.IndexByte(rest, ']') < 0
		return false
	}
	p.key = rest[bytes.LastIndexAny(rest[:eq], " [")+1 : eq]
	p.at = p.p + eq + 2
	end := escapedEnd(p.text[p.at:])
	if p.at+end == len(p.text) {
		p.cut = true
		return false
	}
	p.value, p.p = p.text[p.at:p.at+end], p.at+end+1
	return true
}

// escapedEnd is where a value in quotes ends, in which a quote is escaped by a
// backslash.
func escapedEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(b)
}
