package format

import (
	"bytes"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// A clock turns the stamps of log lines into times. It is stateless but for a
// memory of the last stamp, so any order and any split of the lines gives the
// same times.
type clock struct {
	zone *time.Location
	now  time.Time
	year int // of year-less stamps; zero: by now

	near int64 // nanoseconds; a year-less stamp lies near this one. Zero: by now

	fault fault // of the last bad stamp

	// The last day of a year-less stamp ("Nov 23 ") and the civil second at
	// which it began: a log stays with a day for long.
	lastDay   [7]byte
	lastBegin int64

	// The last quarter of an hour, counted in civil time, and what to add to
	// it to get Unix time. No zone changes its offset within one.
	lastQuarter, lastOffset int64
}

func newClock(o Options) clock {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	return clock{zone: o.Zone, now: o.Now.In(o.Zone), year: o.Year, lastQuarter: -1 << 63}
}

// certainty is how a time is known.
type certainty uint8

const (
	timeless  certainty = iota // no stamp
	sinceBoot                  // counted from the start of the machine
	assumed                    // the zone was assumed
	stated                     // the zone was stated, or the time counts from the epoch
)

// A stamp is a time read from the start of a text.
type stamp struct {
	nanos    int64 // since the epoch, or since boot
	zone     certainty
	yearless bool // the year was assumed
	dayless  bool // the time of day, without a day
	bad      bool // there is no such time; clock.fault says why
	size     int  // bytes it takes; zero: there is no stamp
}

// stamp reads the time at the start of b, in any of these forms:
//
//	Nov 23 15:02:16                   RFC 3164; year and zone from Options
//	Nov 23 15:02:16.123456            journalctl -o short-precise
//	Nov 23 2026 15:02:16              the same with a year
//	Mon Nov 23 15:02:16 2026          ctime, logread; in [ ]: dmesg -T
//	2026-11-23T15:02:16.123+08:00     RFC 3339 and its relatives
//	2026/11/23 15:02:16               PAN-OS
//	Mon 2026-11-23 15:02:16 CET       journalctl -o short-full
//	1795446136.123456                 journalctl -o short-unix
//	23/Nov/2026:15:02:16 +0800        Proxmox, web servers
//	23-Nov-2026 15:02:16.123          named; CrowdSec with the number of the month
//	11/23-15:02:16.123456             Snort; Suricata with "/2026" behind the day
//	[2026-11-23 15:02:16]             Asterisk
//	[12345.678901]                    dmesg: seconds since boot
//	[12345.678901 <    0.000123 >]    journalctl -o short-delta, dmesg -d; the first number counts
//	@4000000067…                      multilog and svlogd: TAI64N
func (c *clock) stamp(b []byte) stamp {
	if len(b) >= 15 && [7]byte(b) == c.lastDay && c.near == 0 {
		second, ok := timeOfDay(b[7:])
		if ok && second >= 0 && (len(b) == 15 || b[15] != '.' && !statesYear(b[15:])) {
			return stamp{nanos: c.local(c.lastBegin+int64(second)) * 1e9, zone: assumed, yearless: true, size: 15}
		}
	}
	if len(b) < 10 {
		return stamp{}
	}
	switch first := b[0]; {
	case first == '[' && 'A' <= b[1] && b[1] <= 'Z':
		s := c.stamp(b[1:])
		if s.size > 0 && s.size+1 < len(b) && b[s.size+1] == ']' {
			s.size += 2
			c.fault.at++
			return s
		}
		return stamp{}
	case first == '[' && b[5] == '-':
		s := c.iso(b[1:])
		if s.size > 0 && s.size+1 < len(b) && b[s.size+1] == ']' {
			s.size += 2
			c.fault.at++
			return s
		}
		return stamp{}
	case first == '[':
		return c.uptime(b)
	case 'A' <= first && first <= 'Z':
		if weekday(b) {
			s := c.stamp(b[4:])
			if s.size == 0 || s.zone == sinceBoot {
				return stamp{}
			}
			s.size += 4
			c.fault.at += 4
			return c.zoneName(b, s)
		}
		return c.rfc3164(b)
	case '0' <= first && first <= '9':
		switch {
		case b[4] == '-' || b[4] == '/':
			return c.iso(b)
		case b[2] == '/' && (b[5] == '-' || b[5] == '/'):
			return c.slashed(b)
		case b[2] == '/':
			return c.webLog(b)
		case b[2] == '-' && (b[5] == '-' || b[6] == '-'):
			return c.dashed(b)
		}
		return unixTime(b)
	case first == '@':
		return tai64n(b)
	}
	return stamp{}
}

// rfc3164 reads "Nov 23 15:02:16", with a fraction or a year when there is one.
func (c *clock) rfc3164(b []byte) stamp {
	if len(b) < 15 {
		return stamp{}
	}
	second, ok := timeOfDay(b[7:])
	month := monthOf(b)
	day, isDigits := twoDigits(b[4:])
	if month == 0 || b[3] != ' ' || b[6] != ' ' || !isDigits {
		return stamp{}
	}
	at, year := 7, 0 // of the time of day
	if !ok && isYear(b[7:]) && b[11] == ' ' {
		at, year = 12, fourDigits(b[7:])
		second, ok = timeOfDay(b[at:])
	}
	if !ok {
		return stamp{}
	}
	size := at + len("15:02:16")
	fraction, n := fractionOf(b[size:])
	size += n
	if year == 0 && statesYear(b[size:]) {
		year = fourDigits(b[size+1:])
		size += 5
	}
	s := stamp{zone: assumed, size: size}
	if second < 0 {
		return c.bad(s, fault{at: at, field: "stamp", value: b[at : at+8], why: noSuchTime})
	}
	if year == 0 && c.near != 0 {
		year = c.yearNear(month, day)
	}
	if s.yearless = year == 0; s.yearless {
		year = c.yearOf(month, day, second)
	}
	if !isDay(year, month, day) {
		return c.bad(s, fault{at: 0, field: "stamp", value: b[:6], why: noSuchDay})
	}
	begin := civil(year, month, day)
	s.nanos = c.local(begin+int64(second))*1e9 + fraction
	if limit := c.latest(); s.yearless && (month != limit.Month() || day != limit.Day()) {
		c.lastDay, c.lastBegin = [7]byte(b), begin
	}
	return s
}

// iso reads "2026-11-23T15:02:16" with fraction and zone when there are any.
func (c *clock) iso(b []byte) stamp {
	if len(b) < 19 || b[7] != b[4] || b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return stamp{}
	}
	if !isYear(b) {
		return stamp{}
	}
	month, ok1 := twoDigits(b[5:])
	day, ok2 := twoDigits(b[8:])
	second, ok3 := timeOfDay(b[11:])
	if !ok1 || !ok2 || !ok3 {
		return stamp{}
	}
	return c.finish(b, 19, fourDigits(b), time.Month(month), day, second, 0, 11)
}

