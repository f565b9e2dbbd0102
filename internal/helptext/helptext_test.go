package helptext

import (
	"reflect"
	"testing"
)

const sample = `portlore verb [FILE... | -]     what it does,
                               in two lines
portlore verb export --html DIR   pages

  portlore verb a.log    an example
                         with more

Some prose that
goes on.

  --home NET      a network
                  of ours
  --since TIME, --until TIME    when

What is shown:
  --json, --format text|json
  -q              silence

Exit: 0 done, 2 usage
or worse.
`

func TestParse(t *testing.T) {
	want := []Item{
		{Usage, "portlore verb [FILE... | -]", "what it does, in two lines"},
		{Usage, "portlore verb export --html DIR", "pages"},
		{Command, "portlore verb a.log", "an example with more"},
		{Prose, "", "Some prose that goes on."},
		{Option, "--home NET", "a network of ours"},
		{Option, "--since TIME, --until TIME", "when"},
		{Label, "", "What is shown"},
		{Option, "--json, --format text|json", ""},
		{Option, "-q", "silence"},
		{Exit, "Exit", "0 done, 2 usage or worse."},
	}
	got := Parse(sample)
	if !reflect.DeepEqual(got, want) {
		for i := range got {
			t.Errorf("%d: %+v", i, got[i])
		}
	}
	var flags []string
	for _, f := range Flags(got) {
		flags = append(flags, f.Name+" "+f.Arg)
	}
	if want := []string{"--html DIR", "--home NET", "--since TIME", "--until TIME", "--json ", "--format text|json", "-q "}; !reflect.DeepEqual(flags, want) {
		t.Errorf("%q", flags)
	}
}

func TestJoin(t *testing.T) {
	for _, tt := range [][3]string{{"a", "b", "a b"}, {"", "b", "b"}, {"文件，", "目录", "文件，目录"}, {"按 UTC", "处理", "按 UTC 处理"}, {"见 a", "b", "见 a b"}} {
		if got := join(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%q", got)
		}
	}
}
