package detect

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// An easel knows which draft each row went to, so that the table's sample of
// observations can be drawn by behaviour. A nil one, when nobody draws, does
// nothing.
type easel struct {
	owners []*draft // by row number
	probes *draft   // stands for the groups that the ports of a row of probes belong to
	axis   portlore.Axis
	whole  bool // the sample is all there is
}

func newEasel(o Options, rows int) *easel {
	if !o.Charts {
		return nil
	}
	return &easel{owners: make([]*draft, rows+1), probes: &draft{}}
}

func (e *easel) own(n uint32, d *draft) {
	if e != nil {
		e.owners[n] = d
	}
}

func (e *easel) shared() *draft {
	if e == nil {
		return nil
	}
	return e.probes
}

// strokes are what was drawn of a draft.
type strokes struct {
	seen   uint64   // observations of the sample, with a time or without
	cells  []uint64 // of those with a time; nil: none
	known  []bool   // cells in which there is something, whether the sample has it or not
	points []portlore.Point
	whole  bool
}

func (s *strokes) join(o *strokes) {
	s.seen += o.seen
	s.whole = s.whole || o.whole
	s.points = append(s.points, o.points[:min(len(o.points), portlore.MostPoints-len(s.points))]...)
	if s.cells == nil && o.cells != nil {
		s.cells, s.known = make([]uint64, len(o.cells)), make([]bool, len(o.cells))
	}
	for i, n := range o.cells {
		s.cells[i] += n
		s.known[i] = s.known[i] || o.known[i]
	}
}

// sketch draws the sample: every observation goes to the draft that owns its row.
func (c *Case) sketch() {
	e := c.draw
	if e == nil {
		return
	}
	e.whole = c.t.Whole()
	e.axis = c.axis()
	for n, m := range c.t.Moments() {
		d := c.owner(n, m.Proto, m.Port)
		if d == nil {
			continue
		}
		d.drawn.whole = e.whole
		d.drawn.seen += m.Count
		e.mark(d, seconds(m.Time), m.Count)
		e.point(d, m.Time, m.Port)
	}
	if !e.whole {
		c.trace()
	}
}

func seconds(t int64) int64 { return t / 1e9 }

// owner is the draft that an observation went to.
func (c *Case) owner(n int, proto portlore.Proto, port uint16) *draft {
	d := c.draw.owners[n]
	if d == c.draw.probes {
		d = c.noise[c.probeKey(proto, port)]
	}
	for d != nil && d.into != nil {
		d = d.into
	}
	return d
}

// mark puts so many observations into the cell of a time.
func (e *easel) mark(d *draft, t int64, count uint64) {
	i := (t - e.axis.From) / max(1, e.axis.Seconds)
	if t == 0 || t < e.axis.From || i >= int64(e.axis.Cells) {
		return
	}
	if d.drawn.cells == nil {
		d.drawn.cells, d.drawn.known = make([]uint64, e.axis.Cells), make([]bool, e.axis.Cells)
	}
	d.drawn.cells[i] += count
	d.drawn.known[i] = true
}

func (e *easel) point(d *draft, t int64, port uint16) {
	if t != 0 && seconds(t) >= e.axis.From && port != 0 && !d.noise && e.axis.Cells > 0 && len(d.drawn.points) < portlore.MostPoints {
		d.drawn.points = append(d.drawn.points, portlore.Point{Time: t, Port: port})
	}
}

// trace adds what the rows of findings know of themselves: when each port was
// first asked for. A sample may have missed it.
func (c *Case) trace() {
	var h table.Half
	for n, d := range c.draw.owners {
		if d == nil || d == c.draw.probes || d.noise {
			continue
		}
		c.t.Row(n, &h)
		for it := range h.Ports().All() {
			_, port := it.Port()
			if d := c.owner(n, 0, 0); d != nil {
				c.draw.mark(d, int64(it.First), 0)
				c.draw.point(d, int64(it.First)*1e9, port)
			}
		}
	}
}

// series is what there is to draw of a draft.
func (d *draft) series() portlore.Series {
	s := portlore.Series{Points: d.drawn.points}
	for i, n := range d.drawn.cells {
		if !d.drawn.whole && d.drawn.seen > 0 {
			n = uint64(math.Round(float64(n) * float64(d.observations) / float64(d.drawn.seen)))
		}
		if d.drawn.known[i] {
			n = max(n, 1)
		}
		s.Cells = append(s.Cells, n)
	}
	return s
}

// lengths are those that a cell may have, in seconds: people can read them.
var lengths = []int64{
	1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400,
}

