package scope

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/portlore/portlore/scan"
)

// A Target is one word of the user's, and the addresses that it stands for.
type Target struct {
	Word   string // as it was written
	Name   string // of a host; empty: it was written as addresses
	Ranges []scan.Range
}

// parse reads an address, a network or a range; a word that looks like none of
// them is left to be a name (false).
func (r *Reader) parse(word string) (Target, bool, error) {
	t := Target{Word: word}
	if err := plain(word); err != nil {
		return t, true, err
	}
	one := func(found scan.Range, err error) (Target, bool, error) {
		t.Ranges = []scan.Range{found}
		return t, true, err
	}
	switch {
	case strings.Contains(word, "/"):
		return one(network(word))
	case strings.ContainsAny(word, ":%"):
		a, err := r.address(word)
		if from, to, ok := strings.Cut(word, "-"); ok && err != nil {
			return one(r.fromTo(word, from, to))
		}
		return one(single(a), err)
	case endsInNumber(word):
		if from, to, ok := strings.Cut(word, "-"); ok {
			return one(r.fromTo(word, from, to))
		}
		a, err := r.address(word)
		return one(single(a), err)
	}
	return t, false, nil
}

// plain refuses what no target is made of, before anybody guesses what was meant.
func plain(word string) error {
	const longest = 255 // of a name (RFC 1035)
	switch {
	case word == "":
		return refuse(word, "an empty target; name an address, a network or a host", "目标为空，请给出地址、网段或主机名")
	case len(word) > longest:
		return refuse(word, "longer than any name of a host", "比任何主机名都长")
	case strings.Contains(word, "://"):
		return refuse(word, "a URL; name the host alone", "这是网址，只需给出主机")
	case strings.ContainsAny(word, "[]"):
		return refuse(word, "write the address without brackets; ports go to --ports", "地址不加方括号，端口写在 --ports 里")
	case strings.Contains(word, "*"):
		return refuse(word, "no wildcards; write a network such as 192.168.1.0/24", "不支持通配符，请写网段，如 192.168.1.0/24")
	}
	for _, c := range word {
		if c <= ' ' || c >= 0x7f {
			return refuse(word, "only letters, digits and . : / - _ % may stand in a target (of other scripts write the xn-- form)",
				"目标只能由字母、数字和 . : / - _ % 组成（其他文字的域名请写成 xn-- 形式）")
		}
	}
	return nil
}

// network reads 192.168.1.0/24.
func network(word string) (scan.Range, error) {
	host, bits, _ := strings.Cut(word, "/")
	if strings.Contains(host, "%") {
		return scan.Range{}, refuse(word, "a network has no interface", "网段不带接口名")
	}
	p, err := netip.ParsePrefix(word)
	if err != nil {
		if _, short := address(host); short != nil {
			return scan.Range{}, short
		}
		return scan.Range{}, refuse(word, "the length "+brief(bits)+" of the network is none", "网段长度 "+brief(bits)+" 无效")
	}
	if err := embedded(word, p.Addr()); err != nil {
		return scan.Range{}, err
	}
	return scan.RangeOf(p), nil
}

// fromTo reads 192.168.1.10-20 and 192.168.1.10-192.168.2.20.
func (r *Reader) fromTo(word, from, to string) (scan.Range, error) {
	first, err := address(from)
	if err != nil {
		return scan.Range{}, err
	}
	last, err := address(to)
	if err != nil && first.Is4() && digits(to) {
		n, err := strconv.ParseUint(to, 10, 8)
		if err != nil || len(to) > 1 && to[0] == '0' {
			return scan.Range{}, refuse(word, "a range ends with a number up to 255, or with a whole address", "范围的末尾应为 255 以内的数，或完整地址")
		}
		b := first.As4()
		b[3] = byte(n)
		return ordered(word, first, netip.AddrFrom4(b))
	}
	if err != nil {
		return scan.Range{}, err
	}
	return ordered(word, first, last)
}

