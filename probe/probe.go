package probe

import (
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// A Probe is a question that one service understands.
type Probe struct {
	Service  string   // id of lore
	Ports    []uint16 // where it is asked first
	Programs []string // whose doors are asked first
	Ask      string   // what is sent; empty: the service speaks first
	OnlyIf   bool     // the answer means something only if this was asked

	// Read tells who answered. False: somebody else did.
	Read func(answer []byte) (portlore.DoorService, bool)
	// Check tells what the answer shows beyond that; an empty id: nothing. Nil:
	// there is nothing to be told.
	Check func(answer []byte) Check
}

// All are the probes there are. An answer is read in this order: what could be
// taken for something else comes late.
func All() []Probe {
	return []Probe{
		redis, memcached, postgresql, mysql, mongodb,
		docker, etcd, elasticsearch,
		ssh, vnc, ftp, smtp, pop3, imap, telnet,
		http,
	}
}

// A Check is what a question found out. Its word is for a door that strangers
// reach; who reaches it is for others to know.
type Check struct {
	ID       string
	Word     portlore.Word
	Evidence portlore.Text
	Means    portlore.Text
	Do       portlore.Text
}

// In is the check in one language.
func (c Check) In(lang portlore.Lang) portlore.DoorCheck {
	out := portlore.DoorCheck{ID: c.ID, Word: c.Word, Evidence: c.Evidence.In(lang), Means: c.Means.In(lang), Do: []string{}}
	if c.Do != (portlore.Text{}) {
		out.Do = append(out.Do, c.Do.In(lang))
	}
	return out
}

// asksPassword is a check that found nothing to object to.
func asksPassword(id, said string) Check {
	return Check{ID: id, Evidence: portlore.Text{EN: "asks for a password: " + said, ZH: "要求密码：" + said}}
}

// suits says that a door is probably one of this service.
func (p *Probe) suits(d *portlore.Door) bool {
	return slices.Contains(p.Programs, strings.ToLower(d.Process.Name)) || d.Service.Name == p.Service || slices.Contains(p.Ports, d.Port)
}

// untouchable are the ports where a question may do harm: what comes to a printer
// is printed, and controllers of machines have been known to stop.
var untouchable = []uint16{102, 502, 515, 1911, 2404, 4840, 9100, 9101, 9102, 9103, 18245, 20000, 44818, 47808}
