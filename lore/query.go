package lore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
)

// Ports is a question by number: some ports, of one transport or of any.
type Ports struct {
	From, To uint16
	Proto    portlore.Proto // zero: any
}

// ParsePorts reads a question by number: "3128", "20-25", "3128/udp",
// "udp/3128", "port 23", ":22", "what uses port 5353", "445 端口是什么". It is false
// for what is not one, and an error for a number that is no port.
func ParsePorts(s string) (Ports, bool, error) {
	var q Ports
	numbers := numbersOf(s)
	if a, b, ok := strings.Cut(numbers, "/"); ok {
		if _, isProto := Transport(a); isProto {
			a, b = b, a
		}
		q.Proto, ok = Transport(b)
		if numbers = a; !ok && digits(a) {
			return q, true, fmt.Errorf("%s: transport %q: want tcp, udp, sctp or dccp", s, b)
		}
	}
	from, to, ranged := strings.Cut(numbers, "-")
	if !ranged {
		to = from
	}
	if !digits(from) || !digits(to) {
		return Ports{}, false, nil
	}
	a, err1 := strconv.ParseUint(from, 10, 16)
	b, err2 := strconv.ParseUint(to, 10, 16)
	switch {
	case err1 != nil || err2 != nil:
		return q, true, fmt.Errorf("%s: a port is a number from 0 to 65535", s)
	case a > b:
		return q, true, fmt.Errorf("%s: the range ends before it begins", s)
	}
	q.From, q.To = uint16(a), uint16(b)
	return q, true, nil
}

// numbersOf writes a question by number in the short way, "20-25/tcp"; any
// other comes out as something that is none.
func numbersOf(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r = foldRune(r); r {
		case '–', '—', '―', '−', '~', '〜', '至', '到':
			return '-'
		case '=', '#':
			return ' '
		}
		return r
	}, s))
	if i := strings.LastIndexByte(s, ':'); i >= 0 && digits(s[i+1:]) {
		switch host := s[:i]; {
		case digits(host):
			s = host + "-" + s[i+1:] // a range, as iptables writes it
		case !strings.ContainsAny(host, " :") || strings.HasSuffix(host, "]") || host == "::":
			s = s[i+1:] // 0.0.0.0:445, [::]:22, *:22, :22
		}
	}
	if strings.Contains(s, "::") {
		return s // an address
	}
	for _, joint := range [...]string{"-", "/"} {
		a, b, ok := strings.Cut(s, joint)
		if ok {
			s = strings.TrimRight(a, " ") + joint + strings.TrimLeft(b, " ")
		}
	}
	var proto string
	var rest []string
	for _, w := range bare(wordsIn(s)) {
		if n := strings.TrimPrefix(w, "port"); n != "" && n[0] >= '0' && n[0] <= '9' {
			w = n
		}
		if _, ok := Transport(w); ok && proto == "" {
			proto = "/" + w
		} else {
			rest = append(rest, w)
		}
	}
	return strings.Join(rest, " ") + proto
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Range is the class of a port number after RFC 6335: system, user or dynamic.
func Range(port uint16) string {
	switch {
	case port < 1024:
		return "system"
	case port < 49152:
		return "user"
	}
	return "dynamic"
}
