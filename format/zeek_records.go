package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// connection finishes a record of conn.log. The history tells what each end sent,
// in the order in which it came: capital letters are the originator's. Which end
// that is, Zeek may have had to guess; who sent something is certain.
func (r *zeekRecord) connection() outcome {
	ob := r.ob
	if ob.Proto == portlore.ICMP && ob.Src.Is6() { // one name for both
		ob.Proto = portlore.ICMPv6
	}
	if r.saysProtocol && (ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6) {
		r.icmpOfPorts()
		ob.Answered = r.packetsBack > 0
		return r.done()
	}
	history := bytes.TrimPrefix(r.history, []byte("^"))
	orig, resp := sentBy(history)
	if resp.any && (!orig.any || history[0] == 'h' && orig.only('R')) || len(history) == 0 && string(r.state) == "SHR" {
		r.turn(resp)
		return r.done()
	}
	switch {
	case ob.Proto != portlore.TCP:
		ob.Answered = r.packetsBack > 0 || resp.any || string(r.state) == "SF"
	case len(history) > 0:
		ob.Answered = resp.any && !resp.only('R')
		r.flags = orig.flags()
	default:
		switch string(r.state) {
		case "S0", "REJ", "RSTOS0":
			r.flags = int64(portlore.SYN)
		case "S1", "S2", "S3", "SF", "RSTO", "RSTR":
			ob.Answered = true
		}
	}
	return r.done()
}

// turn makes the responder the source: it alone sent something, such as the answers
// to packets that somebody forged in the name of the originator.
func (r *zeekRecord) turn(resp sent) {
	ob := r.ob
	ob.Src, ob.Dst = ob.Dst, ob.Src
	r.src, r.dst = r.dst, r.src
	ob.Packets, ob.Bytes = uint64(max(r.packetsBack, 0)), r.bytesBack
	r.flags = resp.flags()
}

// icmpOfPorts takes type and code from where ports would stand. The second is the
// type of the answer where there is one, and the code, then, 0.
func (r *zeekRecord) icmpOfPorts() {
	if r.icmp, r.code = r.src, r.dst; r.icmp < 0 || r.code < 0 {
		return
	}
	if r.ob.Proto == portlore.ICMP {
		switch r.icmp {
		case 0, 8, 10, 13, 14, 15, 16, 17, 18:
			r.code = 0
		}
	} else {
		switch r.icmp {
		case 128, 129, 130, 131, 133, 134, 135, 136, 139, 140, 144, 145:
			r.code = 0
		}
	}
}

// sent is what one end of a connection sent, by the letters of the history. Those
// of checksums, gaps, retransmissions and windows are of no packet of their own.
type sent struct {
	any     bool
	letters uint32 // a bit for each, from A
}

func sentBy(history []byte) (orig, resp sent) {
	for _, c := range history {
		s := &orig
		if 'a' <= c && c <= 'z' {
			s = &resp
			c -= 'a' - 'A'
		}
		switch c {
		case 'S', 'H', 'A', 'D', 'F', 'R', 'I', 'Q':
			s.any = true
			s.letters |= 1 << (c - 'A')
		case 'C', 'T', 'W':
			s.any = true
		}
	}
	return orig, resp
}

// only says that this was all that it sent, if anything.
func (s sent) only(letter byte) bool { return s.letters&^(1<<(letter-'A')) == 0 }

// flags are those that may be given as the flags of a packet: all its packets had
// them, or it sent SYN and never ACK. Otherwise -1.
func (s sent) flags() int64 {
	const bit = 1
	switch s.letters {
	case bit << ('S' - 'A'), bit<<('S'-'A') | bit<<('R'-'A'):
		return int64(portlore.SYN)
	case bit << ('H' - 'A'):
		return int64(portlore.SYN | portlore.ACK)
	case bit: // A
		return int64(portlore.ACK)
	case bit << ('R' - 'A'):
		return int64(portlore.RST)
	}
	return -1
}

// notice finishes a record of notice.log. Some notices speak of what a server or
// Zeek itself is like, and some of a victim: they are no word about the source. The
// words of a notice name addresses, so that they are not those of its rule.
func (r *zeekRecord) notice() outcome {
	l, ob := r.l, r.ob
	switch {
	case r.fault.why != "":
		return l.fails(r.fault)
	case !ob.Src.IsValid(), bytes.HasPrefix(r.note, []byte("SSL::")), bytes.HasSuffix(r.note, []byte("_Victim")):
		return other
	}
	l.claim(ob, portlore.Alert, portlore.LevelUnsaid, "zeek", r.note, nil)
	if !r.saysProtocol {
		return understood
	}
	ob.Has |= portlore.HasProto
	if ob.Proto == portlore.TCP || ob.Proto == portlore.UDP {
		if r.dst < 0 {
			r.dst = r.port
		}
		setPorts(ob, int32(max(r.src, 0)), int32(r.dst))
	}
	return understood
}
