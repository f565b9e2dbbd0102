package detect

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portlore/portlore/table"
)

var decoys = &Detector{
	Name: "decoys",
	Doc: "Two sources or more that send the same IP id, source port and destination port at the same moments, five times and " +
		"more, are one scanner and its decoys: scan.decoy. At most one of them is real. Measured with nmap -D: all probes of all sources " +
		"agree in the three. Sources that are seen for longer than a day are left out.",
	run: func(c *Case) {
		type mark struct {
			id  uint64
			row uint32
		}
		var marks []mark
		for n, h := range c.repeated(sharedIDs, table.Syn, table.UDP, table.Stealth, table.Stray) {
			if h.Port || h.Last-h.First > day*1e9 || h.Attempts().Len() < sharedIDs {
				continue
			}
			taken := 0
			for it := range h.IDs().All() {
				marks = append(marks, mark{it.Key, n})
				if taken++; taken == 2*sharedIDs {
					break
				}
			}
		}
		slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.row, b.row)) })
		shared := map[[2]uint32]int{}
		for i := 0; i < len(marks); {
			j := i + 1
			for j < len(marks) && marks[j].id == marks[i].id {
				j++
			}
			for k := i + 1; k < j && j-i <= mostDecoys; k++ {
				shared[[2]uint32{marks[i].row, marks[k].row}]++
			}
			i = j
		}
		c.groupDecoys(shared)
	},
}

const (
	sharedIDs  = 5   // how many packets two sources must have in common; one id agrees by chance once in 65,536
	mostDecoys = 128 // nmap takes up to 128
)

// groupDecoys makes one finding of all rows that are linked.
func (c *Case) groupDecoys(shared map[[2]uint32]int) {
	leader := map[uint32]uint32{}
	var find func(n uint32) uint32
	find = func(n uint32) uint32 {
		if l, ok := leader[n]; ok && l != n {
			return find(l)
		}
		return n
	}
	var a, b table.Half
	for pair, n := range shared {
		c.t.Row(int(pair[0]), &a)
		c.t.Row(int(pair[1]), &b)
		if enough := c.why.least(&a, "scan.decoy", &sameHeads, n, sharedIDs); !c.why.least(&b, "scan.decoy", &sameHeads, n, sharedIDs) || !enough {
			continue
		}
		if near(a.First, b.First) && near(a.Last, b.Last) {
			x, y := find(pair[0]), find(pair[1])
			leader[x], leader[y] = min(x, y), min(x, y)
		}
	}
	groups := map[uint32][]uint32{}
	for n := range leader {
		groups[find(n)] = append(groups[find(n)], n)
	}
	var list [][]uint32
	for _, g := range groups {
		c.sortByAddr(g)
		list = append(list, g)
	}
	slices.SortFunc(list, func(x, y []uint32) int {
		c.t.Row(int(x[0]), &a)
		c.t.Row(int(y[0]), &b)
		return cmp.Or(a.Addr.Compare(b.Addr), cmp.Compare(a.Kind, b.Kind))
	})
	for _, g := range list {
		d := c.find("scan.decoy")
		d.sure = sure{0.9, both("the sources send the same packets, IP id and all, at the same moments", "这些来源在同一时刻发出完全相同的包，连 IP 标识都一样")}
		d.facts = append(d.facts, both(
			fmt.Sprintf("%d sources send the same packets at once; at most one is real", len(g)),
			fmt.Sprintf("%d 个来源同时发出相同的包，其中至多一个是真的", len(g))))
		for _, n := range g {
			c.t.Row(int(n), &a)
			if s, ok := judgeShape(&a, false); ok {
				d.mention(s.class)
			}
			d.noteTools(c, &a)
			c.claim(d, n, &a)
		}
	}
}

// near says that two times are at most two seconds apart: logs know seconds.
func near(a, b int64) bool { return max(a-b, b-a) <= 2e9 }

func (c *Case) sortByAddr(rows []uint32) {
	var a, b table.Half
	slices.SortFunc(rows, func(x, y uint32) int {
		c.t.Row(int(x), &a)
		c.t.Row(int(y), &b)
		return cmp.Or(a.Addr.Compare(b.Addr), cmp.Compare(a.Kind, b.Kind))
	})
}
