package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/lore"
)

// Listen is what `listen` answers: the doors of one machine, the worst first.
type Listen struct {
	Schema   string          `json:"schema"` // "portlore/listen/1"
	Word     portlore.Word   `json:"word"`   // the worst word of the doors
	Sentence string          `json:"sentence"`
	Host     string          `json:"host"` // name of the machine
	Time     string          `json:"time"` // RFC 3339
	Doors    []portlore.Door `json:"doors"`
	Changes  DoorChanges     `json:"changes,omitzero"` // since an earlier list, if one was given
	Notes    []string        `json:"notes,omitempty"`  // what could not be seen
}

// DoorChanges are the differences between two lists of doors.
type DoorChanges struct {
	Since   string          `json:"since"` // RFC 3339: when the earlier list was made
	New     []portlore.Door `json:"new"`
	Changed []portlore.Door `json:"changed"` // as they are now
	Gone    []portlore.Door `json:"gone"`    // as they were
}

// ListenSchema names the format of Listen.
const ListenSchema = "portlore/listen/1"

// NewListen puts judged doors into order: the worst first, then who can be reached
// by the most.
func NewListen(doors []portlore.Door, lang portlore.Lang) Listen {
	if doors == nil {
		doors = []portlore.Door{}
	}
	slices.SortStableFunc(doors, func(a, b portlore.Door) int {
		return cmp.Or(cmp.Compare(b.Word, a.Word), cmp.Compare(reachRank(b.Reach), reachRank(a.Reach)),
			cmp.Compare(len(a.From), len(b.From)), cmp.Compare(a.Netns, b.Netns), cmp.Compare(a.Port, b.Port))
	})
	l := Listen{Schema: ListenSchema, Doors: doors}
	if len(doors) > 0 {
		l.Word = doors[0].Word
	}
	l.Sentence = listenSentence(doors, lang)
	return l
}

// reachRank orders the reaches, from nobody else to anybody.
func reachRank(reach string) int {
	return slices.Index([]string{portlore.ReachLoopback, portlore.ReachVPN, portlore.ReachLAN, portlore.ReachInternet}, reach)
}

// JSON writes the answer for programs.
func (l *Listen) JSON(w io.Writer) error { return JSON(w, l) }

// ListenRows are the doors that a person sees as one: the same program on the same
// port of several addresses with the same reach. The numbers are indexes.
func ListenRows(doors []portlore.Door) [][]int {
	type key struct {
		word                                    portlore.Word
		reach, proto, program, why, netns, from string
		port                                    uint16
	}
	var rows [][]int
	at := map[key]int{}
	for i := range doors {
		d := &doors[i]
		k := key{d.Word, d.Reach, d.Proto, d.Process.Name + "\x00" + d.Process.Hidden, d.Why, d.Netns, strings.Join(d.From, " "), d.Port}
		r, known := at[k]
		if !known {
			r = len(rows)
			at[k] = r
			rows = append(rows, nil)
		}
		rows[r] = append(rows[r], i)
	}
	return rows
}

// listenSentence says whether anything must be done.
func listenSentence(doors []portlore.Door, lang portlore.Lang) string {
	if len(doors) == 0 {
		return portlore.Text{EN: "Nothing listens here.", ZH: "没有程序在监听。"}.In(lang)
	}
	var n [portlore.Fix + 1]uint64
	for _, row := range ListenRows(doors) {
		n[doors[row[0]].Word]++
	}
	return wordsSentence(n, lang)
}

// wordsSentence says how many there are of each word, and whether anything must be
// done.
func wordsSentence(n [portlore.Fix + 1]uint64, lang portlore.Lang) string {
	var en, zh []string
	for _, w := range []struct {
		word   portlore.Word
		en, zh string
	}{{portlore.Fix, " to fix", " 项须处理"}, {portlore.Check, " to check", " 项须核实"}, {portlore.Note, " worth knowing", " 项供参考"}, {portlore.Fine, " fine", " 项正常"}} {
		if n[w.word] > 0 {
			en, zh = append(en, quantity.Count(n[w.word])+w.en), append(zh, quantity.Count(n[w.word])+w.zh)
		}
	}
	all := portlore.Text{EN: strings.Join(en, ", ") + ".", ZH: strings.Join(zh, "，") + "。"}
	if n[portlore.Fix]+n[portlore.Check] == 0 {
		all = portlore.Text{EN: "Nothing to do: " + all.EN, ZH: "没有需要处理的事：" + all.ZH}
	}
	return all.In(lang)
}

// ListenStyle is how a Listen is shown.
type ListenStyle struct {
	Lang  portlore.Lang
	Color bool
	Base  *lore.Base
	Port  uint16 // tell the story of these doors; zero: the table of all
}

// Text writes the answer for people: verdict first. No line is wider than 80
// columns.
func (l *Listen) Text(w io.Writer, style ListenStyle) error {
	p := listenPage{explainPage: explainPage{
		r:            &portlore.Report{Doors: l.Doors},
		ExplainStyle: ExplainStyle{Lang: style.Lang, Color: style.Color, Base: style.Base},
	}, l: l}
	if style.Port != 0 {
		p.stories(style.Port)
	} else {
		p.wrapped(l.Sentence)
		p.wrapped(p.coverage())
		p.changes()
		p.table()
		p.blocks()
	}
	p.tail(style.Port)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// A listenPage is the text of a Listen. It speaks as `explain` does.
type listenPage struct {
	explainPage
	l *Listen
}

func (p *listenPage) coverage() string {
	n := uint64(len(p.l.Doors))
	at := stamp(p.l.Time)
	return p.say(fmt.Sprintf("Host %s, %s, %s", p.l.Host, quantity.Plural(n, "socket"), at),
		fmt.Sprintf("主机 %s，%s 个套接字，%s", p.l.Host, quantity.Count(n), at))
}

// stamp writes a time for people: 2026-11-23 14:18:56 UTC.
func stamp(t string) string {
	return strings.Replace(strings.Replace(t, "T", " ", 1), "Z", " UTC", 1)
}

// tail is what could not be seen, and what to ask next.
func (p *listenPage) tail(port uint16) {
	if len(p.l.Notes) > 0 {
		p.b.WriteByte('\n')
	}
	for _, n := range p.l.Notes {
		p.wrapped(p.say("Note: ", "注意：") + n)
	}
	if port != 0 || len(p.l.Doors) == 0 {
		return
	}
	d := &p.l.Doors[0]
	p.b.WriteByte('\n')
	p.line(p.say("Next:  ", "接下来：") + fmt.Sprintf("portlore listen --port %d    portlore port %d", d.Port, d.Port))
}
