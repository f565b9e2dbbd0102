package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The log of the Linux packet filter, as net/netfilter/nf_log_syslog.c prints
// it and as ulogd, ufw, firewalld, shorewall, firehol, CSF, Proxmox and UniFi
// wrap it:
//
//	PREFIX IN=eth0 OUT= MAC=… SRC=… DST=… LEN=60 … TTL=50 ID=1 DF PROTO=TCP SPT=1 DPT=22 WINDOW=1024 RES=0x00 SYN URGP=0
//
// The kernel prints PREFIX, which the owner of the firewall chose, and behind
// it nothing that a stranger could choose but numbers. So when a line has
// several IN=, the last one that starts a record is the kernel's own, and
// whatever stands before it is somebody's text.
var netfilter = &Format{
	Name:  "netfilter",
	Doc:   "Linux firewall log (iptables, nftables, ufw, firewalld, ulogd and others)",
	Spec:  "net/netfilter/nf_log_syslog.c of Linux; ulogd_output_LOGEMU of ulogd 2",
	read:  readNetfilter,
	marks: []string{"SRC=", "DST="},
}

func readNetfilter(l *line, ob *portlore.Observation) outcome {
	start := recordStart(l.message)
	if start < 0 {
		return withoutStart(l)
	}
	r := record{text: l.message}
	r.fields(start)
	if r.seen&(sawSrc|sawDst) == 0 {
		return other // not IP: ARP, or a line of another program
	}
	before := readPrefix(r.text[:r.start])
	if l.quoted = l.json || before.quotes(l.program); l.quoted {
		return other
	}
	forged := r.start != start || before.hasRecord
	l.ambiguous = forged || r.doubled
	r.complete()
	if r.fault.why != "" {
		l.fault = r.fault
		return malformed
	}
	if !forged {
		ob.Verdict = before.verdict
		ob.Label = bytes.TrimSpace(r.text[:r.start])
	}
	r.fill(ob)
	return understood
}

// recordStart is the offset of the first IN= behind which a record goes on, or
// else of the first such OUT= (Proxmox leaves out an IN= without interface). A
// description in quotes, as UniFi prints it, is passed over. Minus one: no
// record.
func recordStart(b []byte) int {
	if i := startAt(b, "IN="); i >= 0 {
		return i
	}
	return startAt(b, "OUT=")
}

// startAt is recordStart for one of the two fields.
func startAt(b []byte, field string) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '=')
		if i < 0 {
			return -1
		}
		from += i + 1
		start := from - len(field)
		if start < 0 || string(b[start:from]) != field {
			continue
		}
		if end := descriptionEnd(b[:start], b); end > 0 {
			from = end
		} else if startsRecord(b[endOfWord(b, from):]) && !bytes.HasSuffix(b[:start], []byte("PHYS")) {
			return start
		}
	}
}

const description = `DESCR="`

// descriptionEnd tells whether before, the start of b, opens a description
// without closing it; then it is the offset in b behind the closing quote.
func descriptionEnd(before, b []byte) int {
	if bytes.IndexByte(before, '"') < 0 {
		return 0
	}
	i := bytes.LastIndex(before, []byte(description))
	if i < 0 {
		return 0
	}
	i += len(description)
	if bytes.IndexByte(before[i:], '"') >= 0 {
		return 0
	}
	if j := bytes.IndexByte(b[i:], '"'); j >= 0 {
		return i + j + 1
	}
	return 0
}

// withoutStart judges a message that has neither IN= nor OUT=. With all of
// SRC=, DST= and PROTO= it is the rest of a record that was cut at its head.
func withoutStart(l *line) outcome {
	at := bytes.Index(l.message, []byte("SRC="))
	if bytes.HasSuffix(l.message[:max(0, at)], []byte("ORIG: ")) { // a connection, as ulogd writes it
		return other
	}
	if at < 0 || !bytes.Contains(l.message[at:], []byte(" DST=")) || !bytes.Contains(l.message[at:], []byte(" PROTO=")) {
		return other
	}
	if l.quoted = l.json || readPrefix(l.message[:at]).quotes(l.program); l.quoted {
		return other
	}
	l.fault = fault{at: at, field: "IN=", why: isMissing}
	return malformed
}

