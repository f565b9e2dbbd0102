package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for s, want := range map[string]string{
		"":                         "",
		"IN=eth0 DPT=23":           "IN=eth0 DPT=23",
		"冰河　（木马）é":                 "冰河　（木马）é",
		"\uFFFD":                   "\uFFFD", // a replacement character that was really there
		`C:\x1b`:                   `C:\x1b`,
		"\x1b[2J":                  `\x1b[2J`,
		"a\tb\r\n":                 `a\x09b\x0d\x0a`,
		"\x00\x7f":                 `\x00\x7f`,
		"\u009b2J":                 `\u009b2J`,      // CSI as one character
		"\x9b2J":                   `\x9b2J`,        // CSI as one byte
		"冰\x9b\xe5\x86":            `冰\x9b\xe5\x86`, // a character cut short
		"\u202egnp.exe":            `\u202egnp.exe`,
		"\u2066\u2069\u200f\u061c": `\u2066\u2069\u200f\u061c`,
		"a\u2028b\u200bc\ufeff":    `a\u2028b\u200bc\ufeff`,
		"\u00ad\u00a0":             `\u00ad\u00a0`,
		"\ue000\U000e0041":         `\ue000\U000e0041`, // private, tag
		"\xed\xa0\x80":             `\xed\xa0\x80`,     // a surrogate
		"\xc0\x9b":                 `\xc0\x9b`,         // overlong
	} {
		if got := Clean(s); got != want {
			t.Errorf("Clean(%q) = %q, want %q", s, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "DPT=23", "\x1b]0;x\x07", "\u202e\xff冰河", "\u009b", "\\x1b", "\U000e0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q is not UTF-8", s, got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool {
			return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
		}); i >= 0 {
			t.Errorf("Clean(%q) = %q lets %q through", s, got, got[i:])
		}
		if again := Clean(got); again != got {
			t.Errorf("Clean(%q) = %q, cleaned again %q", s, got, again)
		}
	})
}

func TestCleanDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Clean("Nov 16 12:00:00 gw kernel: 冰河 DPT=7626") }); n != 0 {
		t.Errorf("%v allocations for harmless text, want 0", n)
	}
}
