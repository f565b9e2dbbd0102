package portlore

// Lang is a language of the reader: English or Chinese.
type Lang uint8

const (
	English Lang = iota
	Chinese
)

// String is the language tag: "en" or "zh".
func (l Lang) String() string {
	if l == Chinese {
		return "zh"
	}
	return "en"
}

// Text is one sentence in both languages. Every sentence that a user can see
// exists in both.
type Text struct {
	EN string `json:"en"`
	ZH string `json:"zh"`
}

// In is the sentence in one language.
func (t Text) In(l Lang) string {
	if l == Chinese {
		return t.ZH
	}
	return t.EN
}
