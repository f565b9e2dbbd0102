package scope

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/scan"
)

// Most is how many addresses one scan takes unless somebody says how many he means:
// a /16.
const Most = 1 << 16

// Ceiling is how many one scan takes, whatever he says: as many as the engine keeps
// an account of.
const Ceiling = scan.MaxHosts

// A Reason is why addresses may be scanned.
type Reason string

const (
	Own        Reason = "own"        // an address of this machine
	OnLink     Reason = "link"       // private, on a link of this machine
	Registered Reason = "registered" // in the register of networks
	Authorized Reason = "authorized" // somebody said why, for this run
)

// A Judge knows who may be scanned.
type Judge struct {
	Links      Links
	Register   []Entry
	Authorized string // why the rest may be scanned; empty: it may not
	Most       uint64 // addresses; zero: Most
	Now        func() time.Time
}

// A Grant is addresses that may be scanned, all for one reason.
type Grant struct {
	Reason Reason
	Why    string // the note of the register, or what was said for this run; empty: none is needed
	Hosts  scan.Hosts
	until  time.Time // the last moment of an entry of the register; zero: there is none
}

// A Decision is what may be scanned of what was asked for.
type Decision struct {
	Grants  []Grant
	LeftOut uint64 // addresses inside of networks that are never scanned: broadcast, metadata
	judge   *Judge
}

// Judge decides about targets. It is all or nothing: the error is a Refusal, or
// Unpermitted if somebody need only say why he may.
func (j *Judge) Judge(targets, exclude []Target) (*Decision, error) {
	var without, all []scan.Range
	for _, t := range exclude {
		without = append(without, t.Ranges...)
	}
	d := &Decision{judge: j}
	for _, t := range targets {
		_, kept := part(unite(t.Ranges...), without...)
		if err := j.possible(t, kept); err != nil {
			return nil, err
		}
		all = append(all, kept.Ranges()...)
	}
	left, hosts := part(unite(all...), j.silent()...)
	d.LeftOut = left.Len()
	most := j.Most
	if most == 0 {
		most = Most
	}
	switch n := hosts.Len(); {
	case n == 0:
		return nil, Refusal{portlore.Text{EN: "nothing is left to scan", ZH: "没有剩下可扫描的目标"}}
	case n > Ceiling:
		return nil, Refusal{portlore.Text{
			EN: many(n) + " addresses are more than one run takes: " + quantity.Count(Ceiling),
			ZH: "共 " + many(n) + " 个地址，一次扫描至多 " + quantity.Count(Ceiling) + " 个",
		}}
	case n > most:
		return nil, Refusal{portlore.Text{
			EN: fmt.Sprintf("%s addresses are more than %s; if you mean it: --max-hosts %d", many(n), quantity.Count(most), n),
			ZH: fmt.Sprintf("共 %s 个地址，超过 %s 个；若确有此意：--max-hosts %d", many(n), quantity.Count(most), n),
		}}
	}
	rest := d.grant(Own, "", time.Time{}, hosts, append(singles(j.Links.Own), rangesOf(loopback)...))
	onLink, _ := part(unite(rangesOf(j.Links.Attached)...), rangesOf(private)...)
	rest = d.grant(OnLink, "", time.Time{}, rest, onLink.Ranges())
	for _, e := range j.Register {
		if !e.expired(j.now()) {
			rest = d.grant(Registered, e.Net.String()+": "+e.Note, e.Until, rest, []scan.Range{scan.RangeOf(e.Net)})
		}
	}
	switch {
	case rest.Len() == 0:
		return d, nil
	case strings.TrimSpace(j.Authorized) == "":
		return nil, j.unpermitted(targets, rest)
	}
	d.grant(Authorized, j.Authorized, time.Time{}, rest, rest.Ranges())
	return d, nil
}

// grant permits what lies in a set, and hands back the rest.
func (d *Decision) grant(why Reason, said string, until time.Time, hosts scan.Hosts, permitted []scan.Range) (rest scan.Hosts) {
	in, rest := part(hosts, permitted...)
	if in.Len() > 0 {
		d.Grants = append(d.Grants, Grant{why, said, in, until})
	}
	return rest
}

