package detect

import (
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// Port sets that say what somebody is after. They are thresholds of verdicts,
// not knowledge of ports, which is lore's.

// proxyPorts are tried together by those who want an open proxy.
var proxyPorts = []uint16{808, 1080, 1081, 3128, 3129, 6588, 8000, 8001, 8080, 8081, 8118, 8123, 8888, 9050}

// amplifierPorts are UDP services that answer with more than they were asked:
// US-CERT TA14-017A and the advisories that lore's entries cite.
var amplifierPorts = []uint16{
	17, 19, 53, 69, 111, 123, 137, 161, 389, 427, 520, 1434, 1900, 3283, 3478, 3702, 5353, 5683,
	10001, 10074, 11211, 27015, 27960, 30120, 32414, 37810,
}

// callbackPorts are services whose servers ask the client's ident, or check it
// for open proxies, when it connects.
var callbackPorts = []uint16{21, 25, 110, 119, 143, 587, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697, 7000}

// portsOf splits the ports of a row: how many there are, how many lie in a list,
// and how many are privileged, below 1024.
func portsOf(h *table.Half, list []uint16) (all, in, privileged int) {
	for it := range h.Ports().All() {
		_, p := it.Port()
		all++
		if slices.Contains(list, p) {
			in++
		}
		if p < 1024 {
			privileged++
		}
	}
	return
}

// sourcePorts is how many different source ports the attempts of a row have,
// and one of them.
func sourcePorts(h *table.Half) (distinct int, port uint16) {
	var room [64]uint16 // as many as a row keeps
	seen := room[:0]
	for it := range h.Attempts().All() {
		s, _ := it.Pair()
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
		port = s
	}
	return len(seen), port
}

// destinations is how many attempts went to ports below and from 1024 on.
func destinations(h *table.Half) (low, high int) {
	for it := range h.Attempts().All() {
		if _, d := it.Pair(); d < 1024 {
			low++
		} else {
			high++
		}
	}
	return
}

// atServices is how many attempts went to ports of services.
func atServices(c *Case, h *table.Half) (n int) {
	for it := range h.Attempts().All() {
		if _, d := it.Pair(); servesTCP(c, d) {
			n++
		}
	}
	return n
}

// evasive are source ports that careless filters let in.
var evasive = []uint16{20, 53, 67, 80, 88, 123, 443}

// servesTCP says that a port is one from which TCP services answer.
func servesTCP(c *Case, p uint16) bool {
	if p < 1024 {
		return p != 0
	}
	return p < 32768 && c.base.Service(portlore.TCP, p).ID != "unlisted"
}

// both makes a sentence of both languages.
func both(en, zh string) portlore.Text { return portlore.Text{EN: en, ZH: zh} }
