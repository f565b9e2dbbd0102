package probe

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Flags of NTLM (MS-NLMP, 2.2.2.5).
const (
	ntlmUnicode   = 0x00000001
	ntlmTarget    = 0x00000004
	ntlmNTLM      = 0x00000200
	ntlmAnonymous = 0x00000800
	ntlmAlways    = 0x00008000
	ntlmExtended  = 0x00080000
	ntlm128       = 0x20000000
	ntlmFlags     = ntlmUnicode | ntlmTarget | ntlmNTLM | ntlmAlways | ntlmExtended | ntlm128
)

// emptyPassword is the hash of no password: MD4 of nothing.
const emptyPassword = "\x31\xd6\xcf\xe0\xd1\x6a\xe9\x31\xb7\x3c\x59\xd7\xe0\xc0\x89\xc0"

// ntlmNegotiate begins a login.
func ntlmNegotiate() string {
	return "NTLMSSP\x00" + le(32, 1, ntlmFlags) + strings.Repeat("\x00", 16)
}

// ntlmAuthenticate answers a challenge (what follows its signature and type):
// without a name, or with one that has an empty password.
func ntlmAuthenticate(challenge []byte, user string, client []byte) string {
	lm, nt, flags := "\x00", "", uint32(ntlmFlags|ntlmAnonymous)
	if user != "" {
		lm, nt, flags = strings.Repeat("\x00", 24), ntlmResponse(challenge, user, client), ntlmFlags
	}
	name, host := utf16le(user), utf16le("PORTLORE")
	if user == "" {
		host = ""
	}
	const head = 64
	parts := []string{lm, nt, "", name, host, ""}
	b := "NTLMSSP\x00" + le(32, 3)
	at := head
	for _, p := range parts {
		b += le(16, uint32(len(p)), uint32(len(p))) + le(32, uint32(at))
		at += len(p)
	}
	return b + le(32, flags) + strings.Join(parts, "")
}

// ntlmResponse is that of NTLM version 2 (MS-NLMP, 3.3.2).
func ntlmResponse(challenge []byte, user string, client []byte) string {
	if len(challenge) < 36 {
		return ""
	}
	server := challenge[12:20] // after the name of the target and the flags
	var info []byte
	n, at := int(binary.LittleEndian.Uint16(challenge[28:])), int(binary.LittleEndian.Uint32(challenge[32:]))-12
	if at >= 0 && at+n <= len(challenge) {
		info = challenge[at : at+n]
	}
	stamp := make([]byte, 8)
	const msvTimestamp = 7
	if i := bytes.Index(info, []byte{msvTimestamp, 0, 8, 0}); i >= 0 && i+12 <= len(info) {
		stamp = info[i+4 : i+12]
	}
	temp := "\x01\x01\x00\x00\x00\x00\x00\x00" + string(stamp) + string(client) + "\x00\x00\x00\x00" + string(info) + "\x00\x00\x00\x00"
	key := hmacMD5(emptyPassword, utf16le(strings.ToUpper(user)))
	return hmacMD5(key, string(server)+temp) + temp
}

func hmacMD5(key, what string) string {
	m := hmac.New(md5.New, []byte(key))
	m.Write([]byte(what))
	return string(m.Sum(nil))
}

// utf16le is text as Windows writes it.
func utf16le(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// fromUTF16 reads such text, up to where C ends it.
func fromUTF16(b []byte) string {
	var units []uint16
	for len(b) >= 2 {
		u := binary.LittleEndian.Uint16(b)
		if u == 0 {
			break
		}
		units, b = append(units, u), b[2:]
	}
	return string(utf16.Decode(units))
}

// netShareEnum is the operation of MS-SRVS (3.1.4.8).
const netShareEnum = 15

// dcerpcBind asks for the interface of the server service (C706, 12.6.4.3).
func dcerpcBind() string {
	body := le(16, 4280, 4280) + le(32, 0, 1) + le(16, 0, 1) +
		"\xc8\x4f\x32\x4b\x70\x16\xd3\x01\x12\x78\x5a\x47\xbf\x6e\xe1\x88" + le(32, 3) + // srvsvc 3.0
		"\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60" + le(32, 2) // NDR 2
	return "\x05\x00\x0b\x03\x10\x00\x00\x00" + le(16, uint32(16+len(body)), 0) + le(32, 1) + body
}

// dcerpcRequest calls an operation.
func dcerpcRequest(operation uint32, stub string) string {
	body := le(32, uint32(len(stub))) + le(16, 0, operation) + stub
	return "\x05\x00\x00\x03\x10\x00\x00\x00" + le(16, uint32(16+len(body)), 0) + le(32, 2) + body
}

// netShareEnumAll are the arguments: all shares, names and kinds (level 1).
func netShareEnumAll(host string) string {
	name := utf16le(`\\` + host + "\x00")
	n := uint32(len(name) / 2)
	for len(name)%4 != 0 {
		name += "\x00"
	}
	return le(32, 0x20000, n, 0, n) + name + le(32, 1, 1, 0x20004, 0, 0, 0xffffffff, 0x20008, 0)
}

// parseShares reads the answer: the names of all shares, and of those that are
// disks and not hidden.
func parseShares(answer []byte) (all, disks []string) {
	const head, special = 24, 1 << 31
	if len(answer) < head || answer[2] != 2 {
		return nil, nil
	}
	x := &ndr{b: answer[head:]}
	x.number() // level
	x.number() // again
	x.number() // pointer
	count := x.number()
	x.number() // pointer
	x.number() // and how many once more
	const most = 1000
	count = min(count, most)
	kinds := make([]uint32, 0, count)
	for range count {
		x.number()
		kinds = append(kinds, x.number())
		x.number()
	}
	for _, kind := range kinds {
		name := x.text()
		x.text() // a remark
		if x.broken {
			break
		}
		all = append(all, name)
		if kind&^special == 0 && isShown(name) {
			disks = append(disks, name)
		}
	}
	return all, disks
}

// An ndr reads what DCE RPC carries (C706, 14).
type ndr struct {
	b      []byte
	broken bool
}

func (x *ndr) number() uint32 {
	if len(x.b) < 4 {
		x.broken = true
		return 0
	}
	n := binary.LittleEndian.Uint32(x.b)
	x.b = x.b[4:]
	return n
}

func (x *ndr) text() string {
	x.number() // room
	x.number() // offset
	n := int64(x.number()) * 2
	padded := (n + 3) &^ 3
	if n > int64(len(x.b)) || x.broken {
		x.broken = true
		return ""
	}
	s := fromUTF16(x.b[:n])
	x.b = x.b[min(padded, int64(len(x.b))):]
	return s
}
