package scope

import (
	"net/netip"

	"github.com/portlore/portlore"
)

// A Refusal is why something is not scanned, in both languages.
type Refusal struct{ portlore.Text }

func (r Refusal) Error() string { return r.EN }

// refuse says of a target why it is none.
func refuse(word, en, zh string) error {
	return Refusal{portlore.Text{EN: brief(word) + ": " + en, ZH: brief(word) + "：" + zh}}
}

// brief quotes what somebody wrote, cut where nobody's target is as long.
func brief(word string) string {
	const most = 60
	if r := []rune(word); len(r) > most {
		return string(r[:most]) + "..."
	}
	if word == "" {
		return `""`
	}
	return word
}

// Unpermitted is the refusal of an address that nobody has answered for.
type Unpermitted struct {
	Refusal
	Word string     // as it was written, for a command to paste
	Addr netip.Addr // the first one
}

// Network is what could be registered.
func (u Unpermitted) Network() string {
	if p, err := Network(u.Word); err == nil && p.String() != "" {
		return u.Word
	}
	return u.Addr.WithZone("").String()
}
