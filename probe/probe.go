package probe

import (
	"bytes"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// A Probe is a question that one service understands. A service may have several.
type Probe struct {
	Service   string   // id of lore, else its plain lower-case name
	Transport string   // "udp"; empty: TCP
	Ports     []uint16 // where it is asked first
	Programs  []string // whose doors are asked first

	Ask    string // what is sent; empty: the service speaks first
	Greets bool   // it speaks first all the same: the question waits for that
	OnlyIf bool   // the answer means something only if this was asked
	Home   bool   // asked at Ports and of Programs only, and after a Cue
	Alone  bool   // it serves one caller at a time: asked when nobody else is on the line
	OT     bool   // asked only of those who want controllers and printers asked
	TLS    bool   // asked inside TLS too
	Inside bool   // asked inside TLS only
	Cue    string // whose answer to anybody's question has this is asked this too

	Sends string // Ask in words, where it is no text
	Proof string // what of the answer proves it
	Spec  string // the document that says so

	// Read tells who answered. False: somebody else did.
	Read func(answer []byte) (portlore.DoorService, bool)
	// Check tells what the answer shows beyond that; an empty id: nothing. Nil:
	// there is nothing to be told.
	Check func(answer []byte) Check
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
	return Check{ID: id, Evidence: portlore.Text{EN: "asks for a password: " + said, ZH: "要求口令：" + said}}
}

// transport is "tcp" or "udp".
func (p *Probe) transport() string {
	if p.Transport == "" {
		return "tcp"
	}
	return p.Transport
}

// suits says that a door is probably one of this service.
func (p *Probe) suits(d *portlore.Door) bool {
	return slices.Contains(p.Programs, strings.ToLower(d.Process.Name)) || d.Service.Name == p.Service || slices.Contains(p.Ports, d.Port)
}

// cued says that an answer to another question calls for this one.
func (p *Probe) cued(answer []byte) bool {
	return p.Cue != "" && bytes.Contains(answer, []byte(p.Cue))
}

// web says that the question is asked by HTTP.
func (p *Probe) web() bool {
	return strings.HasPrefix(p.Ask, "GET /") || strings.HasPrefix(p.Ask, "POST /")
}

// untouchable are the ports where a question may do harm: what comes to a printer
// is printed, and controllers of machines have been known to stop.
var untouchable = []uint16{102, 502, 515, 1911, 2404, 4840, 9100, 9101, 9102, 9103, 18245, 20000, 44818, 47808}
