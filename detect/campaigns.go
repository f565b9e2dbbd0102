package detect

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portlore/portlore/table"
)

var campaigns = &Detector{
	Name: "campaigns",
	Doc: "Scans of three sources and more with one stack fingerprint, the same ports and one and the same source port, or the same beginning and end " +
		"within a minute, are one hand: they become one finding. It claims nothing of its own.",
	run: func(c *Case) {
		hands := map[hand][]*draft{}
		for _, d := range c.drafts {
			if k, ok := c.handOf(d); ok {
				hands[k] = append(hands[k], d)
			}
		}
		var keys []hand
		for k, ds := range hands {
			if len(ds) >= 3 {
				keys = append(keys, k)
			}
		}
		slices.SortFunc(keys, func(a, b hand) int {
			return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.ports, b.ports), cmp.Compare(a.print, b.print), cmp.Compare(a.sport, b.sport))
		})
		for _, k := range keys {
			for _, ds := range together(hands[k], k.sport != 0) {
				c.oneHand(ds)
			}
		}
	},
}

// hand is what the scans of one campaign have in common.
type hand struct {
	class string
	ports uint64 // of the ports that were asked for
	print uint64
	sport uint16 // zero: it changes
}

// handOf reads what the one row of a scan's SYNs says of who steers it.
func (c *Case) handOf(d *draft) (hand, bool) {
	if !d.accuses || d.observations == 0 || len(d.subjects.list) != 1 || d.subjects.list[0].net {
		return hand{}, false
	}
	a := d.subjects.list[0].addr
	if c.ofSource[a] != d {
		return hand{}, false
	}
	var h table.Half
	if !c.t.Find(a, table.Syn, table.Sent, &h) || h.Attempts().Len() < 5 {
		return hand{}, false
	}
	print, same := only(h.Prints())
	if !same {
		return hand{}, false
	}
	k := hand{class: d.class, print: print.Key}
	for it := range h.Ports().All() {
		k.ports = k.ports*31 + it.Key
	}
	if n, sport := sourcePorts(&h); n == 1 {
		k.sport = sport
	}
	return k, true
}

// together parts scans by time: with one source port they are one hand's while
// there is no break of an hour; else those that begin and end within a minute.
func together(ds []*draft, samePort bool) (parts [][]*draft) {
	slices.SortFunc(ds, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(a.first, b.first), subjectOf(a).Compare(subjectOf(b)))
	})
	last := int64(0)
	for i, d := range ds {
		var apart bool
		if i > 0 && samePort {
			apart = d.first-last > hour*1e9
		} else if i > 0 {
			begun := parts[len(parts)-1][0]
			apart = d.first-begun.first > 60e9 || max(d.last-begun.last, begun.last-d.last) > 60e9
		}
		if i == 0 || apart {
			parts = append(parts, nil)
			last = 0
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], d)
		last = max(last, d.last)
	}
	return slices.DeleteFunc(parts, func(ds []*draft) bool { return len(ds) < 3 })
}

func subjectOf(d *draft) netip.Addr { return d.subjects.list[0].addr }

// oneHand makes one finding of several.
func (c *Case) oneHand(ds []*draft) {
	n := len(ds)
	fact := both(
		fmt.Sprintf("%d sources with one stack fingerprint, the same ports and one pace: one hand steers them", n),
		fmt.Sprintf("%d 个来源的协议栈特征、端口和节奏都一致：背后是同一只手", n))
	for _, d := range ds[1:] {
		ds[0].join(d)
		*d = draft{class: d.class, into: ds[0]}
	}
	ds[0].facts = append(ds[0].facts, fact)
}