// webLog reads "23/Nov/2026:15:02:16 +0800".
func (c *clock) webLog(b []byte) stamp {
	if len(b) < 20 || b[6] != '/' || b[11] != ':' || !isYear(b[7:]) {
		return stamp{}
	}
	day, ok1 := twoDigits(b)
	second, ok2 := timeOfDay(b[12:])
	month := monthOf(b[3:])
	if !ok1 || !ok2 || month == 0 {
		return stamp{}
	}
	return c.finish(b, 20, fourDigits(b[7:]), month, day, second, 0, 12)
}

// dashed reads "23-Nov-2026 15:02:16.123" and "23-11-2026 15:02:16".
func (c *clock) dashed(b []byte) stamp {
	at, month := 12, time.Month(0)
	if b[5] == '-' {
		n, _ := twoDigits(b[3:])
		at, month = 11, time.Month(n)
	} else {
		month = monthOf(b[3:])
	}
	if len(b) < at+8 || b[at-1] != ' ' || !isYear(b[at-5:]) {
		return stamp{}
	}
	day, ok1 := twoDigits(b)
	second, ok2 := timeOfDay(b[at:])
	if !ok1 || !ok2 || month == 0 {
		return stamp{}
	}
	return c.finish(b, at+8, fourDigits(b[at-5:]), month, day, second, 0, at)
}

// slashed reads "11/23-15:02:16.123456", with the year in two digits or four
// behind the day, or without.
func (c *clock) slashed(b []byte) stamp {
	at, year := 6, 0
	switch {
	case b[5] == '-':
	case len(b) > 11 && b[10] == '-' && isYear(b[6:]):
		at, year = 11, fourDigits(b[6:])
	case b[8] == '-':
		n, ok := twoDigits(b[6:])
		if !ok {
			return stamp{}
		}
		at, year = 9, 2000+n
	default:
		return stamp{}
	}
	if len(b) < at+8 {
		return stamp{}
	}
	month, ok1 := twoDigits(b)
	day, ok2 := twoDigits(b[3:])
	second, ok3 := timeOfDay(b[at:])
	if !ok1 || !ok2 || !ok3 || b[0] == ' ' {
		return stamp{}
	}
	yearless := year == 0
	if yearless && second >= 0 {
		year = c.yearOf(time.Month(month), day, second)
	}
	s := c.finish(b, at+8, max(year, 1), time.Month(month), day, second, 0, at)
	s.yearless = yearless
	return s
}

