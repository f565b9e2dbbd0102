package probe

import (
	"bytes"
	"context"
	"net/netip"

	"github.com/portlore/portlore"
)

// leastFactor is from how many bytes back for one byte sent a service is worth the
// trouble of those who flood others with its answers. Those that are abused return
// 4 to 50,000 (CISA alert TA14-017A).
const leastFactor = 3

// amplifier is a check of a service that returns far more than it is sent.
func amplifier(v *Visit, name string, sent, back int) []Check {
	if back < leastFactor*sent {
		return nil
	}
	factor := float64(back) / float64(sent)
	return []Check{{
		ID: "udp.amplifier", Word: v.strangers(),
		Evidence: both("%s amplifies %.0f times: %d bytes for %d", "%s 放大 %.0f 倍：发 %[4]d 字节，回 %[3]d 字节", name, factor, back, sent),
		Means: both("Whoever forges the sender of a question has the answer sent to a victim. Reachable from the Internet, it will be used to flood others.",
			"伪造发件地址来提问，应答就会涌向受害者。若互联网能访问到它，迟早会被用来攻击他人。"),
		Do: both("Let only your own networks reach this UDP port, or turn the service off.", "只让自己的网段访问这个 UDP 端口，或关闭该服务。"),
	}}
}

// strangers is the word for what is wrong only if the whole Internet gets there: at
// a private address it is worth knowing, as it is that such a service is there.
func (v *Visit) strangers() portlore.Word {
	switch v.Door.Reach {
	case portlore.ReachInternet:
		return portlore.Check
	case portlore.ReachLAN, portlore.ReachVPN, portlore.ReachLoopback:
		return portlore.Note
	}
	a, err := netip.ParseAddr(v.Door.Address)
	if err == nil && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()) {
		return portlore.Note
	}
	return portlore.Check
}

// An amplifying service is asked by one datagram, and the bytes are counted.
func amplifies(service, name, sends, ask, never string) Inspection {
	return Inspection{
		Services: []string{service}, Transport: "udp", Calls: 1, Sends: sends, Never: never,
		Finds: []Outcome{{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"}},
		Ask: func(ctx context.Context, v *Visit) []Check {
			c := v.call(ctx)
			defer c.hang()
			c.say(ask)
			_, back := c.datagrams()
			return amplifier(v, name, len(ask), back)
		},
	}
}

// timeAmplifier asks an NTP server by two questions of its control protocols that
// modern servers do not answer to strangers.
var timeAmplifier = Inspection{
	Services: []string{"ntp"}, Transport: "udp", Calls: 2,
	Sends: "one packet of mode 7 (monlist), one of mode 6 (read variables)",
	Never: "a second packet of either; anything that sets a value",
	Finds: []Outcome{
		{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		for _, ask := range []struct{ name, packet string }{
			{"NTP monlist", "\x17\x00\x03\x2a\x00\x00\x00\x00"},                // ntp_request.h: MON_GETLIST_1
			{"NTP mode 6", "\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"}, // RFC 9327: read variables
		} {
			c := v.call(ctx)
			c.say(ask.packet)
			_, back := c.datagrams()
			c.hang()
			if found := amplifier(v, ask.name, len(ask.packet), back); found != nil {
				return found
			}
		}
		return nil
	},
}

// cacheAmplifier asks a cache for its figures by UDP. Who gets them may read and
// write too: there is no password in this protocol.
var cacheAmplifier = Inspection{
	Services: []string{"memcached"}, Transport: "udp", Calls: 1,
	Sends: "one datagram: stats",
	Never: "get, set; a second datagram",
	Finds: []Outcome{
		{"memcached.noauth", portlore.Fix, "the figures"},
		{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		const ask = "\x00\x00\x00\x00\x00\x01\x00\x00stats\r\n" // a frame of UDP: number, 0 of 1
		c.say(ask)
		all, back := c.datagrams()
		if len(all) == 0 || !bytes.HasPrefix(all[0][min(8, len(all[0])):], []byte("STAT ")) {
			return nil
		}
		return append([]Check{memcached.Check(nil)}, amplifier(v, "memcached", len(ask), back)...)
	},
}

// amplifiers are the others, one question each.
func amplifiers() []Inspection {
	return []Inspection{
		timeAmplifier, cacheAmplifier,
		amplifies("ssdp", "SSDP", "one M-SEARCH for everything (ssdp:all), to this address alone", "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n", "multicast; a description is not fetched"),
		amplifies("ldap", "CLDAP", "one search for the root DSE", ldapSearch(1, "", 0, 0, "*"), "a second datagram"),
	}
}
