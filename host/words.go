package host

import (
	"errors"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
)

// join makes one sentence of parts.
func join(parts ...portlore.Text) portlore.Text {
	var en, zh []string
	for _, p := range parts {
		if p != (portlore.Text{}) {
			en, zh = append(en, p.EN), append(zh, p.ZH)
		}
	}
	return portlore.Text{EN: strings.Join(en, "; "), ZH: strings.Join(zh, "；")}
}

// bound says where a socket listens, if that is more than the one address that
// is spoken of anyway.
func bound(q question) portlore.Text {
	if q.passed || q.early || q.addr.IsValid() && !q.addr.IsUnspecified() {
		return portlore.Text{}
	}
	return portlore.Text{EN: "bound to all addresses", ZH: "绑定在所有地址上"}
}

// noWay says why nobody else can send to it.
func noWay(q question) portlore.Text {
	switch {
	case q.addr.IsLoopback():
		a := q.addr.String()
		return portlore.Text{EN: a + " is reached by this machine only", ZH: a + " 只有本机能到达"}
	case q.link != 0:
		return portlore.Text{EN: "its interface has no address that others can reach", ZH: "所绑定的接口没有他人能到达的地址"}
	}
	return portlore.Text{EN: "no interface but loopback is up with an address", ZH: "除回环外没有启用且带地址的接口"}
}

// text says why an address is reached as it is.
func (w way) text() portlore.Text {
	a, l := w.dest.String(), w.link.name
	en, zh := "", ""
	switch w.why {
	case isPublic:
		en, zh = "%s on %s is a public address", "%[2]s 的 %[1]s 是公网地址"
	case isRouted:
		en, zh = "%s on %s is public, but no default route leads out", "%[2]s 的 %[1]s 是公网地址，但没有默认路由"
	case isBehind:
		en, zh = "%s on %s is private: whether the internet gets there, the router decides", "%[2]s 的 %[1]s 是私有地址：互联网能否到达由路由器决定"
	case isNear:
		en, zh = "%s on %s is reached from its own network only", "%[2]s 的 %[1]s 只有所在网络能到达"
	case isTunnel:
		en, zh = "%s is reached over the VPN %s", "%s 经 VPN %s 到达"
	case isGroup:
		en, zh = "the group %s stays on the link %s", "组地址 %s 只在 %s 链路内"
	}
	return portlore.Text{EN: fmt.Sprintf(en, a, l), ZH: fmt.Sprintf(zh, a, l)}
}

// errNoPermission: the packet filter is shown to the superuser only.
var errNoPermission = errors.New("permission")

// errNoReader: nobody taught portlore to read this system's packet filter.
var errNoReader = errors.New("no reader")

// unread says why the rules are not known.
func unread(err error) portlore.Text {
	switch {
	case errors.Is(err, errNoPermission):
		return portlore.Text{EN: "firewall rules could not be read without root: the worst is assumed", ZH: "没有 root 权限，读不到防火墙规则：按最坏情况判断"}
	case errors.Is(err, errNoReader):
		return portlore.Text{EN: "firewall rules are not read on this system: the worst is assumed", ZH: "在此系统上不读取防火墙规则：按最坏情况判断"}
	}
	return portlore.Text{EN: fmt.Sprintf("firewall rules could not be read (%v): the worst is assumed", err), ZH: fmt.Sprintf("读不到防火墙规则（%v）：按最坏情况判断", err)}
}
