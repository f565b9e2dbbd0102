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

// ParsePorts reads "3128", "20-25", "3128/udp" or "udp/3128". It is false for
// what is not a question by number, and an error for a number that is no port.
func ParsePorts(s string) (Ports, bool, error) {
	var q Ports
	numbers := strings.ToLower(strings.TrimSpace(s))
	for _, word := range []string{"ports", "port", "端口"} {
		numbers = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(numbers, word), word))
	}
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
