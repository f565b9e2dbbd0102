package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// CrowdSec says which of its scenarios a source performed, and what it decided; its
// cscli lists the decisions, as a table, as CSV or as JSON of the alerts with those.
//
//	time="2026-11-23T15:02:16Z" level=info msg="Ip 203.0.113.5 performed 'crowdsecurity/ssh-bf' (6 events over 2s) at 2026-11-23 15:02:16 +0000 UTC"
//	time="2026-11-23T15:02:16Z" level=info msg="(gw/crowdsec) crowdsecurity/ssh-bf by ip 203.0.113.5 (DE/64500) : 4h ban on Ip 203.0.113.5"
//	| 12 | crowdsec | Ip:203.0.113.5 | crowdsecurity/ssh-bf | ban | DE | 64500 Example | 6 | 3h59m | 33 |
//	12,crowdsec,Ip:203.0.113.5,crowdsecurity/ssh-bf,ban,DE,64500 Example,6,3h59m,false,33
//	{"created_at":"2026-11-23T15:02:16Z","decisions":[{"origin":"crowdsec","scenario":"crowdsecurity/ssh-bf","scope":"Ip","type":"ban","value":"203.0.113.5"}],…}
//
// Decisions that came from the lists of others (CAPI, lists) are about no traffic here.
var crowdsec = &Format{
	Name:   "crowdsec",
	Doc:    "CrowdSec's log; cscli decisions list (table, CSV, JSON)",
	Spec:   "https://docs.crowdsec.net/docs/next/cscli/cscli_decisions_list; https://github.com/crowdsecurity/crowdsec",
	read:   readCrowdsec,
	marks:  []string{`{"decisions""scenario"`, "|", "│", `="" level=info msg="`},
	header: crowdsecHeader,
}

const (
	crowdsecOrigin = fieldFirst + iota
	crowdsecValue
	crowdsecScenario
)

// crowdsecHeader reads the first line of the CSV.
func crowdsecHeader(text []byte, _ Options) (y layout, ok bool) {
	if !bytes.HasPrefix(text, []byte("id,source,ip,reason,action,")) {
		return y, false
	}
	y.sep = ','
	for _, f := range [...]field{fieldOther, crowdsecOrigin, crowdsecValue, crowdsecScenario, fieldAction} {
		y.add(f)
	}
	return y, true
}

func readCrowdsec(l *line, ob *portlore.Observation) outcome {
	text := l.text
	switch {
	case len(text) < 8:
		return other
	case text[0] == '{':
		return l.crowdsecAlert(ob)
	case text[0] == '|', bytes.HasPrefix(text, []byte("│")):
		return l.crowdsecRow(ob)
	case l.layout != nil:
		var d decision
		for c := (cells{layout: l.layout, text: text}); c.next(); {
			switch c.field {
			case crowdsecOrigin:
				d.origin = c.value
			case crowdsecValue:
				d.value = c.value
			case crowdsecScenario:
				d.scenario = c.value
			case fieldAction:
				d.action = c.value
			}
		}
		return l.decided(&d, ob)
	}
	return l.crowdsecLog(ob)
}

// A decision is one about a source.
type decision struct {
	origin, scope, value, scenario, action []byte
}

// bans is the address that it shuts out, if it does that on its own.
func (d *decision) bans() (netip.Addr, bool) {
	scope, value := d.scope, d.value
	if scope == nil {
		scope, value, _ = bytes.Cut(value, []byte(":"))
	}
	if origin := string(d.origin); !bytes.EqualFold(scope, []byte("ip")) || string(d.action) != "ban" || origin != "crowdsec" && origin != "cscli" {
		return netip.Addr{}, false
	}
	return addr.Parse(value)
}

// decided makes an observation of a decision.
func (l *line) decided(d *decision, ob *portlore.Observation) outcome {
	var ok bool
	if ob.Src, ok = d.bans(); !ok {
		return other
	}
	l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "crowdsec", d.scenario, nil)
	return understood
}

// crowdsecAlert reads an alert in JSON: the next of its decisions.
func (l *line) crowdsecAlert(ob *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte(`"decisions"`)) || !bytes.Contains(l.text, []byte(`"scenario"`)) {
		return other
	}
	l.message, l.column = l.text, 1
	var list, created []byte
	createdAt := 0
	eachMember(l.text, func(key, value []byte, at int) {
		switch string(key) {
		case "created_at":
			created, createdAt = inner(value), at+1
		case "decisions":
			list = value
		}
	})
	d, next := nextBan(list, l.next)
	if next == 0 {
		return other
	}
	l.timeOf(created, createdAt)
	l.next = next
	_, next = nextBan(list, next)
	l.more = next > 0
	return l.decided(&d, ob)
}

// nextBan is the next decision to shut out an address in a list, from p on, and
// where it ends; zero: there is none.
func nextBan(list []byte, p int) (d decision, end int) {
	for p < len(list) {
		if list[p] != '{' {
			p++
			continue
		}
		end = valueEnd(list, p)
		d = decision{}
		eachMember(list[p:end], func(key, value []byte, _ int) {
			switch string(key) {
			case "origin":
				d.origin = inner(value)
			case "scope":
				d.scope = inner(value)
			case "value":
				d.value = inner(value)
			case "scenario":
				d.scenario = inner(value)
			case "type":
				d.action = inner(value)
			}
		})
		p = end
		if _, ok := d.bans(); ok {
			return d, end
		}
	}
	return d, 0
}

// crowdsecRow reads a row of the table. Its rules are of ASCII or of Unicode.
func (l *line) crowdsecRow(ob *portlore.Observation) outcome {
	rule := []byte("|")
	if l.text[0] != '|' {
		rule = []byte("│")
	}
	rest := l.text[len(rule):]
	var cell [5][]byte
	for i := range cell {
		value, after, ok := bytes.Cut(rest, rule)
		if !ok {
			return other
		}
		cell[i], rest = bytes.Trim(value, " "), after
	}
	if !isNumber(cell[0]) {
		return other
	}
	return l.decided(&decision{origin: cell[1], value: cell[2], scenario: cell[3], action: cell[4]}, ob)
}

// crowdsecLog reads a line of crowdsec.log. What an attacker sent is not in these.
func (l *line) crowdsecLog(ob *portlore.Observation) outcome {
	text := l.message
	if string(l.program) != "crowdsec" {
		if l.program != nil || !bytes.HasPrefix(l.text, []byte(`time="`)) {
			return other
		}
		text = l.text
	}
	when, rest, ok := bytes.Cut(text, []byte(`" level=info msg="`))
	if !ok {
		return other
	}
	var d decision
	claim := portlore.Ban
	switch {
	case bytes.HasPrefix(rest, []byte("Ip ")):
		d.value, rest = between(rest, "Ip ", " performed '")
		d.scenario, _, ok = bytes.Cut(rest, []byte("' ("))
		claim = portlore.Alert
	case bytes.HasPrefix(rest, []byte("(")):
		d.scenario, rest = between(rest, ") ", " by ")
		var end []byte
		_, end = between(rest, " : ", " ban on Ip ")
		d.value, _, ok = bytes.Cut(end, []byte(`"`))
	default:
		return other
	}
	if d.scenario == nil || !ok {
		return other
	}
	if ob.Src, ok = addr.Parse(d.value); !ok {
		return other
	}
	if stamp, ok := bytes.CutPrefix(when, []byte(`time="`)); ok {
		l.timeOf(stamp, len(`time="`)+offsetIn(l.text, text))
	}
	l.claim(ob, claim, portlore.LevelUnsaid, "crowdsec", d.scenario, nil)
	return understood
}
