package report

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
)

const (
	mostEvidence  = 10 // places that a mail names
	mostMailPorts = 20 // ports that it names, of each transport
)

// report is a mail to the provider of the one source of a finding, or why there
// is none. It says what was recorded, when and how often, and names nobody but
// the source: our own addresses only when asked to.
//
// The mail is in English, which the abuse desks of the world read; what it is for
// and where it goes is said in the reader's language.
func (c adviceCase) report(f *portlore.Finding, refused []refusal) portlore.Advice {
	if why := c.noReport(f, refused); why != (portlore.Text{}) {
		return c.refusal(kindReport, why)
	}
	source := names(c.free)[0]
	whois := c.free[0].Addr().String()
	return portlore.Advice{
		Kind: kindReport, Tool: "mail",
		Title: c.say("A mail to the provider of "+source+"; whois "+whois+" names its abuse desk. Send it only if you stand by it",
			"给 "+source+" 所属运营商的举报邮件，正文用英文，各国均可受理；收件人用 whois "+whois+" 查 abuse 邮箱。确认属实再发"),
		Text: lines(c.mail(f, source)),
	}
}

func (c adviceCase) noReport(f *portlore.Finding, refused []refusal) portlore.Text {
	if why := c.plan.report; why != (portlore.Text{}) {
		return why
	}
	if why := c.plan.block; why != (portlore.Text{}) {
		return why
	}
	if why := roleRefuses(f.Role); why != (portlore.Text{}) {
		return why
	}
	from, err1 := time.Parse(time.RFC3339, f.First)
	_, err2 := time.Parse(time.RFC3339, f.Last)
	switch {
	case f.Sources > 1 || len(f.Subjects) > 1:
		return portlore.Text{
			EN: "Each provider gets a mail of its own, about its own address alone. Ask for one source: --source ADDRESS",
			ZH: "每个运营商只应收到关于自家地址的邮件。请逐个来源生成：--source 地址",
		}
	case len(refused) > 0:
		return refused[0].why
	case len(c.free) == 0:
		return portlore.Text{EN: "The evidence names no source.", ZH: "证据里没有来源地址。"}
	case err1 != nil, err2 != nil, from.UnixNano() < portlore.SinceBoot:
		return portlore.Text{
			EN: "The evidence has no date and time: a provider cannot tell who had the address then.",
			ZH: "证据没有完整的日期和时间：运营商无法查出当时是谁在用这个地址。",
		}
	case len(f.Evidence) == 0:
		return portlore.Text{EN: "No place in the evidence can be quoted.", ZH: "没有可以引用的证据位置。"}
	}
	return portlore.Text{}
}

// mail is the text, no line wider than a screen.
func (c adviceCase) mail(f *portlore.Finding, source string) []string {
	text := []string{
		"Subject: " + source + ": " + c.plan.act + ", " + f.First,
		"",
		"Dear abuse team,",
		"",
		"we recorded " + c.plan.act + " from an address of your network:",
		"",
		"  Source    " + source,
		"  First     " + f.First,
		"  Last      " + f.Last,
		"  Clock     " + c.clock(f),
	}
	text = append(text, c.hit(f)...)
	for _, proto := range transports(f.Services) {
		ports := numbersOf(f.Services, proto, mostMailPorts)
		more := ""
		if n := len(numbersOf(f.Services, proto, len(f.Services))) - len(ports); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
			if len(f.Services) >= mostNets { // the finding itself lists no more
				more = " and more"
			}
		}
		text = append(text, filled(ports, "  Ports     "+proto+" ", " ", "", more)...)
	}
	text = append(text, "  Count     "+counted(f))
	for i, e := range f.Evidence[:min(mostEvidence, len(f.Evidence))] {
		label := "  Evidence  "
		if i > 0 {
			label = "            "
		}
		text = append(text, label+fmt.Sprintf("%s:%d", c.harmless(e.File, i), e.Line))
	}
	return append(text,
		"",
		"The sender of a single packet can be forged, so please compare this with",
		"your own records. The recorded lines themselves are available on request.",
		"",
		"Kind regards",
	)
}

// clock says how far the times can be trusted. Of a year that was assumed the
// notes of the input tell, which name the flag that sets it.
func (c adviceCase) clock(f *portlore.Finding) string {
	zone, year := true, true
	for _, in := range c.r.Inputs {
		if slices.ContainsFunc(f.Evidence, func(e portlore.Evidence) bool { return e.File == in.Name }) {
			zone = zone && in.Zone == "stated"
			year = year && !slices.ContainsFunc(in.Notes, func(n string) bool { return strings.Contains(n, "(--year)") || strings.Contains(n, "（--year）") })
		}
	}
	switch {
	case zone && year:
		return "the record states its time zone"
	case year:
		return "the record states no time zone; the offset above is assumed"
	}
	return "the record has no year and no time zone; both are assumed"
}

// hit is whom it went to. Others' addresses are no business of the provider.
func (c adviceCase) hit(f *portlore.Finding) []string {
	ours := c.ours(networks(f.Targets))
	switch {
	case len(ours) == 0:
		return nil
	case !c.Own:
		return []string{fmt.Sprintf("  To        %s (withheld; on request)", plural2(uint64(len(ours)), "address", "addresses")+" of ours")}
	}
	return filled(few(names(ours)), "  To        ", " ", "", "")
}

func plural2(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return quantity.Count(n) + " " + many
}

func counted(f *portlore.Finding) string {
	parts := []string{quantity.Plural(f.Packets, "packet") + " in " + quantity.Plural(f.Observations, "record")}
	for _, o := range []struct {
		n  uint64
		is string
	}{{f.Outcome.Blocked, "blocked"}, {f.Outcome.Accepted, "let in"}} {
		if o.n > 0 {
			parts = append(parts, quantity.Count(o.n)+" "+o.is)
		}
	}
	return strings.Join(parts, ", ")
}

// addressLike finds what may be an address in the name of a file.
var addressLike = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\d{1,3}[.\-_]\d{1,3}[.\-_]\d{1,3}[.\-_]\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*`)
})

// harmless is the name of a file without its folder, which may name people, and
// without addresses, which may be anybody's.
func (c adviceCase) harmless(file string, i int) string {
	const most = 50
	name := safetext.Clean(path.Base(strings.ReplaceAll(file, `\`, "/")))
	if name == "-" || name == "." || len(name) > most || addressLike().MatchString(name) {
		return fmt.Sprintf("record-%d", i+1)
	}
	return name
}
