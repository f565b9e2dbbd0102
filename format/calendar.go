package format

import "time"

// The parts that stamps are made of.

// civil counts the seconds from 1970-01-01 to a day as if there were no zones.
func civil(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
}

// isDay tells whether the calendar has the day.
func isDay(year int, month time.Month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 &&
		day <= time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// timeOfDay reads "15:02:16" as seconds since midnight. Minus one: it has the
// form of a time, but no day has it. A leap second is a time.
func timeOfDay(b []byte) (int, bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := twoDigits(b)
	m, ok2 := twoDigits(b[3:])
	s, ok3 := twoDigits(b[6:])
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	if h > 23 || m > 59 || s > 60 {
		return -1, true
	}
	return h*3600 + m*60 + s, true
}

// fractionOf reads ".123456" or ",123456" as nanoseconds, and how long it is.
func fractionOf(b []byte) (nanos int64, size int) {
	if len(b) < 2 || b[0] != '.' && b[0] != ',' {
		return 0, 0
	}
	unit, i := int64(1e8), 1
	for ; i < len(b) && '0' <= b[i] && b[i] <= '9'; i++ {
		nanos += int64(b[i]-'0') * unit
		unit /= 10
	}
	if i == 1 {
		return 0, 0
	}
	return nanos, i
}

// zoneOf reads "Z", "+08:00", "+0800" or "+08", with a blank before or not, as
// seconds east of Greenwich.
func zoneOf(b []byte) (offset int64, size int, ok bool) {
	if len(b) > 0 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, 1, true
	}
	blank := 0
	if len(b) > 0 && b[0] == ' ' {
		blank = 1
		b = b[1:]
	}
	if len(b) < 3 || b[0] != '+' && b[0] != '-' {
		return 0, 0, false
	}
	h, ok := twoDigits(b[1:])
	if !ok || b[1] == ' ' || h > 14 {
		return 0, 0, false
	}
	size = 3
	minutes := b[3:]
	if len(minutes) > 0 && minutes[0] == ':' {
		minutes = minutes[1:]
		size++
	}
	m, ok := twoDigits(minutes)
	if ok && minutes[0] != ' ' && m < 60 {
		size += 2
	} else {
		m, size = 0, 3
	}
	offset = int64(h)*3600 + int64(m)*60
	if b[0] == '-' {
		offset = -offset
	}
	return offset, blank + size, true
}

// twoDigits reads "07" or " 7".
func twoDigits(b []byte) (int, bool) {
	if len(b) < 2 {
		return 0, false
	}
	tens, ones := b[0]-'0', b[1]-'0'
	if b[0] == ' ' {
		tens = 0
	}
	return int(tens)*10 + int(ones), tens <= 9 && ones <= 9
}

// statesYear tells whether a year follows a time: " 2026" and then no digit. Before a
// colon it may as well be an address, unless a blank follows.
func statesYear(b []byte) bool {
	return len(b) >= 5 && b[0] == ' ' && isYear(b[1:]) && (len(b) == 5 || b[5] == ' ' || b[5] == ']' || b[5] == ':' && len(b) > 6 && b[6] == ' ')
}

// isYear tells whether b starts with a year from 1900 to 2099.
func isYear(b []byte) bool {
	return len(b) >= 4 && (b[0] == '1' && b[1] == '9' || b[0] == '2' && b[1] == '0') &&
		'0' <= b[2] && b[2] <= '9' && '0' <= b[3] && b[3] <= '9'
}

func fourDigits(b []byte) int {
	return int(b[0]-'0')*1000 + int(b[1]-'0')*100 + int(b[2]-'0')*10 + int(b[3]-'0')
}

// monthOf reads "Nov"; zero: not a month.
func monthOf(b []byte) time.Month {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for i := 0; i < len(names); i += 3 {
		if string(b[:3]) == names[i:i+3] {
			return time.Month(i/3 + 1)
		}
	}
	return 0
}

// weekday tells whether b starts with "Mon ", "Tue "…
func weekday(b []byte) bool {
	switch string(b[:4]) {
	case "Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun ":
		return true
	}
	return false
}
