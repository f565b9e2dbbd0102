package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore/internal/safetext"
)

// after is the word that follows a mark in an answer. Empty: there is none.
func after(answer []byte, mark string) string {
	_, rest, ok := bytes.Cut(answer, []byte(mark))
	if !ok {
		return ""
	}
	return word(rest)
}

// word is what an answer begins with, up to a blank, a quote or what is no text.
func word(b []byte) string {
	const most = 64
	b = b[:min(len(b), most)]
	if i := bytes.IndexFunc(b, func(r rune) bool { return r <= ' ' || r == '"' || r == 0xfffd || r == 0x7f }); i >= 0 {
		b = b[:i]
	}
	return safetext.Clean(string(b))
}

// product parts a name and its version: nginx/1.22.1, OpenSSH_9.2p1.
func product(s, separator string) (name, version string) {
	name, version, _ = strings.Cut(s, separator)
	return name, version
}

// jsonWord is the text of a field, wherever it stands in a JSON answer.
func jsonWord(answer []byte, field string) string {
	_, rest, ok := bytes.Cut(answer, []byte(`"`+field+`"`))
	if !ok {
		return ""
	}
	rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " \t:"), []byte(`"`))
	if !ok {
		return ""
	}
	return word(rest)
}

// be16 and be32 are numbers in the order of the network; 0 where there are too few
// bytes.
func be16(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	return int(b[0])<<8 | int(b[1])
}

func be32(b []byte) uint32 {
	if len(b) < 4 {
		return 0
	}
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
