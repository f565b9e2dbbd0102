package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// asker looks answers up in the knowledge base.
type asker struct {
	base *lore.Base
	lang portlore.Lang
}

// numbers answers a question by number. A single port always has an answer; of
// a range, the ports that some table has.
func (a asker) numbers(q lore.Ports) []PortResult {
	var results []PortResult
	for port := int(q.From); port <= int(q.To); port++ {
		if r := a.port(uint16(port), q.Proto); r.Known || q.From == q.To {
			results = append(results, r)
		}
	}
	return results
}

// words answers a question in words: the ports and threats that are meant,
// then the ports of those threats, then what is near.
func (a asker) words(query string) (results []PortResult, threats []PortThreat) {
	const (
		tie   = 2  // scores this near to the best are as good
		named = 45 // scores below are not of names
	)
	hits := a.base.Search(query)
	meant := func(h lore.Hit) bool { return h.Score >= named && h.Score >= hits[0].Score-tie }
	seen := map[uint16]bool{}
	add := func(port uint16, meant bool) {
		if seen[port] {
			return
		}
		seen[port] = true
		r := a.port(port, 0)
		if entries := a.base.Port(0, port); len(entries) > 0 && entries[0].From == port && entries[0].To > port {
			r.To = entries[0].To
		}
		r.meant = meant
		results = append(results, r)
	}
	for _, h := range hits {
		if h.Threat == "" && meant(h) {
			add(h.Port, true)
		}
	}
	for _, h := range hits {
		if t, ok := a.base.Threat(h.Threat); ok {
			shown := a.threat(t, "")
			shown.meant = meant(h)
			threats = append(threats, shown)
			for _, p := range surestFirst(t.Ports) {
				if meant(h) {
					add(p.From, false)
				}
			}
		}
	}
	for _, h := range hits {
		if h.Threat == "" {
			add(h.Port, false)
		}
	}
	return results, threats
}

func surestFirst(ports []lore.ThreatPort) []lore.ThreatPort {
	ports = slices.Clone(ports)
	slices.SortStableFunc(ports, func(a, b lore.ThreatPort) int { return strings.Compare(a.Confidence, b.Confidence) })
	return ports
}

// everything is all ports that people wrote about.
func (a asker) everything() []PortResult {
	var results []PortResult
	for _, e := range a.base.Entries() {
		r := a.port(e.From, 0)
		if e.To > e.From {
			r.To = e.To
		}
		results = append(results, r)
	}
	return results
}

// port is what is known of one port; of one transport, or of all when proto is
// zero.
func (a asker) port(port uint16, proto portlore.Proto) PortResult {
	r := PortResult{
		Port: port, Range: lore.Range(port),
		Names: []PortName{}, Claims: []PortClaim{}, Threats: []PortThreat{}, Related: []uint16{},
	}
	entries := a.base.Port(proto, port)
	records := a.base.Records(proto, port)
	r.Transport = a.transport(proto, entries, records)
	for _, n := range records {
		r.Names = append(r.Names, PortName{
			Name: n.Name, Transports: n.Transport.Names(), Origin: "iana", Status: n.Status,
			Description: n.Description, Reference: n.Reference, Unauthorised: n.Unauthorised,
		})
	}
	if len(entries) > 0 {
		a.entry(&r, entries[0], proto)
	}
	for _, t := range a.base.ThreatsOn(proto, port) {
		if !slices.ContainsFunc(r.Threats, func(have PortThreat) bool { return have.ID == t.ID }) {
			r.Threats = append(r.Threats, a.threat(t, confidence(t, port)))
		}
	}
	registered := slices.IndexFunc(r.Names, func(n PortName) bool { return n.Origin == "iana" && n.Name+n.Description != "" })
	r.Known = len(entries) > 0 || registered >= 0 || len(r.Threats) > 0
	if len(entries) == 0 {
		if registered >= 0 {
			r.Name, r.Title = r.Names[registered].Name, r.Names[registered].Description
		}
		a.unlisted(&r)
	}
	return r
}

// transport is the one asked for, else the main one of the entry, else tcp
// unless the port is registered only for others.
func (a asker) transport(proto portlore.Proto, entries []lore.Entry, records []lore.Record) string {
	switch {
	case proto != 0:
		return lore.TransportName(proto)
	case len(entries) > 0 && len(entries[0].Transport) > 0:
		return lore.TransportName(entries[0].Transport[0])
	}
	for _, r := range records {
		if r.Name != "" && len(r.Transport) > 0 {
			return lore.TransportName(r.Transport[0])
		}
	}
	return "tcp"
}

