package report

import (
	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// A volume is how much there was of something: packets, or records of what is no
// packet, such as a refused login.
type volume struct{ packets, records uint64 }

func volumeOf(f *portlore.Finding) volume { return volume{f.Packets, f.Observations} }

// plus is both together.
func (v volume) plus(w volume) volume { return volume{v.packets + w.packets, v.records + w.records} }

// number is how much it is, whatever it is.
func (v volume) number() uint64 {
	if v.packets == 0 {
		return v.records
	}
	return v.packets
}

// of says a number of what the volume is of.
func (v volume) of(n uint64) portlore.Text {
	unit := portlore.Text{EN: "packet", ZH: " 包"}
	if v.packets == 0 {
		unit = portlore.Text{EN: "record", ZH: " 条记录"}
	}
	return portlore.Text{EN: quantity.Plural(n, unit.EN), ZH: quantity.Count(n) + unit.ZH}
}

func (v volume) text() portlore.Text { return v.of(v.number()) }

// heading is the head of a column of volumes that come to this.
func (v volume) heading() portlore.Text {
	if v.packets == 0 {
		return portlore.Text{EN: "records", ZH: "记录数"}
	}
	return portlore.Text{EN: "packets", ZH: "包数"}
}
