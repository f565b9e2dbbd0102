package report

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestJSON(t *testing.T) {
	for text, want := range map[string]string{
		"冰河　(DPT=23)":               `"冰河　(DPT=23)"`,
		"\x1b]52;c;x\a\b\r\n\t\x00": `"\u001b]52;c;x\u0007\b\r\n\t\u0000"`,
		"\x7f\u009b2J":              `"\u007f\u009b2J"`,
		"\u202egnp\u2066\u061c":     `"\u202egnp\u2066\u061c"`,
		"\u200b\ufeff\U000e0041":    `"\u200b\ufeff\udb40\udc41"`,
		"</script><!--&\u2028":      `"\u003c/script\u003e\u003c!--\u0026\u2028"`,
	} {
		var out bytes.Buffer
		if err := JSON(&out, text); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != want+"\n" {
			t.Errorf("%q: %s want %s", text, got, want)
		}
		var back string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != text {
			t.Errorf("%q comes back as %q, %v", text, back, err)
		}
	}
	var out bytes.Buffer
	if err := JSON(&out, "a\xff\x9b"); err != nil || out.String() != `"a\ufffd\ufffd"`+"\n" {
		t.Errorf("bytes that are not UTF-8: %s %v", out.String(), err)
	}
	if err := JSON(&out, func() {}); err == nil {
		t.Error("no error for what JSON has no form for")
	}
}