// possible refuses a target that is no host or is never scanned.
func (j *Judge) possible(t Target, kept scan.Hosts) error {
	for _, r := range t.Ranges {
		if why, is := neverAt(r.First, j.Links); is && r.First == r.Last && kept.Contains(r.First) {
			return refuse(t.shown(r.First), "never scanned: "+why.EN, "绝不扫描："+why.ZH)
		}
	}
	for _, f := range never {
		if in, _ := part(kept, scan.RangeOf(f.net)); in.Len() > 0 {
			return refuse(t.shown(in.At(0)), "it reaches into "+f.net.String()+", which is never scanned: "+f.why.EN,
				"其中含有 "+f.net.String()+"，绝不扫描："+f.why.ZH)
		}
	}
	_, kept = part(kept, rangesOf(loopback)...)
	for _, c := range carriers {
		if in, _ := part(kept, scan.RangeOf(c)); in.Len() > 0 {
			return refuse(t.Word, "it reaches into "+c.String()+", addresses that carry an IPv4 address inside", "其中含有 "+c.String()+"，那些地址内嵌 IPv4 地址")
		}
	}
	return nil
}

// shown is a target as it was written, with the address of a name.
func (t *Target) shown(a netip.Addr) string {
	if t.Name != "" {
		return t.Name + " (" + a.String() + ")"
	}
	return t.Word
}

// silent are the addresses that are left out of networks without a word more than
// their number.
func (j *Judge) silent() []scan.Range {
	return append(singles(j.Links.broadcasts()), singles(metadata)...)
}

// unpermitted says of what was not permitted what it is.
func (j *Judge) unpermitted(targets []Target, rest scan.Hosts) error {
	a := rest.At(0)
	word := a.String()
	shown := word
	for _, t := range targets {
		if in, _ := part(unite(t.Ranges...), rest.Ranges()...); in.Len() > 0 {
			a, word, shown = in.At(0), t.Word, t.shown(in.At(0))
			break
		}
	}
	what := portlore.Text{EN: "is public", ZH: "是公网地址"}
	switch {
	case inAny(private, a):
		what = portlore.Text{EN: "is private, but on no link of this machine", ZH: "是内网地址，但不在本机所在网段"}
	case netip.MustParsePrefix("100.64.0.0/10").Contains(a):
		what = portlore.Text{EN: "is shared with other customers of a provider (CGNAT)", ZH: "是运营商共享地址（CGNAT）"}
	}
	for _, e := range j.Register {
		if e.Net.Contains(a) && e.expired(j.now()) {
			day := e.Until.Format(time.DateOnly)
			return Unpermitted{Refusal{portlore.Text{
				EN: fmt.Sprintf("%s: your permission for %s ended on %s.", shown, e.Net, day),
				ZH: fmt.Sprintf("%s：你对 %s 的授权已于 %s 到期。", shown, e.Net, day),
			}}, word, a}
		}
	}
	return Unpermitted{Refusal{portlore.Text{
		EN: fmt.Sprintf("%s %s and not in your scope.", shown, what.EN),
		ZH: fmt.Sprintf("%s %s，未列入你的授权范围。", shown, what.ZH),
	}}, word, a}
}

// Permit says once more, before an address is called, that it may be.
func (d *Decision) Permit(a netip.Addr) error {
	a = a.Unmap()
	if why, is := neverAt(a, d.judge.Links); is {
		return refuse(a.String(), "never scanned: "+why.EN, "绝不扫描："+why.ZH)
	}
	for _, g := range d.Grants {
		switch {
		case !g.Hosts.Contains(a):
		case !g.until.IsZero() && d.judge.now().After(g.until):
			return refuse(a.String(), "the permission has ended meanwhile", "授权已在扫描期间到期")
		default:
			return nil
		}
	}
	return refuse(a.String(), "not among the targets", "不在目标之内")
}

// NeedsSaying says that somebody had to answer for a part of it.
func (d *Decision) NeedsSaying() bool {
	for _, g := range d.Grants {
		if g.Reason == Registered || g.Reason == Authorized {
			return true
		}
	}
	return false
}

func (j *Judge) now() time.Time {
	if j.Now == nil {
		return time.Now()
	}
	return j.Now()
}

// many writes a number of addresses.
func many(n uint64) string {
	if n == ^uint64(0) {
		return "2^64"
	}
	return quantity.Count(n)
}