// complete finds what a record must have and this one has not.
func (r *record) complete() {
	missing, at := "", len(r.text)
	switch h := &r.header; {
	case h.seen&sawSrc == 0:
		missing = "SRC="
	case h.seen&sawDst == 0:
		missing = "DST="
	case h.seen&sawProto == 0:
		missing = "PROTO="
	case r.inner.seen != 0 && r.inner.seen&sawEnd == 0:
		missing = "] of the quoted packet"
	case len(r.in) == 0 && len(r.out) == 0:
		missing, at = "the interface behind IN= and OUT=", r.start
	case h.number[fragment] > 0 || h.incomplete:
	case h.proto == portlore.TCP || h.proto == portlore.UDP || h.proto == portlore.UDPLite:
		switch {
		case !h.has(sport):
			missing = "SPT="
		case !h.has(dport):
			missing = "DPT="
		}
	case h.proto == portlore.ICMP || h.proto == portlore.ICMPv6:
		switch {
		case !h.has(icmpType):
			missing = "TYPE="
		case !h.has(icmpCode):
			missing = "CODE="
		}
	}
	if missing != "" {
		r.fail(at, missing, nil, isMissing)
	}
}

// fill copies a complete record into an observation.
func (r *record) fill(ob *portlore.Observation) {
	h := &r.header
	ob.Src, ob.Dst = h.src, h.dst
	ob.Proto, ob.Has = h.proto, portlore.HasProto
	ob.Length = h.number[length]
	ob.InIf, ob.OutIf = r.in, r.out
	ob.LinkCast = r.linkAll
	ob.Fragment = h.number[fragment] > 0
	switch {
	case len(r.out) == 0:
		ob.Way = portlore.In
	case len(r.in) == 0:
		ob.Way = portlore.Out
	default:
		ob.Way = portlore.Forward
	}
	if h.has(ttl) {
		ob.TTL = uint8(h.number[ttl])
		ob.Has |= portlore.HasTTL
	}
	if h.has(id) {
		ob.ID = uint16(h.number[id])
		ob.Has |= portlore.HasID
	}
	if h.has(sport, dport) && !ob.Fragment {
		ob.SrcPort, ob.DstPort = uint16(h.number[sport]), uint16(h.number[dport])
		ob.Has |= portlore.HasPorts
	}
	switch h.proto {
	case portlore.TCP:
		// The kernel prints WINDOW= with every whole TCP header; without a flag
		// word behind it no flag was set.
		if h.has(window) || h.seen&sawFlags != 0 {
			ob.Flags = h.flags
			ob.Has |= portlore.HasFlags
		}
		if h.has(window) {
			ob.Window = uint16(h.number[window])
			ob.Has |= portlore.HasWindow
		}
		if h.has(seq) {
			ob.Seq = h.number[seq]
			ob.Has |= portlore.HasSeq
		}
		ob.Options = h.options
	case portlore.ICMP, portlore.ICMPv6:
		if h.has(icmpType, icmpCode) {
			ob.ICMPType, ob.ICMPCode = uint8(h.number[icmpType]), uint8(h.number[icmpCode])
			ob.Has |= portlore.HasICMP
		}
		if q := &r.inner; q.seen&sawEnd != 0 && q.seen&sawSrc != 0 && q.seen&sawDst != 0 {
			ob.Inner = portlore.Inner{
				Src: q.src, Dst: q.dst, Proto: q.proto,
				SrcPort: uint16(q.number[sport]), DstPort: uint16(q.number[dport]),
			}
			ob.Has |= portlore.HasInner
		}
	}
}
