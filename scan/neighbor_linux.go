package scan

import (
	"context"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"
)

// A hop is an address on a link.
type hop struct {
	link int
	addr netip.Addr // without zone
}

type mac [6]byte

// neighbors finds the link-layer addresses of hops: those that the kernel knows
// for sure, and the rest by asking on the link (RFC 826, RFC 4861). The kernel is
// not made to ask, because its table holds 1,024 entries by default. A hop that
// is missing from the result did not answer three questions.
func (r *run) neighbors(ctx context.Context, roads *roads, hops map[hop]netip.Addr) (map[hop]mac, error) {
	found := map[hop]mac{}
	if len(hops) == 0 {
		return found, nil
	}
	err := netlink.Dump(unix.NETLINK_ROUTE, unix.RTM_GETNEIGH, make([]byte, unix.SizeofNdMsg), func(b []byte) {
		if len(b) < unix.SizeofNdMsg {
			return
		}
		h := hop{link: int(native.Uint32(b[4:]))}
		var at mac
		netlink.Attributes(b[unix.SizeofNdMsg:], func(kind uint16, value []byte) {
			switch {
			case kind == unix.NDA_DST:
				h.addr, _ = netip.AddrFromSlice(value)
			case kind == unix.NDA_LLADDR && len(value) == len(at):
				copy(at[:], value)
			}
		})
		const sure = unix.NUD_REACHABLE | unix.NUD_PERMANENT
		if _, wanted := hops[h]; wanted && native.Uint16(b[8:])&sure != 0 && at != (mac{}) {
			found[h] = at
		}
	})
	if err != nil || len(found) == len(hops) {
		return found, err
	}
	return found, r.askNeighbors(ctx, roads, hops, found)
}

func (r *run) askNeighbors(ctx context.Context, roads *roads, hops map[hop]netip.Addr, found map[hop]mac) error {
	q, err := openQuestions()
	if err != nil {
		return errNoWire(err)
	}
	defer q.close()
	pace := r.pace
	if pace.rate == 0 {
		pace = newPacer(neighborRate)
	}
	for _, patience := range []time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond} {
		for h, from := range hops {
			if _, done := found[h]; done {
				continue
			}
			if pace.due(time.Now()) == 0 {
				q.read(hops, found)
				if err := pace.wait(ctx); err != nil {
					return err
				}
			}
			pace.spend(1)
			if q.ask(h, from, roads.links[h.link].mac) {
				r.sent.Add(1)
			} else {
				r.retries.Add(1) // it is asked again in the next round
			}
		}
		for end := time.Now().Add(patience); time.Now().Before(end) && len(found) < len(hops); {
			q.read(hops, found)
			if err := sleep(ctx, 2*time.Millisecond); err != nil {
				return err
			}
		}
		if len(found) == len(hops) {
			return nil
		}
	}
	return nil
}

// neighborRate is how many questions a second a link gets when the order names no
// rate: broadcasts wake up everybody.
const neighborRate = 5000

// questions are the sockets of ARP and neighbour discovery.
type questions struct {
	arp, nd int
	buf     [128]byte
}

