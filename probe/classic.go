package probe

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// The small services of old: one question at most, one line at most.

// echo sends back what it gets. Any other question than its own may come back too.
var echo = Probe{
	Service: "echo", Ports: []uint16{7}, Ask: "portlore asks who is there\r\n", OnlyIf: true, Home: true,
	Proof: "our own words come back, and no other", Spec: "RFC 862",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, string(said) == "portlore asks who is there\r\n"
	},
}

// chargen never ends: each line is the one before, shifted by one character.
var chargen = Probe{
	Service: "chargen", Ports: []uint16{19},
	Proof: "72 printable characters in their order, line after line", Spec: "RFC 864",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		line, _, ok := bytes.Cut(said, []byte("\r\n"))
		return s, ok && len(line) >= 70 && len(line) <= 74 && ascends(line)
	},
}

// ascends says that each character is the next of the printable ones; after the
// last comes the first.
func ascends(line []byte) bool {
	for i := 1; i < len(line); i++ {
		last := line[i-1] == '~' || line[i-1] == '}' // some leave out the tilde
		if line[i] < ' ' || line[i] > '~' || line[i] != line[i-1]+1 && (!last || line[i] > '!') {
			return false
		}
	}
	return true
}

var daytime = Probe{
	Service: "daytime", Ports: []uint16{13},
	Proof: "one line that is a date and a time", Spec: "RFC 867",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		line := strings.TrimSpace(string(said[:min(len(said), 100)]))
		if len(said) > 100 {
			return s, false
		}
		for _, layout := range []string{time.ANSIC, time.UnixDate, "02 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 MST", "Monday, January 2, 2006 15:04:05-MST", "Mon Jan 2 15:04:05 2006 MST", time.RFC1123, time.RFC1123Z} {
			if _, err := time.Parse(layout, line); err == nil {
				return s, true
			}
		}
		return s, nistTime().MatchString(line)
	},
}

var nistTime = pattern.New(`^\d{5} \d\d-\d\d-\d\d \d\d:\d\d:\d\d \d\d \d `)

// timeOfDay is four bytes, the seconds since 1900. The years 2020 to 2034 are taken
// for one: a narrow gate, as any four bytes are some time.
var timeOfDay = Probe{
	Service: "time", Ports: []uint16{37},
	Proof: "four bytes and no more, a time between 2020 and 2034", Spec: "RFC 868",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) != 4 {
			return s, false
		}
		const y2020, y2035 = 3786825600, 4260211200
		at := binary.BigEndian.Uint32(said)
		return s, at >= y2020 && at < y2035
	},
}

// tcpmux is asked for a service by its name; it has none called GET or HELP.
var tcpmux = Probe{
	Service: "tcpmux", Ports: []uint16{1}, Ask: "portlore\r\n", Home: true,
	Proof: "-Service not available", Spec: "RFC 1078",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		line := strings.ToLower(firstLine(said))
		return s, strings.HasPrefix(line, "-service not available") || strings.HasPrefix(line, "-service not found")
	},
}

// finger tells who is logged in. It takes other questions for names of users.
var finger = Probe{
	Service: "finger", Ports: []uint16{79}, Ask: "\r\n", Home: true,
	Proof: "a list of users, or the word that nobody is logged on", Spec: "RFC 1288",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		for line := range strings.Lines(string(said[:min(len(said), 4096)])) {
			line = strings.TrimSpace(line)
			f := strings.Fields(line)
			if strings.HasPrefix(line, "No one logged on") || strings.HasPrefix(line, "Login: ") && strings.Contains(line, "Name: ") ||
				len(f) > 2 && f[0] == "Login" && f[1] == "Name" || strings.HasPrefix(line, "finger: ") && strings.HasSuffix(line, "no such user.") {
				return s, true
			}
		}
		return s, false
	},
}

// ident tells whose a connection is; of ports that have none it says so.
var ident = Probe{
	Service: "ident", Ports: []uint16{113}, Ask: "1, 1\r\n",
	Proof: "the two ports come back with USERID or ERROR", Spec: "RFC 1413",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, identReply().Match(said)
	},
}

var identReply = pattern.New(`^\s*\d{1,5}\s*,\s*\d{1,5}\s*:\s*(USERID\s*:|ERROR\s*:\s*(INVALID-PORT|NO-USER|HIDDEN-USER|UNKNOWN-ERROR|X))`)

// qotd says what comes to its mind: nothing in it proves what it is. So it has no
// probe, and neither has discard, which never answers.

// gopher answers an empty line by its menu: a type, and three tabs.
var gopher = Probe{
	Service: "gopher", Ports: []uint16{70}, Ask: "\r\n", Home: true,
	Proof: "a menu: a type, then name, selector, host and port parted by tabs", Spec: "RFC 1436",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		line, _, ok := strings.Cut(string(said[:min(len(said), 4096)]), "\r\n")
		if bytes.Contains(said[:min(len(said), 4096)], []byte("Gophered by Gophernicus/")) && !bytes.HasPrefix(said, []byte("HTTP/")) {
			s.Product, s.Version = "Gophernicus", after(said, "Gophered by Gophernicus/")
			return s, true
		}
		f := strings.Split(line, "\t")
		if !ok || len(f) < 4 || f[0] == "" || !strings.Contains("0123456789+gIThis", f[0][:1]) || !onlyDigits(f[3]) {
			return s, false
		}
		for _, p := range []string{"Gophernicus", "PyGopherd", "Bucktooth"} {
			if bytes.Contains(said, []byte(p)) {
				s.Product = p
				s.Version = strings.Trim(after(said, p+"/"), "()")
			}
		}
		return s, true
	},
}

// whois of the registries begins by what may be done with the answer.
var whois = Probe{
	Service: "whois", Ports: []uint16{43}, Ask: "192.0.2.1\r\n", Home: true,
	Proof: "the words in which registries answer", Spec: "RFC 3912; answers of RIPE, ARIN, Verisign",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		for _, words := range []string{"% This is the RIPE Database query service", "% IANA WHOIS server", "# ARIN WHOIS data and services", "% [whois.apnic.net]", "% No entries found", "%ERROR:101: no entries found", "No match for domain \"", "NetRange: ", "inetnum: "} {
			ok = ok || bytes.Contains(said[:min(len(said), 4096)], []byte(words))
		}
		return s, ok && !bytes.HasPrefix(said, []byte("HTTP/"))
	},
}

var dict = Probe{
	Service: "dict", Ports: []uint16{2628}, Programs: []string{"dictd"}, Ask: "SHOW SERVER\r\nQUIT\r\n", Greets: true,
	Proof: "220, capabilities and a message id in angle brackets", Spec: "RFC 2229",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := firstLine(said)
		if dictd := after([]byte(first), "dictd "); dictd != "" {
			s.Product, s.Version = "dictd", strings.TrimSuffix(dictd, "/rf")
		}
		return s, dictGreeting().MatchString(first)
	},
}

var dictGreeting = pattern.New(`^220 .*<[a-z0-9.]*> <[^<> ]+@[^<> ]+>$`)

func onlyDigits(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}
