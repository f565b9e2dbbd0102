package format

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/portlore/portlore"
)

// A Result is what became of one input. Its account closes:
// Lines = Understood + Other + Malformed.
type Result struct {
	// Input is filled but for DuplicateOf and Notes.
	portlore.Input

	// Notes say what was assumed, cut or doubted, in both languages.
	Notes []portlore.Text

	// Recut says that lines are not those of the input, but were made of it.
	Recut bool

	// LooksLike says what an input is of which nothing was understood, and
	// what to do. Zero: not known, or something was understood.
	LooksLike portlore.Text

	// First and Last are the earliest and the latest time, in nanoseconds
	// since 1970-01-01 UTC. Zero: the input has no times.
	First, Last int64

	// Ambiguous counts understood lines with doubled fields, of which somebody
	// may have forged some.
	Ambiguous int64

	// Doors are what the input says of open and closed ports: the first 65,536,
	// in the order of the input. MoreDoors is how many there were beyond those.
	Doors     []portlore.Door
	MoreDoors int64

	doors []doorAt // until the account is closed

	// Quoted counts other lines that hold a record as the words of another
	// program, so that it was not believed.
	Quoted int64
}

func newResult(name string) Result {
	return Result{Input: portlore.Input{Name: name, Errors: []portlore.LineError{}, Notes: []string{}}}
}

// open takes in the doors that one worker found.
func (r *Result) open(doors []doorAt) { r.doors = append(r.doors, doors...) }

// close fills in the account of lines.
func (r *Result) close(t *tally, formats []*Format, head []byte, o Options) {
	r.account(t, o)
	slices.SortStableFunc(r.doors, func(a, b doorAt) int { return cmp.Compare(a.line, b.line) })
	for _, d := range r.doors[:min(mostDoors, len(r.doors))] {
		r.Doors = append(r.Doors, d.Door)
	}
	r.MoreDoors, r.doors = t.doors-int64(len(r.Doors)), nil
	most := int64(0)
	for i, n := range t.byFormat {
		if n > most || n == most && n > 0 && formats[i].Name < r.Format {
			most, r.Format = n, formats[i].Name
		}
	}
	if t.understood == 0 {
		if text, ok := unknownColumns(head, o); ok {
			r.LooksLike = text
		} else if is := sniffText(head); is != nil && (t.malformed == 0 || !is.generic()) {
			r.LooksLike = is.text
		}
	}
}

// closeFrames fills in the account of a capture.
func (r *Result) closeFrames(t *tally, f *Format, o Options) {
	r.account(t, o)
	r.Format = f.Name
	switch {
	case t.understood > 0:
	case t.lines == 0:
		r.LooksLike = portlore.Text{EN: "a packet capture without packets", ZH: "没有数据包的抓包文件"}
	case t.foreign == t.lines:
		r.LooksLike = portlore.Text{
			EN: fmt.Sprintf("a packet capture of link layer %d, which this version does not read", t.link),
			ZH: fmt.Sprintf("链路层类型 %d 的抓包文件，本版本尚不支持", t.link),
		}
	default:
		r.LooksLike = portlore.Text{EN: "a packet capture without IP packets", ZH: "没有 IP 数据包的抓包文件"}
	}
}

// account fills in what both have.
func (r *Result) account(t *tally, o Options) {
	r.Lines = t.lines
	r.Understood, r.Other, r.Malformed = t.understood, t.other, t.malformed
	r.Ambiguous, r.Quoted = t.ambiguous, t.quoted
	r.Errors = append(r.Errors, t.errors...)
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	if t.exports != nil && t.exports.last > 0 { // flows began before they were exported
		t.first, t.last = min(t.first, t.exports.first), max(t.last, t.exports.last)
	}
	if t.assumed+t.stated > 0 {
		r.First, r.Last = t.first, t.last
		r.From = time.Unix(0, t.first).In(zone).Format(time.RFC3339)
		r.To = time.Unix(0, t.last).In(zone).Format(time.RFC3339)
		r.Zone = "stated"
		r.ClockJumps = clockJumps(t.stretches)
	}
	if t.assumed > 0 {
		r.Zone = "assumed"
	}
	r.Notes = notes(t, o, zone)
}

// looksLike fills in an input that is not text.
func (r *Result) looksLike(is *kind) {
	r.LooksLike = is.text
	r.Unread = is.text.EN
}

// notes are the sentences about an account.
func notes(t *tally, o Options, zone *time.Location) []portlore.Text {
	var all []portlore.Text
	say := func(n int64, en, zh string) {
		if n > 0 {
			all = append(all, portlore.Text{EN: fmt.Sprintf(en, n), ZH: fmt.Sprintf(zh, n)})
		}
	}
	if t.assumed > 0 {
		all = append(all, portlore.Text{
			EN: fmt.Sprintf("times carry no zone; %s was assumed (--tz)", zone),
			ZH: fmt.Sprintf("时间没有注明时区，按 %s 处理（--tz）", zone),
		})
	}
	if t.yearless > 0 && o.Year == 0 {
		all = append(all, portlore.Text{
			EN: "dates carry no year; each was given the latest year in which it is not in the future (--year)",
			ZH: "日期没有年份，取不晚于现在的最近一年（--year）",
		})
	}
	say(t.dayless, "records whose time has no date: %d; they count from midnight or from the first of them (tcpdump -tttt and tshark -t ad write the date)", "时间没有日期的记录：%d；从零点或第一条记录起算（tcpdump -tttt、tshark -t ad 会写出日期）")
	say(t.sinceBoot-t.dayless, "records timed from the start of the machine, not by the clock: %d", "以开机时刻计时（不是钟表时间）的记录：%d")
	say(t.timeless, "records without a time: %d", "没有时间的记录：%d")
	say(t.ambiguous, "lines with doubled fields, of which somebody may have forged some: %d; what stands before the last record was not believed", "有重复字段、可能有人伪造的行：%d；最后一条记录之前的内容未予采信")
	say(t.quoted, "lines that quote a record or may be forged: %d; they were not believed", "引用记录或可能伪造的行：%d；未予采信")
	say(t.long, "lines longer than 1 MiB: %d; they were skipped", "超过 1 MiB 的行：%d；已跳过")
	say(t.foreign, "frames of a link layer that this version does not read: %d", "本版本尚不支持其链路层的帧：%d")
	say(t.skipped, "bytes skipped in damaged places of the capture: %d", "抓包文件中因损坏而跳过的字节：%d")
	if t.exports != nil {
		t.exports.notes(say)
	}
	return all
}

var noteUTF16 = portlore.Text{
	EN: "the file is UTF-16; it was read as UTF-8, and columns count bytes of that",
	ZH: "文件是 UTF-16 编码，按 UTF-8 读取，列号按 UTF-8 字节计",
}

func sortErrors(errors []portlore.LineError) {
	slices.SortFunc(errors, func(a, b portlore.LineError) int { return cmp.Compare(a.Line, b.Line) })
}