func openQuestions() (*questions, error) {
	q := &questions{arp: -1, nd: -1}
	for _, s := range []struct {
		fd     *int
		family uint16
		filter []unix.SockFilter
	}{
		{&q.arp, unix.ETH_P_ARP, []unix.SockFilter{
			{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 6}, // operation
			{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: arpReply, Jf: 1},
			{Code: unix.BPF_RET | unix.BPF_K, K: 0xffff},
			{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		}},
		{&q.nd, unix.ETH_P_IPV6, []unix.SockFilter{
			{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 6}, // next header and hop limit
			{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: protoICMPv6<<8 | 255, Jf: 3},
			{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: ipv6Len},
			{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: ndAdvertisement, Jf: 1},
			{Code: unix.BPF_RET | unix.BPF_K, K: 0xffff},
			{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		}},
	} {
		var l listener
		err := l.open(s.family, s.filter)
		*s.fd = l.fd
		if err != nil {
			q.close()
			return nil, err
		}
	}
	return q, nil
}

func (q *questions) close() {
	for _, fd := range []int{q.arp, q.nd} {
		if fd > 0 {
			unix.Close(fd)
		}
	}
}

const (
	arpRequest      = 1
	arpReply        = 2
	ndSolicitation  = 135
	ndAdvertisement = 136
)

// ask sends a question for one hop, from one of our addresses on its link.
func (q *questions) ask(h hop, from netip.Addr, ours []byte) bool {
	to := unix.SockaddrLinklayer{Ifindex: h.link, Halen: 6}
	if h.addr.Is4() {
		if !from.Is4() { // a gateway of the other family: an ARP probe names no sender (RFC 5227)
			from = netip.IPv4Unspecified()
		}
		to.Protocol = swap(unix.ETH_P_ARP)
		copy(to.Addr[:], []byte{255, 255, 255, 255, 255, 255})
		return unix.Sendto(q.arp, arpQuestion(ours, from, h.addr), 0, &to) == nil
	}
	to.Protocol = swap(unix.ETH_P_IPV6)
	asked := h.addr.As16()
	copy(to.Addr[:], []byte{0x33, 0x33, 0xff, asked[13], asked[14], asked[15]}) // RFC 2464
	return unix.Sendto(q.nd, ndQuestion(ours, from, h.addr), 0, &to) == nil
}

func arpQuestion(ours []byte, from, asked netip.Addr) []byte {
	b := make([]byte, 0, 28)
	b = append(b, 0, 1, 8, 0, 6, 4, 0, arpRequest) // Ethernet, IPv4
	b = append(b, ours...)
	b = append(b, from.AsSlice()...)
	b = append(b, 0, 0, 0, 0, 0, 0)
	return append(b, asked.AsSlice()...)
}

func ndQuestion(ours []byte, from, asked netip.Addr) []byte {
	const length = 32
	b := make([]byte, 0, ipv6Len+length)
	b = append(b, 0x60, 0, 0, 0, 0, length, protoICMPv6, 255)
	b = append(b, from.AsSlice()...)
	target := asked.As16()
	b = append(b, 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, target[13], target[14], target[15]) // solicited-node multicast
	b = append(b, ndSolicitation, 0, 0, 0, 0, 0, 0, 0)
	b = append(b, target[:]...)
	b = append(b, 1, 1) // source link-layer address
	b = append(b, ours...)
	network.PutUint16(b[ipv6Len+2:], ^fold(add(b[8:], protoICMPv6+length)))
	return b
}

// read takes the answers that are there.
func (q *questions) read(hops map[hop]netip.Addr, found map[hop]mac) {
	for _, fd := range []int{q.arp, q.nd} {
		for {
			n, from, err := unix.Recvfrom(fd, q.buf[:], unix.MSG_DONTWAIT)
			if err != nil {
				break
			}
			at, ok := from.(*unix.SockaddrLinklayer)
			if !ok {
				continue
			}
			addr, its, ok := readNeighbor(q.buf[:n], at.Addr[:6])
			h := hop{at.Ifindex, addr}
			if _, wanted := hops[h]; ok && wanted {
				found[h] = its
			}
		}
	}
}

// readNeighbor reads an ARP reply or a neighbour advertisement: who answers, and
// at which link-layer address. One that does not name it has it as its sender.
func readNeighbor(b, sender []byte) (netip.Addr, mac, bool) {
	if len(b) >= 28 && b[0] == 0 && network.Uint16(b[6:]) == arpReply {
		return netip.AddrFrom4([4]byte(b[14:])), mac(b[8:]), true
	}
	if len(b) < ipv6Len+24 || b[0]>>4 != 6 {
		return netip.Addr{}, mac{}, false
	}
	addr := netip.AddrFrom16([16]byte(b[ipv6Len+8:]))
	if o := b[ipv6Len+24:]; len(o) >= 8 && o[0] == 2 && o[1] == 1 { // target link-layer address
		return addr, mac(o[2:]), true
	}
	return addr, mac(sender), true
}
