package main

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/lore"
)

// takeDoors keeps the doors of an input that were asked for, and says how many
// were not, and how many there were beyond what is kept.
func (x *explainer) takeDoors(res *format.Result) (notes []string) {
	left := 0
	for _, d := range res.Doors {
		if x.takesDoor(&d) {
			x.doors = append(x.doors, d)
		} else {
			left++
		}
	}
	say := func(n int64, en, zh string) {
		if n > 0 {
			notes = append(notes, portlore.Text{EN: fmt.Sprintf(en, n), ZH: fmt.Sprintf(zh, n)}.In(x.lang))
		}
	}
	flags := x.opt.only.flags()
	if x.opt.source.IsValid() {
		flags = append(flags, "--source")
	}
	by := strings.Join(flags, ", ")
	say(int64(left), "doors left out by "+by+": %d", "按 "+by+" 未计入的端口：%d")
	say(res.MoreDoors, "doors beyond the first 65,536, which are not shown: %d", "超出前 65,536 个、未列出的端口：%d")
	return notes
}

// takesDoor says that a door was asked for: by its number, by its address. It has
// no time, so that a period leaves none out.
func (x *explainer) takesDoor(d *portlore.Door) bool {
	proto, _ := lore.Transport(d.Proto)
	if len(x.opt.only.ports) > 0 && !x.opt.only.port(proto, d.Port) {
		return false
	}
	if !x.opt.source.IsValid() {
		return true
	}
	host, _, _ := strings.Cut(d.Address, "%")
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap() == x.opt.source.Unmap().WithZone("")
}
