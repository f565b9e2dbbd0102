package firewall

// A memo keeps what large sets came to. The packets to all ports meet the same
// blocklist first, and it has many thousands of addresses: without a memo a walk
// takes as long as the list is, again for every port.
//
// Sets are not changed once they are made, so a set is known by where it lies.
type memo struct {
	known map[operation]Set
	size  int // ranges in it
}

type operation struct {
	minus bool // else: what is in both
	a, b  *Range
	n, m  int
}

const (
	worthIt = 64      // smaller sets cost less than to remember them
	maxMemo = 1 << 18 // ranges, of 48 bytes; then it starts anew
)

// Both is what is in both sets, remembered.
func (rs *Ruleset) Both(a, b Set) Set { return rs.memo.do(false, a, b) }

func (m *memo) do(minus bool, a, b Set) Set {
	calculate := Set.Intersect
	if minus {
		calculate = Set.Subtract
	}
	if len(a) == 0 || len(b) == 0 || len(a)+len(b) < worthIt {
		return calculate(a, b)
	}
	op := operation{minus, &a[0], &b[0], len(a), len(b)}
	result, ok := m.known[op]
	if ok {
		return result
	}
	result = calculate(a, b)
	if m.size += len(result); m.known == nil || m.size > maxMemo {
		m.known, m.size = map[operation]Set{}, len(result)
	}
	m.known[op] = result
	return result
}
