package detect

import (
	"fmt"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var abuse = &Detector{
	Name: "abuse",
	Doc: "Our services misused against others. Twenty small questions and more a minute from one source to one UDP service, answered with " +
		"five times the bytes: reflect.abused, and the source is the victim. Two small UDP services that answer each other without end: dos.loop.",
	run: func(c *Case) {
		for n, h := range c.outside(table.UDP) {
			port := spotPort(h)
			_, sport := sourcePorts(h)
			if h.Port || port == 0 {
				continue
			}
			if looping(sport) && looping(port) && h.Observations >= 20 {
				c.finding(n, h, "dos.loop", sure{0.8, both("two small services answer one another", "两个小服务在互相应答")})
				continue
			}
			var back table.Half
			if !c.t.Find(h.Addr, table.UDPReply, table.Received, &back) || h.Packets < 20 || perMinuteOf(h) < 20 {
				continue
			}
			if slices.Contains(amplifierPorts, port) && back.Bytes >= 5*h.Bytes && h.MinLength == h.MaxLength {
				d := c.finding(n, h, "reflect.abused", sure{0.85, both(
					fmt.Sprintf("our answers are %d times as long as its questions, which are all alike", back.Bytes/max(1, h.Bytes)),
					fmt.Sprintf("本机的应答是提问的 %d 倍，而提问千篇一律", back.Bytes/max(1, h.Bytes)))})
				d.severity = portlore.High
			}
		}
	},
}

// looping says that a UDP service answers whatever comes (RFC 862 to 868).
func looping(port uint16) bool {
	switch port {
	case 7, 11, 13, 17, 19, 37:
		return true
	}
	return false
}

// perMinuteOf is the mean rate of a row.
func perMinuteOf(h *table.Half) uint64 {
	seconds := max(1, uint64(h.Last-h.First)/1e9)
	return h.Packets * 60 / max(seconds, 60)
}
