package probe

import (
	"bytes"
	"context"

	"github.com/portlore/portlore"
)

// snmpCommunities tries the two names that every agent once came with. They are no
// passwords that are guessed: they are what "no password" looks like here.
func snmpCommunities(transport string) Inspection {
	return Inspection{
		Services: []string{"snmp"}, Transport: transport, Calls: 4,
		Sends: "one GET of sysDescr.0 with the community public, one with private: by version 2c, and by version 1 where that is not answered",
		Never: "SET, GETBULK, a third community",
		Finds: []Outcome{
			{"snmp.public", portlore.Check, "the value of sysDescr.0 for the community public"},
			{"snmp.private", portlore.Check, "the same for private"},
		},
		Ask: func(ctx context.Context, v *Visit) []Check {
			var found []Check
			for _, community := range []string{"public", "private"} {
				for _, version := range []byte{1, 0} { // 2c, 1
					c := v.call(ctx)
					id := v.random(4)
					id[0] = id[0]&0x3f | 0x40 // as short as BER can write it, and positive
					c.say(snmpGet(version, community, id))
					answer := c.datagram() // by TCP it comes in one piece too, or is not understood
					c.hang()
					if description, ok := snmpValue(answer, community, id); ok {
						found = append(found, snmpOpen(community, description))
						break
					}
				}
			}
			return found
		},
	}
}

// sysDescrName is sysDescr.0, 1.3.6.1.2.1.1.1.0 (RFC 3418) in BER.
const sysDescrName = "\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00"

// snmpGet is a GET (RFC 1157, RFC 1901, RFC 3416).
func snmpGet(version byte, community string, id []byte) string {
	return ber(0x30, "\x02\x01"+string([]byte{version})+ber(4, community)+ber(0xa0, ber(2, string(id))+"\x02\x01\x00\x02\x01\x00"+ber(0x30, ber(0x30, sysDescrName+"\x05\x00"))))
}

// snmpValue is the text that a GET brought back; false: none did.
func snmpValue(answer []byte, community string, id []byte) (string, bool) {
	if !bytes.Contains(answer, []byte(ber(4, community)+"\xa2")) || !bytes.Contains(answer, []byte(ber(2, string(id))+"\x02\x01\x00")) {
		return "", false
	}
	_, value, ok := bytes.Cut(answer, []byte(sysDescrName))
	if !ok {
		return "", false
	}
	kind, text, _ := berPart(value)
	return string(text), kind == 4
}

func snmpOpen(community, description string) Check {
	c := Check{
		ID: "snmp." + community, Word: portlore.Check,
		Evidence: both("community %q can read: %s", "团体名 %q 可读：%s", community, quote(description)),
		Means: both("Whoever reaches it can read addresses, routes, users and programs of this device; over the Internet it also floods others on demand.",
			"能连上的人都可读出设备的地址、路由、用户和程序；对互联网开放时还会被用来放大攻击他人。"),
		Do: both("Move to SNMPv3 with a password, or choose another community and let only your monitoring reach the port.",
			"改用带口令的 SNMPv3；否则换掉团体名，并只让监控主机访问这个端口。"),
	}
	if community == "private" {
		c.Means = both("By tradition this community may also write: then strangers can change the settings of the device. Nothing was written to try it.",
			"按惯例 private 还能写入：那样陌生人就能改动设备配置。为稳妥起见没有实际写入。")
	}
	return c
}

// berPart parts the first value from what follows. A kind of zero: it is broken.
func berPart(b []byte) (kind byte, value, rest []byte) {
	if len(b) < 2 {
		return 0, nil, nil
	}
	n, at := int(b[1]), 2
	if n > 0x80 {
		octets := n - 0x80
		if octets > 4 || len(b) < at+octets {
			return 0, nil, nil
		}
		n = 0
		for _, x := range b[at : at+octets] {
			n = n<<8 | int(x)
		}
		at += octets
	}
	if n < 0 || n > len(b)-at {
		return 0, nil, nil
	}
	return b[0], b[at : at+n], b[at+n:]
}