// finish completes a stamp with a year: fraction, zone, and whether the day
// exists. dayAt and timeAt say where day and time of day stand in b.
func (c *clock) finish(b []byte, size, year int, month time.Month, day, second, dayAt, timeAt int) stamp {
	fraction, n := fractionOf(b[size:])
	size += n
	offset, n, hasZone := zoneOf(b[size:])
	s := stamp{zone: assumed, size: size + n}
	if second < 0 {
		return c.bad(s, fault{at: timeAt, field: "stamp", value: b[timeAt : timeAt+8], why: noSuchTime})
	}
	if !isDay(year, month, day) {
		return c.bad(s, fault{at: dayAt, field: "stamp", value: b[dayAt : timeAt-1], why: noSuchDay})
	}
	at := civil(year, month, day) + int64(second)
	if hasZone {
		s.zone = stated
		at -= offset
	} else {
		at = c.local(at)
	}
	return fromEpoch(at*1e9+fraction, s.zone, s.size)
}

// fromEpoch is a stamp with a time since 1970. A machine without a clock starts
// there, so that what it stamps is the time since boot.
func fromEpoch(nanos int64, zone certainty, size int) stamp {
	if nanos < portlore.SinceBoot {
		return stamp{nanos: max(nanos, 1), zone: sinceBoot, size: size}
	}
	return stamp{nanos: nanos, zone: zone, size: size}
}

// zoneName takes in the name of a zone behind a stamp that began with a
// weekday. Only UTC is a zone for certain; the others mean different things in
// different countries.
func (c *clock) zoneName(b []byte, s stamp) stamp {
	rest := b[s.size:]
	if len(rest) < 5 || rest[0] != ' ' || s.zone != assumed {
		return s
	}
	name := rest[1:]
	if i := bytes.IndexByte(name, ' '); i >= 3 && i <= 5 {
		name = name[:i]
	} else {
		return s
	}
	for _, l := range name {
		if l < 'A' || l > 'Z' {
			return s
		}
	}
	if b[8] != '-' { // "Mon Nov 23 15:02:16 2026 HOST" has no zone
		return s
	}
	s.size += 1 + len(name)
	if string(name) == "UTC" {
		s = c.asUTC(s)
	}
	return s
}

// asUTC is a stamp of which it turns out that it is in UTC.
func (c *clock) asUTC(s stamp) stamp {
	if s.zone == assumed && !s.bad {
		_, offset := time.Unix(0, s.nanos).In(c.zone).Zone()
		s.nanos += int64(offset) * 1e9
		s.zone = stated
	}
	return s
}

// unixTime reads "1795446136" or "1795446136.123456".
func unixTime(b []byte) stamp {
	var n int64
	for i := range 10 {
		if b[i] < '0' || b[i] > '9' {
			return stamp{}
		}
		n = n*10 + int64(b[i]-'0')
	}
	fraction, size := fractionOf(b[10:])
	if n < 1e9 || len(b) == 10+size || b[10+size] != ' ' {
		return stamp{}
	}
	return stamp{nanos: n*1e9 + fraction, zone: stated, size: 10 + size}
}

// tai64n reads '@' and 24 hexadecimal digits: seconds from 2^62 on and nanoseconds
// (cr.yp.to/libtai/tai64.html). multilog and svlogd count them ten seconds past
// those of the epoch, whatever leap seconds there were since.
func tai64n(b []byte) stamp {
	if len(b) < 26 || b[25] != ' ' || b[1] != '4' {
		return stamp{}
	}
	var n [2]uint64
	for i, c := range b[1:25] {
		if c-'0' > 9 && c|0x20-'a' > 5 {
			return stamp{}
		}
		n[i/16] = n[i/16]<<4 | uint64(addr.HexDigit(c)&15)
	}
	second := int64(n[0]-1<<62) - 10
	if second < 0 || second >= 1<<33 || n[1] >= 1e9 {
		return stamp{}
	}
	return fromEpoch(second*1e9+int64(n[1]), stated, 25)
}

