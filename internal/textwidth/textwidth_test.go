package textwidth

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOf(t *testing.T) {
	for s, want := range map[string]int{
		"":              0,
		"squid":         5,
		"冰河":            4,
		"3128/tcp 代理":   13,
		"，。（）":          8, // full-width punctuation
		"ＡＢ":            4, // full-width Latin
		"ｱｲ":            2, // half-width kana
		"한국":            4,
		"\u1112\u1161":  2, // the same syllable, decomposed
		"e\u0301":       1, // combining acute accent
		"é":             1,
		"“→…”":          4, // ambiguous: one each
		"⣤⠀⣿":           3, // braille is neutral
		"\u200b\u202e":  0, // zero-width space, bidi override
		"\ufeffa":       1,
		"a\tb\x1b\x7f":  2, // control characters
		"\u0085":        0,
		"\xff\xfe":      2, // not UTF-8
		"\U00020000":    2, // CJK extension B
		"\U0001f600":    2, // emoji
		"¡ß°":           3,
		"か\u3099":       2, // a combining mark that is itself listed as wide
		"→":             1,
		"\u00a0":        1,
		"a b":           3,
		"пример":        6,
		"2001:db8::1%1": 13,
	} {
		if got := Of(s); got != want {
			t.Errorf("Of(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestPad(t *testing.T) {
	for _, tt := range []struct {
		s    string
		w    int
		want string
	}{
		{"", 2, "  "},
		{"VoIP", 6, "VoIP  "},
		{"网页", 6, "网页  "},
		{"网页", 4, "网页"},
		{"网页", 3, "网页"},
		{"a", -1, "a"},
	} {
		if got := Pad(tt.s, tt.w); got != tt.want {
			t.Errorf("Pad(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, tt := range []struct {
		s    string
		w    int
		want string
	}{
		{"", 0, ""},
		{"Databases", 9, "Databases"},
		{"Databases", 8, "Databa.."},
		{"物联网登录", 10, "物联网登录"},
		{"物联网登录", 9, "物联网.."},
		{"物联网登录", 8, "物联网.."},
		{"物联网登录", 7, "物联.."},
		{"e\u0301\u0301e\u0301e\u0301e\u0301", 3, "e\u0301\u0301.."},
		{"abc", 2, ".."},
		{"abc", 1, "."},
		{"abc", 0, ""},
		{"abc", -1, ""},
	} {
		if got := Truncate(tt.s, tt.w); got != tt.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", tt.s, tt.w, got, tt.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    string
		w    int
		want string // lines, ends marked by |
	}{
		{"empty", "", 10, "|"},
		{"fits", "Nothing to do.", 14, "Nothing to do.|"},
		{
			"english",
			"Make sure it refuses strangers. An open proxy makes you the source of their abuse.", 30,
			`
Make sure it refuses|
strangers. An open proxy makes|
you the source of their abuse.|`,
		},
		{
			"chinese breaks anywhere",
			"反向散射被洪泛的服务器在应答", 8,
			`
反向散射|
被洪泛的|
服务器在|
应答|`,
		},
		{
			"not before closing punctuation",
			"反向散射：它是受害者。", 8,
			`
反向散|
射：它是|
受害者。|`,
		},
		{
			"not before two of them",
			"一二三四）。五", 8,
			`
一二三|
四）。五|`,
		},
		{
			"not after opening punctuation",
			"一二三（四五）", 8,
			`
一二三|
（四五）|`,
		},
		{
			"latin words inside chinese are not broken",
			"请用 portlore 检测这台主机，或看 MyDoom后门", 14,
			`
请用 portlore|
检测这台主机，|
或看 MyDoom后|
门|`,
		},
		{
			"latin before full-width punctuation",
			"一二三 proxy，四", 12,
			`
一二三|
proxy，四|`,
		},
		{
			"a command is left whole",
			"Try portlore scan 2001:db8:0:1:2:3:4:5 now", 12,
			`
Try portlore|
scan|
2001:db8:0:1:2:3:4:5|
now|`,
		},
		{
			"spaces collapse at line ends only",
			"one  two    three   ", 8,
			`
one  two|
three|`,
		},
		{"leading spaces stay", "  ab cd", 5, "\n  ab|\ncd|"},
		{"newline ends a line", "one\n\ntwo", 10, "\none|\n|\ntwo|"},
		{"no-break space", "3128\u00a0proxy", 6, "3128\u00a0proxy|"},
		{"marks stay with their base", "か\u3099か\u3099か\u3099", 4, "\nか\u3099か\u3099|\nか\u3099|"},
		{"mark after a latin letter", "一e\u0301二", 3, "\n一e\u0301|\n二|"},
		{"curly quotes", "说“一二”三", 4, "\n说|\n“一|\n二”|\n三|"},
		{"narrower than a character", "一二", 1, "\n一|\n二|"},
		{"no width at all", "a b", 0, "\na|\nb|"},
		{"invalid", "a\xff b", 2, "\na\xff|\nb|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(Wrap(tt.s, tt.w), "|\n") + "|"
			if want := strings.TrimPrefix(tt.want, "\n"); got != want {
				t.Errorf("Wrap(%q, %d)\ngot:\n%s\nwant:\n%s", tt.s, tt.w, got, want)
			}
		})
	}
}

// FuzzWrap: nothing but spaces and newlines is lost, no line ends in a space,
// and a line is wider than asked only when it is one unit.
func FuzzWrap(f *testing.F) {
	for _, s := range []string{"", "Make sure it refuses strangers.", "反向散射：它是受害者（一）。", "か\u3099 x\n y  ", "a\xff“一”"} {
		f.Add(s, 8)
	}
	blank := strings.NewReplacer(" ", "", "\n", "")
	f.Fuzz(func(t *testing.T, s string, w int) {
		lines := Wrap(s, w)
		if got, want := blank.Replace(strings.Join(lines, "")), blank.Replace(s); got != want {
			t.Errorf("text changed: %q became %q", s, lines)
		}
		for _, line := range lines {
			if strings.HasSuffix(line, " ") {
				t.Errorf("%q ends in a space", line)
			}
			if Of(line) <= w || line == "" {
				continue
			}
			if spaces, text := nextUnit(line); spaces+text < len(line) {
				t.Errorf("%q is wider than %d and could be broken", line, w)
			}
		}
		if cut := Truncate(s, w); w >= 0 && Of(cut) > w {
			t.Errorf("Truncate(%q, %d) = %q is %d columns wide", s, w, cut, Of(cut))
		} else if utf8.ValidString(s) && !utf8.ValidString(cut) {
			t.Errorf("Truncate(%q, %d) = %q broke a character", s, w, cut)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Of("反向散射：被洪泛的服务器在应答并非你发出的包。 portlore port 3128")
	}
}
