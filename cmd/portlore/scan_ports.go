package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/probe"
)

// scanPorts are the ports that are asked of every host, in order.
type scanPorts struct {
	tcp, udp []uint16
	leftOut  int // ports of printers and controllers that were in a range
}

// usualTCP are the ports that are asked when nobody says which: every one that
// people wrote about, and the system ports (below 1024) that IANA has a name for.
func usualTCP(base *lore.Base) []uint16 {
	const firstUser = 1024
	var all []uint16
	for p := uint16(1); p < firstUser; p++ {
		if base.Service(portlore.TCP, p).Name != "" {
			all = append(all, p)
		}
	}
	for _, e := range base.Entries() {
		if e.Transport.Has(portlore.TCP) {
			all = appendRange(all, max(1, e.From), e.To) // nothing listens on port 0
		}
	}
	return inOrder(all)
}

// wantedPorts are the ports of --ports, --udp and --ot.
func wantedPorts(base *lore.Base, list string, udp, ot bool) (w scanPorts, err error) {
	if list == "" {
		w.tcp = usualTCP(base)
		if udp {
			w.udp = probe.UDPPorts()
		}
	}
	for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if err := w.add(base, strings.ToLower(word), udp, ot); err != nil {
			return w, err
		}
	}
	w.tcp, w.udp = inOrder(w.tcp), inOrder(w.udp)
	if !ot {
		delicate := func(p uint16) bool { return probe.Untouchable(p) }
		n := len(w.tcp) + len(w.udp)
		w.tcp, w.udp = slices.DeleteFunc(w.tcp, delicate), slices.DeleteFunc(w.udp, delicate)
		w.leftOut = n - len(w.tcp) - len(w.udp)
	}
	if len(w.tcp)+len(w.udp) == 0 {
		return w, told{portlore.Text{EN: "--ports: no port is left to ask", ZH: "--ports：没有可扫描的端口"}}
	}
	return w, nil
}

// add adds one word of --ports: a number, a range, a service, each with /tcp or
// /udp behind it where only that is meant.
func (w *scanPorts) add(base *lore.Base, word string, udp, ot bool) error {
	what, transport, said := strings.Cut(word, "/")
	if said && transport != "tcp" && transport != "udp" {
		return told{portlore.Text{EN: "--ports " + word + ": want tcp or udp behind the /", ZH: "--ports " + word + "：/ 后应为 tcp 或 udp"}}
	}
	if what == "all" {
		what = "1-65535"
	}
	if what != "" && strings.Trim(what, "0123456789-") == "" {
		from, to, ranged := strings.Cut(what, "-")
		if !ranged {
			to = from
		}
		a, err1 := strconv.ParseUint(from, 10, 16)
		b, err2 := strconv.ParseUint(to, 10, 16)
		if err1 != nil || err2 != nil || a == 0 || b < a {
			return told{portlore.Text{EN: "--ports " + word + ": want ports from 1 to 65535, such as 22, 20-25 or redis", ZH: "--ports " + word + "：应为 1 到 65535 的端口，如 22、20-25、redis"}}
		}
		if a == b && !ot && probe.Untouchable(uint16(a)) {
			return told{portlore.Text{
				EN: fmt.Sprintf("--ports %d: printers and industrial controllers listen there; a scan may print pages or stop a machine. If you mean it, add --ot", a),
				ZH: fmt.Sprintf("--ports %d：打印机和工业控制器用这个端口，扫描可能打出废纸甚至使设备停机。若确有此意，请加 --ot", a),
			}}
		}
		if !said || transport == "tcp" {
			w.tcp = appendRange(w.tcp, uint16(a), uint16(b))
		}
		if transport == "udp" || !said && udp {
			w.udp = appendRange(w.udp, uint16(a), uint16(b))
		}
		return nil
	}
	n := len(w.tcp) + len(w.udp)
	for _, e := range base.Entries() {
		if !called(&e, what) {
			continue
		}
		if (!said || transport == "tcp") && e.Transport.Has(portlore.TCP) {
			w.tcp = appendRange(w.tcp, e.From, e.To)
		}
		if (transport == "udp" || !said && (udp || !e.Transport.Has(portlore.TCP))) && e.Transport.Has(portlore.UDP) {
			w.udp = appendRange(w.udp, e.From, e.To)
		}
	}
	if len(w.tcp)+len(w.udp) == n {
		return told{portlore.Text{EN: "--ports " + word + ": no port and no service by this name; see portlore port " + what, ZH: "--ports " + word + "：既不是端口，也没有叫这个名字的服务，可查 portlore port " + what}}
	}
	return nil
}

// called says that an entry is of a service with this name.
func called(e *lore.Entry, name string) bool {
	return e.Service == name || slices.ContainsFunc(e.Names, func(n lore.Name) bool { return strings.EqualFold(n.Name, name) })
}

func appendRange(all []uint16, from, to uint16) []uint16 {
	for p := int(from); p <= int(to); p++ {
		all = append(all, uint16(p))
	}
	return all
}

func inOrder(ports []uint16) []uint16 {
	slices.Sort(ports)
	return slices.Compact(ports)
}