func ordered(word string, first, last netip.Addr) (scan.Range, error) {
	switch {
	case first.Is4() != last.Is4():
		return scan.Range{}, refuse(word, "a range is of one kind of address", "范围两端须是同一种地址")
	case last.Less(first):
		return scan.Range{}, refuse(word, "the range ends before it begins", "范围的终点在起点之前")
	}
	return scan.Range{First: first, Last: last}, nil
}

// address reads one address that may name the interface it is reached by.
func (r *Reader) address(word string) (netip.Addr, error) {
	host, zone, zoned := strings.Cut(word, "%")
	a, err := address(host)
	if err != nil {
		return a, err
	}
	local := a.IsLinkLocalUnicast() && a.Is6()
	switch {
	case zoned && !local:
		return a, refuse(word, "only link-local addresses (fe80::) name an interface", "只有链路本地地址（fe80::）才带接口名")
	case local && !zoned:
		return a, refuse(word, "which link? Name the interface: "+word+"%eth0", "在哪条链路上？请注明接口："+word+"%eth0")
	case zoned && !r.Links.has(zone):
		return a, refuse(word, "no interface of this machine is called "+brief(zone), "本机没有名为 "+brief(zone)+" 的接口")
	}
	return a.WithZone(zone), nil
}

// address reads one address in its one usual form. The others, which some programs
// take for octal, hexadecimal or one whole number, are read differently by
// different programs: what is checked must be what is meant.
func address(word string) (netip.Addr, error) {
	a, err := netip.ParseAddr(word)
	if err == nil {
		return a, embedded(word, a)
	}
	parts := strings.Split(word, ".")
	switch {
	case strings.Contains(word, ":"):
		if host, port, ok := strings.Cut(word, ":"); ok && digits(port) && !strings.Contains(port, ":") {
			return a, refuse(word, "a port does not belong into a target: "+brief(host)+" --ports "+brief(port), "端口不写在目标里："+brief(host)+" --ports "+brief(port))
		}
		return a, refuse(word, "not an IPv6 address", "不是 IPv6 地址")
	case strings.ContainsAny(word, "xX"):
		return a, refuse(word, "a hexadecimal address; write it as 192.0.2.1 is written", "十六进制地址，请写成 192.0.2.1 这样的形式")
	case len(parts) == 1:
		return a, refuse(word, "an address as one number; write it as 192.0.2.1 is written", "整数形式的地址，请写成 192.0.2.1 这样的形式")
	case len(parts) != 4:
		return a, refuse(word, "an IPv4 address has four numbers", "IPv4 地址由四个数组成")
	}
	for _, p := range parts {
		if len(p) > 1 && p[0] == '0' && digits(p) {
			return a, refuse(word, "a number with a leading zero is octal to some and decimal to others; leave the zero out", "以 0 开头的数，有的程序当八进制，有的当十进制，请去掉 0")
		}
	}
	return a, refuse(word, "not an IPv4 address: four numbers from 0 to 255", "不是 IPv4 地址，应为四个 0 到 255 的数")
}

// embedded refuses IPv6 addresses that stand for an IPv4 address: what is checked
// would be one, what is reached another.
func embedded(word string, a netip.Addr) error {
	for _, p := range carriers {
		if p.Contains(a) && a != netip.IPv6Loopback() && a != netip.IPv6Unspecified() {
			return refuse(word, "it carries an IPv4 address inside; name that one", "其中嵌有 IPv4 地址，请直接写该 IPv4 地址")
		}
	}
	return nil
}

// carriers are the networks of addresses with an IPv4 address inside: mapped and
// compatible (RFC 4291), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo
// (RFC 4380).
var carriers = []netip.Prefix{
	netip.MustParsePrefix("::/8"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"),
}

// endsInNumber says that a word can be no name: its last label is a number, in one
// of the forms in which addresses are written (as in the URL standard).
func endsInNumber(word string) bool {
	word = strings.TrimSuffix(word, ".")
	last := word[strings.LastIndex(word, ".")+1:]
	if hex, ok := strings.CutPrefix(strings.ToLower(last), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789-") == ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
