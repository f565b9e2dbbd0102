package scope

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
)

// A forbidden network is scanned by nobody, whoever permits it.
type forbidden struct {
	net netip.Prefix
	why portlore.Text
}

// never: what is no host, and what answers with secrets. Sources: RFC 6890 and the
// IANA special-purpose registries; the metadata services of clouds.
var never = []forbidden{
	{netip.MustParsePrefix("0.0.0.0/8"), portlore.Text{EN: "\"this network\", no address of a host", ZH: "“本网络”，不是主机地址"}},
	{netip.MustParsePrefix("224.0.0.0/4"), portlore.Text{EN: "multicast: many hosts would answer one packet", ZH: "组播地址，一个包会引来许多主机应答"}},
	{netip.MustParsePrefix("240.0.0.0/4"), portlore.Text{EN: "reserved, with the broadcast address", ZH: "保留地址，含广播地址"}},
	{netip.MustParsePrefix("::/128"), portlore.Text{EN: "no address of a host", ZH: "不是主机地址"}},
	{netip.MustParsePrefix("ff00::/8"), portlore.Text{EN: "multicast: many hosts would answer one packet", ZH: "组播地址，一个包会引来许多主机应答"}},
}

// metadata are the addresses under which clouds hand out the keys of a machine:
// AWS, Azure, Google and others; AWS by IPv6.
var metadata = []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("fd00:ec2::254")}

var (
	whyMetadata  = portlore.Text{EN: "the metadata service of a cloud, which hands out keys", ZH: "云平台的元数据服务，会交出密钥"}
	whyBroadcast = portlore.Text{EN: "the broadcast address of a network that this machine is on", ZH: "本机所在网段的广播地址"}
)

// private networks, which no route of the open Internet leads to: RFC 1918,
// RFC 3927, RFC 4193, RFC 4291. Shared address space (100.64.0.0/10, RFC 6598) is
// not among them: other customers of the provider are strangers.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("fe80::/10"),
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// neverAt is why an address is never scanned.
func neverAt(a netip.Addr, l Links) (portlore.Text, bool) {
	a = a.WithZone("")
	for _, f := range never {
		if f.net.Contains(a) {
			return f.why, true
		}
	}
	switch {
	case slices.Contains(metadata, a):
		return whyMetadata, true
	case slices.Contains(l.broadcasts(), a):
		return whyBroadcast, true
	}
	return portlore.Text{}, false
}
