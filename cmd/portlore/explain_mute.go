package main

import (
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// muteRules are what the reader wishes to hear no more of (docs/mute.md):
//
//	CLASS SOURCE|* [PORT] [force] until=DATE REASON
type muteRules struct {
	file  string
	rules []muteRule
}

type muteRule struct {
	line   int
	class  string       // or the beginning of several
	source netip.Prefix // zero: any
	ports  lore.Ports
	ported bool      // the rule names ports
	force  bool      // FIX too
	ends   time.Time // the first moment at which it no longer holds
	reason string
}

// readMutes reads rules. Those that are malformed or have expired are said and
// do not count: then more is shown, never less.
func (x *explainer) readMutes(name string) (*muteRules, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m := &muteRules{file: name}
	for i, line := range strings.Split(string(text), "\n") {
		line, _ = strings.CutPrefix(strings.TrimSpace(line), "\ufeff")
		if line == "" || line[0] == '#' {
			continue
		}
		rule, err := parseMute(line, x.opt.zone())
		if err == nil && !x.opt.read.Now.Before(rule.ends) {
			day := rule.ends.AddDate(0, 0, -1).Format(time.DateOnly)
			err = told{portlore.Text{EN: "this rule has expired on " + day, ZH: "规则已于 " + day + " 到期"}}
		}
		if err != nil {
			x.say(fmt.Sprintf("%s:%d: %s", name, i+1, reason(err).In(x.lang)))
			continue
		}
		rule.line = i + 1
		m.rules = append(m.rules, rule)
	}
	return m, nil
}

// parseMute reads one rule.
func parseMute(line string, zone *time.Location) (r muteRule, err error) {
	bad := func(en, zh string) (muteRule, error) { return muteRule{}, told{portlore.Text{EN: en, ZH: zh}} }
	var words []string // before until=
	rest := line
	for !strings.HasPrefix(rest, "until=") {
		word, after, more := cutWord(rest)
		if !more {
			return bad("a rule ends with until=DATE and a reason", "规则须以 until=日期 和理由结尾")
		}
		words, rest = append(words, word), after
	}
	day, why, _ := cutWord(strings.TrimPrefix(rest, "until="))
	from, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return bad(fmt.Sprintf("until=%s: want a date such as 2026-01-31", day), fmt.Sprintf("until=%s：应为 2026-01-31 这样的日期", day))
	}
	if r.ends, r.reason = from.AddDate(0, 0, 1), why; why == "" {
		return bad("a reason must follow the date", "日期之后须写明理由")
	}
	if n := len(words); n > 0 && words[n-1] == "force" {
		r.force, words = true, words[:n-1]
	}
	if len(words) != 2 && len(words) != 3 {
		return bad("want CLASS SOURCE|* [PORT] [force] until=DATE REASON", "应为：类别 来源|* [端口] [force] until=日期 理由")
	}
	if r.class = words[0]; !isClass(r.class) {
		return bad(r.class+": no such class", r.class+"：没有这个类别")
	}
	if words[1] != "*" {
		if r.source, err = parsePrefix(words[1]); err != nil {
			return bad(words[1]+": want an address, a network or *", words[1]+"：应为地址、网段或 *")
		}
	}
	if len(words) == 3 {
		if r.ports, err = parsePorts(words[2]); err != nil {
			return bad(words[2]+": want a port such as 22, 53/udp or 20-25", words[2]+"：应为 22、53/udp 或 20-25 这样的端口")
		}
		r.ported = true
	}
	return r, nil
}

// cutWord cuts a text behind its first word.
func cutWord(s string) (word, rest string, more bool) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimSpace(s[i:]), true
}

// covers says that all of a finding is what the rule speaks of: whoever else
// did the same, or did it elsewhere, is heard.
func (r *muteRule) covers(f *portlore.Finding) bool {
	if !within(f.Class, r.class) {
		return false
	}
	if r.source.IsValid() {
		if f.Sources != uint64(len(f.Subjects)) || len(f.Subjects) == 0 {
			return false
		}
		for _, s := range f.Subjects {
			p, err := parsePrefix(s)
			if err != nil || p.Bits() < r.source.Bits() || !r.source.Contains(p.Addr()) {
				return false
			}
		}
	}
	if r.ported {
		if len(f.Services) == 0 || len(f.Services) >= mostServices {
			return false
		}
		for _, s := range f.Services {
			proto := r.ports.Proto
			if s.Port < r.ports.From || s.Port > r.ports.To || proto != 0 && proto.String() != s.Proto {
				return false
			}
		}
	}
	return true
}

// mostServices is the length at which a list of services may have been cut.
const mostServices = 100

// mute marks what the reader wishes to hear no more of. It no longer counts for
// the word of the report.
func (x *explainer) mute(r *portlore.Report) {
	if x.mutes == nil {
		return
	}
	var muted uint64
	var next time.Time
	r.Word = portlore.Fine
	for i := range r.Doors {
		r.Word = max(r.Word, r.Doors[i].Word)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if rule := x.ruleFor(f); rule != nil {
			f.Muted = rule.reason
			muted++
			if next.IsZero() || rule.ends.Before(next) {
				next = rule.ends
			}
			continue
		}
		r.Word = max(r.Word, f.Word)
	}
	if muted == 0 {
		return
	}
	last := next.AddDate(0, 0, -1)
	en, zh := "2 Jan", "01-02"
	if last.Year() != x.opt.read.Now.In(x.opt.zone()).Year() {
		en, zh = "2 Jan 2006", time.DateOnly
	}
	r.Notes = append(r.Notes, portlore.Text{
		EN: fmt.Sprintf("%s muted by %s, the next rule expires %s.", plural(muted, "finding"), x.mutes.file, last.Format(en)),
		ZH: fmt.Sprintf("按 %s 静音 %d 项，最近一条规则 %s 到期。", x.mutes.file, muted, last.Format(zh)),
	}.In(x.lang))
}

// ruleFor is the first rule that mutes a finding. What says FIX is muted only
// where the rule insists.
func (x *explainer) ruleFor(f *portlore.Finding) *muteRule {
	var kept *muteRule
	for i := range x.mutes.rules {
		rule := &x.mutes.rules[i]
		if !rule.covers(f) {
			continue
		}
		if f.Word < portlore.Fix || rule.force {
			return rule
		}
		kept = rule
	}
	if kept != nil {
		x.say(fmt.Sprintf("%s:%d: %s", x.mutes.file, kept.line, portlore.Text{
			EN: f.Class + " says FIX and is not muted; the rule would need force before until=",
			ZH: f.Class + " 须处理，不予静音；确要静音，请在 until= 前写 force",
		}.In(x.lang)))
	}
	return nil
}