// value reads a time that a JSON object holds. A stamp with size zero: it is
// none.
func (c *clock) value(b []byte) stamp {
	if nanos, ok := epochOf(b); ok {
		return fromEpoch(nanos, stated, len(b))
	}
	s := c.stamp(b)
	if s.size == 0 {
		s = c.kibana(b)
	}
	if s.bad {
		return stamp{}
	}
	if rest := b[s.size:]; s.zone == assumed && (string(rest) == " UTC" || string(rest) == " Z" || string(rest) == "UTC") {
		s = c.asUTC(s)
	}
	return s
}

// kibana reads "Nov 23, 2026 @ 15:02:16.123", as Kibana exports times.
func (c *clock) kibana(b []byte) stamp {
	comma := bytes.IndexByte(b, ',')
	if comma < 5 || comma > 6 || len(b) < comma+17 || !isYear(b[comma+2:]) || string(b[comma+6:comma+9]) != " @ " {
		return stamp{}
	}
	month := monthOf(b)
	day, ok := uintOf(b[4:comma], 31)
	second, isTime := timeOfDay(b[comma+9:])
	if month == 0 || !ok || !isTime {
		return stamp{}
	}
	return c.finish(b, comma+17, fourDigits(b[comma+2:]), month, int(day), second, 0, comma+9)
}

// uptime reads "[12345.678901]", seconds since boot.
func (c *clock) uptime(b []byte) stamp {
	s := stamp{zone: sinceBoot, size: uptimeSize(b)}
	if s.size == 0 {
		return stamp{}
	}
	start := skipBlanks(b, 1)
	value := b[start : s.size-1]
	second, fraction, _ := bytes.Cut(value, []byte("."))
	n := int64(0)
	for _, d := range second {
		n = n*10 + int64(d-'0')
		if n >= portlore.SinceBoot/1e9 {
			return c.bad(s, fault{at: start, field: "uptime", value: value, why: outOfRange})
		}
	}
	nanos, _ := fractionOf(value[len(value)-len(fraction)-1:])
	s.nanos = max(n*1e9+nanos, 1) // zero would mean "not said"
	return s
}

// uptimeSize is the length of "[12345.678901]"; zero: there is none.
func uptimeSize(b []byte) int {
	if len(b) == 0 || b[0] != '[' {
		return 0
	}
	i := skipBlanks(b, 1)
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	dot := i
	if i == start || i == len(b) || b[i] != '.' {
		return 0
	}
	for i++; i < len(b) && b[i]-'0' <= 9; i++ {
	}
	if i == dot+1 || i == len(b) || b[i] != ']' && b[i] != ' ' {
		return 0
	}
	if b[i] == ' ' { // the time since the line before, or room for it
		for i < len(b) && (b[i]-'0' <= 9 || b[i] == '.' || b[i] == ' ' || b[i] == '<' || b[i] == '>') {
			i++
		}
		if i == len(b) || b[i] != ']' {
			return 0
		}
	}
	return i + 1
}

// bad is s, which has the form of a stamp and is none.
func (c *clock) bad(s stamp, f fault) stamp {
	c.fault = f
	s.bad = true
	return s
}

// yearOf is the year of a stamp that has none: the latest in which the day
// exists and the time lies no more than a day after now. Clocks differ, so a
// day of tolerance; a December line read in January belongs to the year before.
func (c *clock) yearOf(month time.Month, day, second int) int {
	if c.year != 0 {
		return c.year
	}
	limit := c.latest()
	year := limit.Year()
	for range 9 { // 1900 and 2100 have no Feb 29, so it can be 8 years away
		if isDay(year, month, day) && c.local(civil(year, month, day)+int64(second)) <= limit.Unix() {
			return year
		}
		year--
	}
	return c.now.Year()
}

// yearNear is the year in which a day lies nearest to what is around the line.
// Zero: the day exists in none.
func (c *clock) yearNear(month time.Month, day int) int {
	near := time.Unix(0, c.near).UTC()
	best, least := 0, int64(1<<62)
	for year := near.Year() - 1; year <= near.Year()+1; year++ {
		if isDay(year, month, day) {
			if d := civil(year, month, day) - near.Unix(); max(d, -d) < least {
				best, least = year, max(d, -d)
			}
		}
	}
	return best
}

// latest is the latest time that a year-less stamp may come to.
func (c *clock) latest() time.Time { return c.now.Add(24 * time.Hour) }

// local is the Unix time of a civil second in the assumed zone.
func (c *clock) local(second int64) int64 {
	if c.zone == time.UTC {
		return second
	}
	if quarter := second / 900; quarter != c.lastQuarter {
		t := time.Unix(quarter*900, 0).UTC()
		begin := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, c.zone)
		c.lastQuarter, c.lastOffset = quarter, begin.Unix()-quarter*900
	}
	return second + c.lastOffset
}
