package format

import (
	"bytes"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// rawRecord is a record of a classic capture: one byte, one second past 1970.
const rawRecord = "\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00x"

// TestLooksLike holds the names of what is not ours.
func TestLooksLike(t *testing.T) {
	for _, tt := range []struct{ input, want string }{
		{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + strings.Repeat("\x00", 16), "without packets"},
		{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + strings.Repeat("\x00", 12) + "\x7f\x00\x00\x00" + rawRecord, "link layer 127"},
		{"snoop\x00\x00\x00", "editcap"},
		{"ElfFile\x00\x00", "evtx"},
		{"LPKSHHRH\x00", "journalctl"},
		{"PK\x03\x04xx", "ZIP"},
		{"\x1f\x8b\x08\x00", "twice"},
		{strings.Repeat("\x00", 257) + "ustar", "tar"},
		{"#separator \\x09\n#set_separator\t,\nx\ty\n", "Zeek"},
		{`{"timestamp":"2026-11-23T15:02:16.0+0000","event_type":"alert"}` + "\n", "Suricata"},
		{"Nov 23 2026 15:02:16: %ASA-1-505015: Module ips, application up\n", "ASA"},
		{"Nov 23 15:02:16 fw filterlog[12]: 5,,,1000,igb0,match,block,in,4\n", "filterlog"},
		{"2026-11-23T15:02:16+01:00 gw firewall,info drop input: in:ether1 out:(unknown 0)\n", "MikroTik"},
		{"Nov 23 15:02:16 fw CRON[1]: x\nNov 23 15:02:16 fw CRON[1]: y\n", "system log"},
		{"dear diary\ntoday I saw a port\n", ""},
		{"", ""},
	} {
		res, _ := readAll(t, strings.NewReader(tt.input), Options{}, 1, chunkSize)
		if !strings.Contains(res.LooksLike.EN, tt.want) || tt.want == "" && res.LooksLike.EN != "" || (res.LooksLike.EN == "") != (res.LooksLike.ZH == "") {
			t.Errorf("%q looks like %q, want %q", tt.input, res.LooksLike.EN, tt.want)
		}
	}
}

// TestOneFormatALine offers every line of every case to every format: at most one
// may take it, so that it does not matter who is asked first.
func TestOneFormatALine(t *testing.T) {
	for _, g := range logGoldens(t) {
		c := newClock(g.options)
		h := newHeaders(g.input, g.options)
		below := h.start
		for text := range bytes.Lines(linesOf(t, g.input)) {
			text = bytes.TrimRight(text, "\r\n")
			var takers []string
			if y, ok := h.read(text); ok {
				below = y
				takers = append(takers, "header of "+y.of.Name)
			}
			for _, f := range logs() {
				var l line
				var ob portlore.Observation
				l.open(text, &c)
				if l.ask(f, text, &below, &ob) != other {
					takers = append(takers, f.Name)
				}
			}
			if len(takers) > 1 {
				t.Errorf("%s: %q is taken by %v", g.path, text, takers)
			}
		}
	}
}

// TestAll holds what every format must have.
func TestAll(t *testing.T) {
	names := map[string]bool{}
	for _, f := range All() {
		ways := 0
		for _, has := range []bool{f.read != nil, f.frames != nil, f.datagram != nil} {
			if has {
				ways++
			}
		}
		if f.Name == "" || f.Doc == "" || ways != 1 || (f.frames == nil) != (f.magics == nil) || names[f.Name] {
			t.Errorf("format %+v", f)
		}
		names[f.Name] = true
	}
}