// axis covers all times, in as many cells as there may be, which begin with the
// hours and days of the reader's clock. Of evidence that counts partly from boot,
// it covers the rest.
func (c *Case) axis() portlore.Axis {
	from, to := c.total.first, c.total.last
	if from != 0 && from < portlore.SinceBoot && to >= portlore.SinceBoot {
		from = to
		for _, m := range c.t.Moments() {
			if m.Time >= portlore.SinceBoot {
				from = min(from, m.Time)
			}
		}
	}
	if from == 0 {
		return portlore.Axis{}
	}
	offset := int64(0)
	if at, err := time.Parse(time.RFC3339, c.when(from)); err == nil {
		_, seconds := at.Zone()
		offset = int64(seconds)
	}
	a := portlore.Axis{}
	for i := 0; a.Cells == 0 || a.Cells > portlore.MostCells; i++ {
		a.Seconds = lengths[min(i, len(lengths)-1)]
		if i >= len(lengths) { // decades
			a.Seconds *= 1 << (i - len(lengths) + 1)
		}
		a.From = (seconds(from)+offset)/a.Seconds*a.Seconds - offset
		a.Cells = int((seconds(to)-a.From)/a.Seconds) + 1
	}
	return a
}

// charts is what there is to draw of the whole.
func (c *Case) charts() *portlore.Charts {
	if c.draw == nil {
		return nil
	}
	return &portlore.Charts{Axis: c.draw.axis, About: !c.draw.whole, Sources: c.busiest()}
}

// busiest are the sources of which there was most. Only those are weighed that
// have one of the largest rows.
func (c *Case) busiest() []portlore.Source {
	type candidate struct {
		addr netip.Addr
		net  bool
		n    uint64
	}
	order := func(a, b candidate) int { return cmp.Or(cmp.Compare(b.n, a.n), a.addr.Compare(b.addr)) }
	var all []candidate
	cut := func(most int) {
		if len(all) > most {
			slices.SortFunc(all, order)
			all = all[:most]
		}
	}
	var h table.Half
	for n, d := range c.draw.owners {
		if d == nil {
			continue
		}
		if c.t.Row(n, &h); !h.Port && h.Addr.IsValid() {
			all = append(all, candidate{h.Addr, h.Net, h.Observations})
		}
		if len(all) > 20*portlore.MostSources {
			cut(10 * portlore.MostSources)
		}
	}
	cut(10 * portlore.MostSources)
	seen := map[netip.Addr]bool{}
	all = slices.DeleteFunc(all, func(s candidate) bool { again := seen[s.addr]; seen[s.addr] = true; return again })
	sources := make([]portlore.Source, 0, len(all))
	for i := range all {
		s := c.source(all[i].addr, all[i].net)
		all[i].n = s.Observations
		sources = append(sources, s)
	}
	slices.SortStableFunc(sources, func(a, b portlore.Source) int {
		return cmp.Or(cmp.Compare(b.Observations, a.Observations), cmp.Compare(a.Address, b.Address))
	})
	return sources[:min(portlore.MostSources, len(sources))]
}

// source is all that an address sent.
func (c *Case) source(a netip.Addr, net bool) portlore.Source {
	s := portlore.Source{Address: a.String(), Services: []portlore.ServiceCount{}}
	if net {
		s.Address = netip.PrefixFrom(a, 64).String()
	}
	var h table.Half
	var first, last int64
	ports := map[uint32]uint64{}
	most := uint64(0)
	for k := range table.Kinds {
		n := c.t.Number(a, k, table.Sent)
		if n == 0 || c.draw.owners[n] == nil {
			continue
		}
		c.t.Row(n, &h)
		s.Observations += h.Observations
		first, last = earliest(first, h.First), max(last, h.Last)
		for it := range h.Ports().All() {
			ports[it.Value()] += uint64(it.Count)
		}
		s.ServicesMore += h.Ports().Distinct() - uint64(h.Ports().Len())
		proto, port := uint8(0), uint16(0)
		for it := range h.Ports().All() {
			proto, port = it.Port()
			break
		}
		d := c.owner(n, portlore.Proto(proto), port)
		if d == nil {
			continue
		}
		word := portlore.Fine
		if class, ok := c.base.Class(d.class); ok && !d.noise && d != c.unexplained {
			word = max(class.Word, d.word)
			if d.mild {
				word = portlore.Note
			}
		}
		if s.Class == "" || word > s.Word || word == s.Word && h.Observations > most {
			s.Class, s.Word, most = d.class, word, h.Observations
		}
	}
	s.First, s.Last = c.when(first), c.when(last)
	for key, n := range ports {
		proto, port := portlore.Proto(key>>16), uint16(key)
		if port == 0 && proto != portlore.TCP && proto != portlore.UDP {
			continue
		}
		s.Services = append(s.Services, portlore.ServiceCount{Service: portlore.Service{Proto: proto.String(), Port: port, Name: c.base.Service(proto, port).Name}, Observations: n})
	}
	slices.SortFunc(s.Services, func(a, b portlore.ServiceCount) int {
		return cmp.Or(cmp.Compare(b.Observations, a.Observations), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto))
	})
	s.ServicesMore += uint64(max(0, len(s.Services)-portlore.MostServices))
	s.Services = s.Services[:min(portlore.MostServices, len(s.Services))]
	return s
}