// entry puts what people wrote into the result.
func (a asker) entry(r *PortResult, e lore.Entry, proto portlore.Proto) {
	r.Name, r.Title, r.Expose = e.Service, e.Title.In(a.lang), e.Expose
	r.Check, r.Close, r.Related = e.Check.In(a.lang), PortClose(e.Close), some(e.Related)
	for _, n := range e.Names {
		r.Names = append(r.Names, PortName{Name: n.Name, Transports: n.Transport.Names(), Origin: "custom", Status: "in use"})
	}
	said := map[string][]string{}
	for _, c := range e.Claims {
		if !c.Transport.Has(proto) {
			continue
		}
		said[c.Situation] = append(said[c.Situation], c.Text.In(a.lang))
		r.Claims = append(r.Claims, PortClaim{
			ID: c.ID, Kind: c.Kind, Situation: c.Situation, Transports: c.Transport.Names(), Text: c.Text.In(a.lang),
			Era: era(c.Era), Sources: some(c.Sources), Confidence: c.Confidence, Threat: c.Threat, BAF: c.BAF, CVE: c.CVE, Attack: c.Attack,
		})
		if t, ok := a.base.Threat(c.Threat); ok && !slices.ContainsFunc(r.Threats, func(have PortThreat) bool { return have.ID == t.ID }) {
			r.Threats = append(r.Threats, a.threat(t, c.Confidence))
		}
	}
	r.Situations = PortSituations{
		Probed:   sentences(a.lang, said["probed"]),
		Open:     sentences(a.lang, said["open"]),
		Outbound: sentences(a.lang, said["outbound"]),
	}
}

func (a asker) threat(t lore.Threat, confidence string) PortThreat {
	p := PortThreat{
		ID: t.ID, Name: t.Names.EN, Aliases: some(t.Aliases), Kind: t.Kind, Platform: t.Platform, Era: era(t.Era),
		Confidence: confidence, Ports: []string{}, Text: t.Text.In(a.lang), Sources: some(t.Sources),
	}
	if t.Names.ZH != "" && t.Names.ZH != t.Names.EN {
		if a.lang == portlore.Chinese {
			p.Name = t.Names.ZH
			p.Aliases = slices.Concat([]string{t.Names.EN}, p.Aliases)
		} else {
			p.Aliases = slices.Concat([]string{t.Names.ZH}, p.Aliases)
		}
	}
	for _, port := range surestFirst(t.Ports) {
		number := fmt.Sprint(port.From)
		if port.To != port.From {
			number = fmt.Sprintf("%d-%d", port.From, port.To)
		}
		p.Ports = append(p.Ports, number+"/"+strings.Join(port.Transport.Names(), ","))
	}
	return p
}

// confidence is how sure it is that a threat uses a port.
func confidence(t lore.Threat, port uint16) string {
	for _, p := range t.Ports {
		if p.From <= port && port <= p.To {
			return p.Confidence
		}
	}
	return ""
}

// ephemeral is the first port that a common system (Linux) gives to outgoing
// connections.
const ephemeral = 32768

// unlisted says what can be said of a port that nobody wrote about: which
// range it lies in (RFC 6335), and what a probe there usually means.
func (a asker) unlisted(r *PortResult) {
	probed := portlore.Text{
		EN: "A lone probe usually belongs to a sweep over many ports, or looks for a service that somebody moved here. Noise if nothing answers.",
		ZH: "单独一次探测通常属于对大量端口的扫描，或是在找被人改到此处的服务。若本机没有应答，属背景噪声。",
	}
	open := portlore.Text{
		EN: "The number says nothing about the program. See which one it is: ss -tulpn | grep :%d",
		ZH: "仅凭端口号看不出是什么程序。请查看：ss -tulpn | grep :%d",
	}
	outbound := portlore.Text{
		EN: "The number says nothing about the service either: look at the program and the address.",
		ZH: "仅凭端口号也看不出是什么服务，请看发起连接的程序和对端地址。",
	}
	title := portlore.Text{EN: "no known service", ZH: "没有已知的服务"}
	if r.Range == "dynamic" {
		title = portlore.Text{EN: "dynamic port, never registered", ZH: "动态端口，不作登记"}
	}
	if r.Port >= ephemeral {
		probed = portlore.Text{
			EN: "Usually a late answer to a connection of yours, a peer-to-peer leftover, or a sweep over many ports. Noise if nothing answers.",
			ZH: "通常是你自己某个连接的迟到应答、P2P 的残留流量，或对大量端口的扫描。若本机没有应答，属背景噪声。",
		}
		open = portlore.Text{
			EN: "Systems hand such ports to any program that asks. See which one it is: ss -tulpn | grep :%d",
			ZH: "系统会把这类端口随意分给需要的程序。请查看是哪一个：ss -tulpn | grep :%d",
		}
	}
	if r.Title == "" {
		r.Title = title.In(a.lang)
	}
	r.Situations = PortSituations{
		Probed:   probed.In(a.lang),
		Open:     fmt.Sprintf(open.In(a.lang), r.Port),
		Outbound: outbound.In(a.lang),
	}
}
