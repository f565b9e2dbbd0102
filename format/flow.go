package format

import "github.com/portlore/portlore"

// A flow is a number of packets of one sender to one receiver, port to port. Its
// record counts them and unites their TCP flags. What comes back is a flow of its
// own, in most formats, with nothing that says which of the two began.

// setUnion notes what the united flags of the packets of a TCP flow prove. Those
// of one packet are its own, and without an ACK in any of them nothing but SYNs
// opened it. SYN and ACK with more behind them are one side of a connection that
// came about; which one, they do not say. Zero stands for exporters that note no
// flags, as many routers do.
func setUnion(ob *portlore.Observation, flags portlore.TCPFlags) {
	const opening = portlore.SYN | portlore.ACK
	switch {
	case flags == 0:
		return
	case ob.Packets == 1, flags&(opening|portlore.RST) == 0:
	case flags&portlore.RST != 0 && flags&^(portlore.RST|portlore.ACK) == 0:
	case flags&opening == portlore.SYN:
		flags = portlore.SYN
	case flags&opening == opening && flags&(portlore.PSH|portlore.FIN|portlore.RST) != 0:
		ob.Answered = true
		return
	default:
		return
	}
	ob.Flags = flags
	ob.Has |= portlore.HasFlags
}

// setICMP notes type and code, which flows hold where others have the port of the
// destination: type times 256 plus code.
func setICMP(ob *portlore.Observation, port int64) {
	if port >= 0 {
		ob.ICMPType, ob.ICMPCode = uint8(port>>8), uint8(port)
		ob.Has |= portlore.HasICMP
	}
}

// unionOf reads united flags as tools print them: letters, with a dot or a blank
// for each that is not set ("...AP.SF"), or a number ("0x1b", "27").
func unionOf(b []byte) (flags portlore.TCPFlags, ok bool) {
	if len(b) > 2 && b[0] == '0' && b[1]|0x20 == 'x' {
		n := 0
		for _, c := range b[2:] {
			switch {
			case '0' <= c && c <= '9':
				n = n<<4 + int(c-'0')
			case 'a' <= c|0x20 && c|0x20 <= 'f':
				n = n<<4 + int(c|0x20-'a') + 10
			default:
				return 0, false
			}
			if n > 1<<16 {
				return 0, false
			}
		}
		return portlore.TCPFlags(n), true
	}
	if n, ok := uintOf(b, 255); ok {
		return portlore.TCPFlags(n), true
	}
	for i, c := range b {
		if c == '.' || c == ' ' {
			continue
		}
		f, ok := flagLetters(b[i : i+1])
		if !ok {
			return 0, false
		}
		flags |= f
	}
	return flags, len(b) > 0
}

// sampledUnion is setUnion for a flow of which so many packets were looked at. In
// a sample the middle of a connection has no beginning: its ACKs prove nothing but
// that data flowed.
func sampledUnion(ob *portlore.Observation, flags portlore.TCPFlags, seen uint64, sampled bool) {
	const middle = portlore.ACK | portlore.PSH | portlore.FIN | portlore.URG | portlore.ECE | portlore.CWR
	if sampled && flags&portlore.ACK != 0 && flags&^middle == 0 {
		ob.Answered = flags&portlore.PSH != 0
		return
	}
	all := ob.Packets
	ob.Packets = seen
	setUnion(ob, flags)
	ob.Packets = all
}

// portless notes that a flow from port 0 to port 0 has none: exporters write so
// what holds no ports, such as the second half of a datagram.
func portless(ob *portlore.Observation) {
	if ob.Has&portlore.HasPorts == 0 || ob.SrcPort != 0 || ob.DstPort != 0 {
		return
	}
	ob.Has &^= portlore.HasPorts
	ob.Fragment = ob.Proto == portlore.UDP || ob.Proto == portlore.TCP && ob.Has&portlore.HasFlags == 0
}
