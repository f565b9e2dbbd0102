package probe

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// mostTransferred is where a zone that is being given away is cut off.
const mostTransferred = 1 << 20

// zoneTransfer asks a name server for whole zones (RFC 5936): those that can be
// guessed from names that the user, the address or the server itself gave.
var zoneTransfer = Inspection{
	Services: []string{"dns"}, Transport: "tcp", Calls: 8,
	Sends: "PTR of the address, hostname.bind and id.server (CH TXT); SOA of the zones that these names, the name of the target and its address lie in, and of 8 that are customary inside (lan, corp ...); AXFR of at most 6 that there are",
	Never: "updates, notifies; a name server of somebody else; more than 1 MiB of a zone",
	Finds: []Outcome{{"dns.transfer", portlore.Check, "the records of a zone, from its SOA on"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		const most = 6
		tried := 0
		for _, zone := range v.zones(ctx) {
			if tried++; tried > most {
				break
			}
			records, size, names := v.transfer(ctx, zone)
			if records >= 2 && !isLocalZone(zone) {
				return []Check{dnsTransfer(zone, records, size, names)}
			}
		}
		return nil
	},
}

// openResolver asks for what a server that answers for its own zones alone refuses.
// It is judged by the flag RA and the kind of answer, so that it works without
// Internet; by UDP the same answer tells how much a server returns for how little.
func openResolver(transport string) Inspection {
	q := Inspection{
		Services: []string{"dns"}, Transport: transport, Calls: 2,
		Sends: "one question for the name servers of the root (. NS), recursion desired, EDNS with 4,096 bytes and DO; if nothing comes in a second, one for localhost (A)",
		Never: "a question with a forged sender; a name of anybody",
		Finds: []Outcome{
			{"dns.recursion", portlore.Check, "RA is set, and the answer is there (NOERROR) or was looked for (SERVFAIL, or longer than a second)"},
			{"dns.norecursion", portlore.Fine, "REFUSED, or RA is not set"},
		},
	}
	if transport == "udp" {
		q.Finds = append(q.Finds, Outcome{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"})
	}
	q.Ask = func(ctx context.Context, v *Visit) []Check {
		m, sent, back := v.recursive(ctx, ".", dnsNS)
		if sent == 0 {
			return nil
		}
		late := back == 0
		if late { // it may be out looking: who does not look refuses at once
			m, _, back = v.recursive(ctx, "localhost", dnsA)
		}
		var found []Check
		switch {
		case back == 0:
		case m.code == dnsRefused || !m.available:
			return refused("dns.norecursion", m.said())
		case late:
			found = append(found, dnsRecursion(v, both("open resolver: went to look up the root", "开放递归：已去代查根域")))
		case m.code == dnsServfail:
			found = append(found, dnsRecursion(v, both("open resolver: tried to look up (SERVFAIL, RA)", "开放递归：已尝试代查（SERVFAIL，RA）")))
		case m.code == 0 && len(m.answers) > 0:
			found = append(found, dnsRecursion(v, both("open resolver: answered for the root", "开放递归：查询根域得到应答")))
		}
		if transport == "udp" && !late {
			found = append(found, amplifier(v, "DNS", sent, back)...)
		}
		return found
	}
	return q
}

// recursive asks with recursion desired: the answer, and the bytes of question and
// answer. Zero bytes: none was sent, or none came within a second.
func (v *Visit) recursive(ctx context.Context, name string, kind uint16) (m dnsMessage, sent, back int) {
	c := v.call(ctx)
	defer c.hang()
	if v.isSelf(c) {
		return m, 0, 0
	}
	id := binary.BigEndian.Uint16(v.random(2))
	ask := dnsQuery(id, name, kind, dnsIN, true)
	var answer []byte
	if v.Door.Proto == "udp" {
		c.say(ask)
		answer = c.datagram()
	} else if c.say(framed(ask)); c.err == nil && c.patient(packetTime) {
		if length := c.exactly(2); length != nil {
			answer = c.exactly(int(binary.BigEndian.Uint16(length)))
		}
	}
	if c.Conn == nil {
		return m, 0, 0
	}
	if m, ok := parseDNS(answer); ok && m.id == id {
		return m, len(ask), len(answer)
	}
	return m, len(ask), 0
}

// zones are those that a server may serve, the likely first: by the name that the
// user gave, by what the server calls its address and itself, by the address.
func (v *Visit) zones(ctx context.Context) []string {
	addr, _ := netip.ParseAddr(v.Door.Address)
	names := []string{v.Name}
	c := v.call(ctx)
	defer c.hang()
	if v.isSelf(c) {
		return nil
	}
	pointer := reverseName(addr, 128)
	if addr.Is4() || addr.Is4In6() {
		pointer = reverseName(addr, 32)
	}
	for _, q := range []struct {
		name        string
		kind, class uint16
	}{{pointer, dnsPTR, dnsIN}, {"hostname.bind", dnsTXT, dnsCH}, {"id.server", dnsTXT, dnsCH}} {
		if q.name == "" {
			continue
		}
		if m, ok := c.askDNS(v, q.name, q.kind, q.class); ok {
			for _, r := range m.answers {
				names = append(names, r.text)
			}
		}
	}
	var candidates []string
	for _, n := range names {
		n = strings.ToLower(strings.Trim(n, "."))
		for ; isHostName(n); _, n, _ = strings.Cut(n, ".") {
			candidates = append(candidates, n)
		}
	}
	candidates = append(candidates, "local", "lan", "home.arpa", "home", "internal", "intranet", "corp", "localdomain")
	for _, bits := range []int{24, 16, 8, 64, 48} {
		if r := reverseName(addr, bits); r != "" {
			candidates = append(candidates, r)
		}
	}
	var zones []string
	for _, name := range candidates {
		if slices.Contains(zones, name) {
			continue
		}
		m, ok := c.askDNS(v, name, dnsSOA, dnsIN)
		if !ok || !m.authoritative || m.code != 0 && m.code != dnsNXDomain {
			continue
		}
		for _, r := range append(m.answers, m.authority...) { // of the zone itself, or of that above
			if owner := strings.ToLower(strings.Trim(r.name, ".")); r.kind == dnsSOA && owner != "" && !slices.Contains(zones, owner) {
				zones = append(zones, owner)
			}
		}
	}
	return zones
}

// transfer asks for a zone: how many records came, in how many bytes, and the first
// names. Zero: none.
func (v *Visit) transfer(ctx context.Context, zone string) (records, size int, names []string) {
	c := v.call(ctx)
	defer c.hang()
	id := binary.BigEndian.Uint16(v.random(2))
	c.say(framed(dnsQuery(id, zone, dnsAXFR, dnsIN, false)))
	c.unlimited(mostTransferred)
	for soas := 0; soas < 2 && size < mostTransferred; {
		length := c.exactly(2)
		if length == nil {
			break
		}
		b := c.exactly(int(binary.BigEndian.Uint16(length)))
		m, ok := parseDNS(b)
		if !ok || m.id != id || m.code != 0 || records == 0 && (len(m.answers) == 0 || m.answers[0].kind != dnsSOA) {
			break
		}
		size += len(b)
		for _, r := range m.answers {
			if r.kind == dnsSOA {
				if soas++; soas == 2 {
					break
				}
			}
			records++
			if n := strings.ToLower(strings.Trim(r.name, ".")); len(names) < 3 && n != zone && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return records, size, names
}

// isLocalZone says that a zone is one that every server has (RFC 6303).
func isLocalZone(zone string) bool {
	return zone == "localhost" || zone == "127.in-addr.arpa" || zone == "0.in-addr.arpa" || zone == "255.in-addr.arpa" || strings.HasSuffix(zone, "0.0.0.0.ip6.arpa")
}

// reverseName is the name of the network of an address in the reverse tree (RFC
// 1035, RFC 3596). Empty: the address has none of so many bits.
func reverseName(a netip.Addr, bits int) string {
	a = a.Unmap()
	if !a.IsValid() || bits > a.BitLen() {
		return ""
	}
	b := a.AsSlice()
	var labels []string
	switch {
	case a.Is4():
		for i := bits/8 - 1; i >= 0; i-- {
			labels = append(labels, fmt.Sprint(b[i]))
		}
		return strings.Join(labels, ".") + ".in-addr.arpa"
	case bits < 48:
		return ""
	}
	for i := bits/8 - 1; i >= 0; i-- {
		labels = append(labels, fmt.Sprintf("%x", b[i]&15), fmt.Sprintf("%x", b[i]>>4))
	}
	return strings.Join(labels, ".") + ".ip6.arpa"
}

func dnsTransfer(zone string, records, size int, names []string) Check {
	shown := ""
	if len(names) > 0 {
		shown = quote(strings.Join(names, " "))
	}
	c := Check{
		ID: "dns.transfer", Word: portlore.Check,
		Evidence: both("gives away zone %s: %d records", "可区域传送 %s：%d 条记录", quote(zone), records),
		Means: both("Anyone can have the list of all its hosts: a map for whoever looks for a way in. It began with: %s.",
			"任何人都能拿到全部主机名，等于一份内网地图。开头几条：%s。", shown),
		Do: both("Allow transfers to your own secondary servers alone (BIND: allow-transfer), unless the zone is meant to be read by all.",
			"只允许自己的辅助服务器传送（BIND：allow-transfer），除非这个区本就打算公开。"),
	}
	if shown == "" {
		c.Means = both("Anyone can have the list of all its hosts: a map for whoever looks for a way in.", "任何人都能拿到全部主机名，等于一份内网地图。")
	}
	if size >= mostTransferred {
		c.Evidence = both("gives away zone %s: over %d records, cut", "可区域传送 %s：超过 %d 条记录，已中断", quote(zone), records)
	}
	return c
}

func dnsRecursion(v *Visit, evidence portlore.Text) Check {
	return Check{
		ID: "dns.recursion", Word: v.strangers(), Evidence: evidence,
		Means: both("It looks up any name for whoever asks. For its own network that is its job; open to the Internet it is used to flood others with answers, and to poison its cache.",
			"谁来问它都代为查询。服务本网段是它的本职；若对互联网开放，会被用来反射放大攻击他人，缓存也容易被投毒。"),
		Do: both("Let it answer your own networks only (BIND: allow-recursion; unbound: access-control), and see that the Internet cannot reach it.",
			"只对自己的网段提供递归（BIND：allow-recursion；unbound：access-control），并确认互联网访问不到它。"),
	}
}
