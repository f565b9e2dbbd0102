package format

import (
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

func TestClockJumps(t *testing.T) {
	line := func(stamp string) string {
		return stamp + " fw kernel: IN=eth0 OUT= SRC=198.51.100.9 DST=203.0.113.10 LEN=40 PROTO=TCP SPT=40001 DPT=22 SYN\n"
	}
	for _, test := range []struct {
		name   string
		stamps []string
		want   portlore.ClockJumps
	}{
		{"forward", []string{"Nov 23 10:00:00", "Nov 23 22:00:00", "Nov 24 03:00:00"}, portlore.ClockJumps{}},
		{"a minute is no jump", []string{"Nov 23 10:01:00", "Nov 23 10:00:00"}, portlore.ClockJumps{}},
		{"the newest comes first", []string{"Nov 23 12:00:00", "Nov 23 12:00:00", "Nov 23 10:00:00", "Nov 22 10:00:00"}, portlore.ClockJumps{}},
		{"two", []string{"Nov 23 10:00:00", "Nov 23 09:58:00", "Nov 23 12:00:00", "Nov 23 10:00:00", "Nov 23 10:00:01"}, portlore.ClockJumps{Count: 2, Seconds: 7200, Line: 4}},
		{"the year turns", []string{"Dec 31 23:59:59", "Jan  1 00:00:01"}, portlore.ClockJumps{}},
		{"the assumed year turns", []string{"Nov 24 10:00:00", "Nov 26 10:00:00", "Nov 27 10:00:00"}, portlore.ClockJumps{}},
	} {
		var log strings.Builder
		for _, s := range test.stamps {
			log.WriteString(line(s))
		}
		for _, size := range []int{1, 100, chunkSize} {
			res, _ := readAll(t, strings.NewReader(log.String()), Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}, 3, size)
			if res.ClockJumps != test.want {
				t.Errorf("%s, chunks of %d: %+v, want %+v", test.name, size, res.ClockJumps, test.want)
			}
		}
	}
}
