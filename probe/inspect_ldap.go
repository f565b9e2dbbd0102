package probe

import (
	"bytes"
	"context"
	"strings"

	"github.com/portlore/portlore"
)

// openDirectory looks for entries of a directory without a name (RFC 4511). That
// the root DSE is shown to all is as it should be (RFC 4512, 5.1).
var openDirectory = Inspection{
	Services: []string{"ldap"}, Transport: "tcp", Calls: 1,
	Sends: "a search for namingContexts at the root, and one below the first of them for at most 5 entries, without attributes; then an unbind",
	Never: "a bind with a name or a password; add, modify, delete; values of attributes",
	Finds: []Outcome{
		{"ldap.anonymous", portlore.Check, "an entry below a naming context"},
		{"ldap.auth", portlore.Fine, "an error, or no entry"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		c.say(ldapSearch(1, "", 0, 0, "namingContexts"))
		base := ""
		for {
			kind, body := c.ldapMessage()
			if kind == ldapEntry && base == "" {
				base = ldapFirstValue(body)
			}
			if kind == ldapDone && !ldapSuccess(body) {
				return refused("ldap.auth", ldapResult(body))
			}
			if kind != ldapEntry {
				break
			}
		}
		if base == "" || len(base) > longestLine {
			return nil
		}
		c.say(ldapSearch(2, base, 2, 5, "1.1"))
		var found string
		for {
			kind, body := c.ldapMessage()
			switch kind {
			case ldapEntry:
				if _, dn, _ := berPart(body); len(dn) > 0 && (found == "" || strings.EqualFold(found, base)) {
					found = string(dn)
				}
				continue
			case ldapReference:
				continue
			case ldapDone:
				if found == "" || strings.EqualFold(found, base) {
					return refused("ldap.auth", ldapResult(body))
				}
			}
			break
		}
		c.say(ber(0x30, "\x02\x01\x03\x42\x00"))
		if found == "" || strings.EqualFold(found, base) {
			return nil
		}
		return []Check{{
			ID: "ldap.anonymous", Word: portlore.Check,
			Evidence: both("shows its entries to strangers: %s", "向陌生人展示条目：%s", quote(found)),
			Means: both("Without a login anyone can walk through the directory: names, addresses, groups, machines. As a public address book that is right; of a company it is a list of whom to attack.",
				"不登录就能翻看目录：姓名、地址、组、主机。若是公共通讯录，本该如此；若是公司目录，就是一份攻击名单。"),
			Do: both("Ask for a login (OpenLDAP: olcDisallows: bind_anon and olcRequires: authc), or give anonymous only what it needs by ACL.",
				"要求登录（OpenLDAP：olcDisallows: bind_anon 加 olcRequires: authc），或用 ACL 只给匿名用户必要的内容。"),
		}}
	},
}

// Kinds of messages that come back.
const (
	ldapEntry     = 0x64
	ldapDone      = 0x65
	ldapReference = 0x73
)

// ldapSearch is a search: scope 0 is the base, 2 the whole tree; most: how many
// entries at most, zero: as many as there are.
func ldapSearch(id byte, base string, scope, most byte, attribute string) string {
	return ber(0x30, "\x02\x01"+string([]byte{id})+ber(0x63, ber(4, base)+"\x0a\x01"+string([]byte{scope})+"\x0a\x01\x00"+"\x02\x01"+string([]byte{most})+"\x02\x01\x05"+"\x01\x01\x00"+ber(0x87, "objectClass")+ber(0x30, ber(4, attribute))))
}

// ldapMessage is the next message: its kind and what is in it. Zero: none came.
func (c *call) ldapMessage() (kind byte, body []byte) {
	head := c.exactly(2)
	if head == nil || head[0] != 0x30 {
		return 0, nil
	}
	whole := head
	n := int(head[1])
	if n > 0x80 {
		octets := c.exactly(min(n-0x80, 4))
		whole = append(whole, octets...)
		n = 0
		for _, x := range octets {
			n = n<<8 | int(x)
		}
	}
	if n < 0 || n > mostHeard {
		return 0, nil
	}
	_, message, _ := berPart(append(whole, c.exactly(n)...))
	_, _, rest := berPart(message) // the id
	kind, body, _ = berPart(rest)
	return kind, body
}

// ldapFirstValue is the first value of the first attribute of an entry.
func ldapFirstValue(entry []byte) string {
	_, _, rest := berPart(entry) // its name
	_, attributes, _ := berPart(rest)
	_, first, _ := berPart(attributes)
	_, _, values := berPart(first) // of which the name comes first
	_, set, _ := berPart(values)
	_, value, _ := berPart(set)
	return string(bytes.TrimSpace(value))
}

// ldapSuccess says that a result is that all went well.
func ldapSuccess(body []byte) bool {
	_, code, _ := berPart(body)
	return len(code) == 1 && code[0] == 0
}

// ldapResult is the code and the words of a result.
func ldapResult(body []byte) string {
	_, code, rest := berPart(body)
	_, _, rest = berPart(rest)
	_, said, _ := berPart(rest)
	names := map[byte]string{0: "success", 1: "operationsError", 8: "strongerAuthRequired", 32: "noSuchObject", 48: "inappropriateAuthentication", 50: "insufficientAccessRights"}
	if len(code) == 1 {
		return strings.TrimSpace(names[code[0]] + " " + string(said))
	}
	return string(said)
}
