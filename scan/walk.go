package scan

import "math/rand/v2"

// A walk visits every port of every address once, in rounds: in one round every
// address is asked one port, each another. So the load is spread over all of
// them, nobody sees ports counted up, and a pause between rounds is a pause for
// everybody. Addresses and ports are shuffled; each address begins at its own
// place in the ports.
type walk struct {
	hosts, ports []uint32 // shuffled
	skew         uint32
	round, at    uint32
}

func newWalk(hosts, ports int) *walk {
	return &walk{shuffled(hosts), shuffled(ports), rand.Uint32() | 1, 0, 0}
}

func shuffled(n int) []uint32 {
	all := make([]uint32, n)
	for i := range all {
		all[i] = uint32(i)
	}
	rand.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// next is the next port, as address times ports plus port. Round is its round,
// from zero; false: there is no more.
func (w *walk) next() (i int, round uint32, ok bool) {
	if w.at == uint32(len(w.hosts)) {
		w.at, w.round = 0, w.round+1
	}
	ports := uint32(len(w.ports))
	if w.round >= ports || len(w.hosts) == 0 {
		return 0, 0, false
	}
	host := w.hosts[w.at]
	w.at++
	place := (uint64(w.round) + uint64(host*w.skew)) % uint64(ports)
	return int(host)*int(ports) + int(w.ports[place]), w.round, true
}
