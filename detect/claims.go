package detect

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/table"
)

var logins = &Detector{
	Name: "logins",
	Doc: "What daemons say of logins. Five refusals within a minute, or ten that come at least one a minute: brute.force; a login that was accepted " +
		"from the same source afterwards is said, and makes it grave. From one of our own addresses it takes twenty within a minute. Fewer refusals of a stranger are the " +
		"probe of a service, of one of ours or of somebody who was let in then benign.client.",
	run: func(c *Case) {
		for n, h := range c.rows(table.LoginsRefused) {
			var in table.Half
			entered := c.t.Find(h.Addr, table.LoginsAccepted, table.Sent, &in)
			switch known := c.ours(h.Addr) || !stranger(h.Addr); {
			case c.guesses(h, known):
				c.guess(n, h, &in, entered)
			case known || entered:
				c.quiet("benign.client", n, h)
			default:
				c.probed(n, h)
			}
		}
		for n, h := range c.rows(table.LoginsAccepted) {
			c.quiet("benign.client", n, h)
		}
	},
}

// guesses says that the refusals of a row come as fast as somebody who guesses
// makes them; those of crowdsecurity/ssh-bf and ssh-slow-bf: five that come
// faster than one in ten seconds, ten that come faster than one a minute.
func (c *Case) guesses(h *table.Half, known bool) bool {
	minutes := int((h.Last - h.First) / 60e9)
	refused := int(h.Observations)
	quick := window(h.Times(), 60)
	if refused >= 5 && minutes == 0 {
		quick = max(quick, refused)
	}
	if known {
		return c.why.least(h, "brute.force", &refusedLogins, quick, 20)
	}
	return c.why.least(h, "brute.force", &refusedLogins, quick, 5) || refused >= 10 && refused >= minutes
}

func (c *Case) guess(n uint32, h, in *table.Half, entered bool) {
	d := c.finding(n, h, "brute.force", sure{0.9, both(
		fmt.Sprintf("%s refused %s logins", c.sensorOf(h), quantity.Count(h.Observations)),
		fmt.Sprintf("%s 拒绝了 %s 次登录", c.sensorOf(h), quantity.Count(h.Observations)))})
	d.severity = max(d.severity, portlore.Medium)
	if entered && in.Last >= h.First {
		d.severity = portlore.Critical
		d.facts = append(d.facts, both("then a login from there was accepted", "随后有一次从该来源登录成功"))
		if n, ok := c.sibling(h.Addr, table.LoginsAccepted, in); ok {
			c.claim(d, n, in)
		}
	}
}

// sensorOf is the program that said what a row holds.
func (c *Case) sensorOf(h *table.Half) string {
	for _, r := range c.rulesOf(h) {
		return r.rule.Sensor
	}
	return ""
}

var sensors = &Detector{
	Name: "sensors",
	Doc: "What sensors say. Alerts of a source that another detector already found out go with that finding; alerts of a low level alone are noise " +
		"of the class sensor.alert; the rest of them are findings, which name the sensor and its rules, and are a NOTE where all of it was stopped or the sensor says no level. Bans are sensor.ban. Sources to which the kernel has no route back are " +
		"spoofed.martian. That a port has no room for half-open connections is dos.synflood.",
	run: func(c *Case) {
		for n, h := range c.rows(table.Alerts) {
			c.alerted(n, h)
		}
		for n, h := range c.rows(table.Bans) {
			c.quiet("sensor.ban", n, h)
		}
		for n, h := range c.rows(table.Martians) {
			c.quiet("spoofed.martian", n, h)
		}
		for n, h := range c.rows(table.SynFloods) {
			c.finding(n, h, "dos.synflood", sure{0.5, both("the kernel says no more than that its queue was full; a rush of visitors looks the same", "内核只说队列满了；访客同时涌入也是这个样子")})
		}
	},
}

// alerted claims a row of alerts.
func (c *Case) alerted(n uint32, h *table.Half) {
	rules := c.rulesOf(h)
	worst := portlore.LevelUnsaid
	for _, r := range rules {
		worst = max(worst, r.rule.Level)
	}
	if d := c.suspects[h.Addr]; d != nil {
		d.mention("sensor.alert")
		d.ruled(rules)
		c.claim(d, n, h)
		return
	}
	if worst == portlore.LevelLow {
		c.quiet("sensor.alert", n, h)
		return
	}
	d := c.finding(n, h, "sensor.alert", sure{0.5, both("a sensor says so; what it saw is not in this evidence", "只有传感器这样说，它看到的内容不在这份证据里")})
	d.ruled(rules)
	d.mild = h.Blocked > 0 && h.Blocked == h.Observations || worst == portlore.LevelUnsaid && h.Accepted == 0
	switch worst {
	case portlore.LevelHigh:
		d.severity = portlore.High
	case portlore.LevelMedium:
		d.severity = portlore.Medium
	}
}

// ruleCount is a rule and how often it matched.
type ruleCount struct {
	rule  table.Rule
	count uint32
}

// rulesOf are the rules by which something was said of a row, the most frequent
// first.
func (c *Case) rulesOf(h *table.Half) []ruleCount {
	var all []ruleCount
	for it := range h.Tells().All() {
		if r := c.t.Rule(it); r.Sensor != "" {
			all = append(all, ruleCount{r, it.Count})
		}
	}
	slices.SortFunc(all, func(a, b ruleCount) int {
		return cmp.Or(cmp.Compare(b.rule.Level, a.rule.Level), cmp.Compare(b.count, a.count), cmp.Compare(a.rule.Sensor, b.rule.Sensor),
			cmp.Compare(a.rule.ID, b.rule.ID), cmp.Compare(a.rule.Message, b.rule.Message))
	})
	return all
}

// ruled writes down the first three rules by which a finding was told of.
func (d *draft) ruled(rules []ruleCount) {
	const most = 3
	for _, r := range rules[:min(most, len(rules))] {
		name := r.rule.Sensor
		switch what, id := safetext.Clean(r.rule.Message), safetext.Clean(r.rule.ID); {
		case what != "" && id != "":
			name += ": " + what + " (" + id + ")"
		case what+id != "":
			name += ": " + what + id
		}
		d.rules = append(d.rules, name)
		times := portlore.Text{}
		if r.count > 1 {
			times = both(", "+quantity.Plural(uint64(r.count), "time"), "，"+quantity.Count(uint64(r.count))+" 次")
		}
		d.facts = append(d.facts, both(name+times.EN, name+times.ZH))
	}
	if more := len(rules) - most; more > 0 {
		d.facts = append(d.facts, both("and "+quantity.Plural(uint64(more), "more rule"), fmt.Sprintf("另有 %d 条规则", more)))
	}
}
