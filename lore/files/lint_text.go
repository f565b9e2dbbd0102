package files

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/portlore/portlore/internal/textwidth"
)

// language is what is asked of a sentence beyond its being there.
type language uint8

const (
	english language = iota
	chinese
	quotingChinese // may use the words never to be used, to speak of them
)

// never are the words that Chinese text does not use, and what it says
// instead. A test looks for each in glossary.tsv.
func never() [][2]string {
	return [][2]string{
		{"连接埠", "端口"},
		{"旗标", "Banner"},
		{"超级终端", "远程桌面"},
		{"暗网", "网络望远镜"},
		{"区域传递", "区域传送"},
		{"IP 欺骗", "源地址伪造"},
	}
}

// both checks a text in both languages. Zero columns: of any length.
func (c check) both(at string, t Text, columns int) {
	c.sentence(at+".en", t.EN, english, columns)
	c.sentence(at+".zh", t.ZH, chinese, columns)
}

// words checks a text of a class, in which {placeholders} are filled in. They
// do not count as columns.
func (c check) words(at string, t Text, columns int) {
	for _, lang := range []struct {
		at   string
		text *string
	}{{at + ".en", &t.EN}, {at + ".zh", &t.ZH}} {
		rest := ""
		for i, part := range strings.Split(*lang.text, "{") {
			name, after, ok := strings.Cut(part, "}")
			switch {
			case i == 0:
				rest = part
			case !ok || !slices.Contains(strings.Fields(placeholders), name):
				c.bad(lang.at, "{%s} is filled in by nobody: want one of %s", name, placeholders)
			default:
				rest += after
			}
		}
		if columns > 0 && *lang.text != "" && textwidth.Of(rest) > columns {
			c.bad(lang.at, "%d columns wide, at most %d fit", textwidth.Of(rest), columns)
		}
	}
	c.both(at, t, 0)
}

func (c check) sentence(at, s string, lang language, columns int) {
	s = oneLine(s, " ")
	if !c.plain(at, s) {
		return
	}
	if w := textwidth.Of(s); columns > 0 && w > columns {
		c.bad(at, "%d columns wide, at most %d fit", w, columns)
	}
	han := strings.ContainsFunc(s, isHan)
	if lang == english {
		if han {
			c.bad(at, "Chinese in the English text")
		}
		return
	}
	if lang == chinese {
		for _, word := range never() {
			if strings.Contains(s, word[0]) {
				c.bad(at, "write %s, not %s (glossary.tsv)", word[1], word[0])
			}
		}
	}
	c.spacing(at, s)
}

// plain reports a text that is missing or has characters whose width or
// meaning differs from terminal to terminal. It says whether there is a text.
func (c check) plain(at, s string) bool {
	if strings.TrimSpace(s) == "" {
		lang := ""
		if strings.HasSuffix(at, ".en") {
			lang = " in English"
		} else if strings.HasSuffix(at, ".zh") {
			lang = " in Chinese"
		}
		c.bad(at, "no text%s", lang)
		return false
	}
	for _, r := range s {
		if r < ' ' || unicode.Is(unicode.Cf, r) || width.LookupRune(r).Kind() == width.EastAsianAmbiguous {
			c.bad(at, "forbidden character %q: its width or effect depends on the terminal", r)
			break
		}
	}
	return true
}

// spacing reports Chinese and Latin without a space between, and half-width
// punctuation after Chinese.
func (c check) spacing(at, s string) {
	var before rune
	for _, r := range s {
		pair := string(before) + string(r)
		switch {
		case isHan(before) && isLatin(r) || isLatin(before) && isHan(r):
			c.bad(at, "put a space between %q", pair)
			return
		case isHan(before) && strings.ContainsRune(",;:?!", r):
			c.bad(at, "full-width punctuation after Chinese: %q", pair)
			return
		}
		before = r
	}
}

// readable reports a Chinese name that cannot be found by its pinyin.
func (c check) readable(at, name string) {
	for _, r := range name {
		if isHan(r) && c.Pinyin[r] == "" {
			c.bad(at, "%c is not in pinyin.tsv", r)
		}
	}
}

func isHan(r rune) bool   { return unicode.Is(unicode.Han, r) }
func isLatin(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
