package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/scan/scope"
)

// sentence is the verdict, with what the judge cannot know: that some of the
// evidence was not read, that only a part was asked for, what is muted and what
// is new.
func (x *explainer) sentence(r *portlore.Report) string {
	s := detect.Sentence(r, x.lang)
	if x.asksForPart() && x.read() && r.Totals.Observations == 0 && len(r.Doors) == 0 {
		s = x.nothingAsked()
	}
	if x.baseline != nil {
		s += x.news(r)
	}
	if x.lost > 0 && x.read() {
		were := "were"
		if x.lost == 1 {
			were = "was"
		}
		s += portlore.Text{
			EN: fmt.Sprintf(" %d of %d inputs %s not fully read.", x.lost, x.asked, were),
			ZH: fmt.Sprintf("%d 个输入中有 %d 个未能读完。", x.asked, x.lost),
		}.In(x.lang)
	}
	return s
}

// read says that something was understood.
func (x *explainer) read() bool {
	return slices.ContainsFunc(x.inputs, func(in portlore.Input) bool { return in.Understood > 0 })
}

// nothingAsked says that the evidence has nothing of the part asked for.
func (x *explainer) nothingAsked() string {
	source, flags := x.opt.source, strings.Join(x.opt.only.flags(), ", ")
	from := portlore.Text{EN: fmt.Sprintf(" from %s", source), ZH: fmt.Sprintf("来自 %s ", source)}
	if !source.IsValid() {
		from = portlore.Text{}
	}
	if flags == "" {
		return portlore.Text{EN: "Nothing in this evidence is" + from.EN + ".", ZH: "这些证据里没有" + from.ZH + "的内容。"}.In(x.lang)
	}
	return portlore.Text{
		EN: fmt.Sprintf("Nothing in this evidence%s is within %s.", from.EN, flags),
		ZH: fmt.Sprintf("这些证据里没有%s符合 %s 的内容。", from.ZH, flags),
	}.In(x.lang)
}

// nothingIn says of an input what it is instead of network evidence.
func nothingIn(name string, res format.Result) portlore.Text {
	is := res.LooksLike
	switch {
	case is.EN != "":
		return portlore.Text{EN: name + ": nothing in it was understood; it looks like " + is.EN, ZH: name + "：没有读懂，像是" + is.ZH}
	case res.Bytes == 0:
		return portlore.Text{EN: name + ": empty", ZH: name + "：空文件"}
	}
	return portlore.Text{EN: name + ": nothing in it is network evidence", ZH: name + "：其中没有网络证据"}
}

// reason is an error about a file, in the reader's words where it is one of the
// usual.
func reason(err error) portlore.Text {
	var both told
	if errors.As(err, &both) {
		return both.Text
	}
	var refused format.Refusal
	if errors.As(err, &refused) {
		// What stands around it is the name of the input.
		around, _, _ := strings.Cut(err.Error(), refused.EN)
		return portlore.Text{EN: around + refused.EN, ZH: around + refused.ZH}
	}
	var unpermitted scope.Unpermitted
	if errors.As(err, &unpermitted) {
		return unpermitted.Text
	}
	var out scope.Refusal
	if errors.As(err, &out) {
		return out.Text
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return portlore.Text{EN: at.Path + ": no such file", ZH: at.Path + "：没有这个文件"}
		case errors.Is(err, fs.ErrPermission):
			return portlore.Text{EN: at.Path + ": no permission to read it", ZH: at.Path + "：没有读取权限"}
		}
	}
	return portlore.Text{EN: err.Error(), ZH: err.Error()}
}

// A told error has its words in both languages.
type told struct{ portlore.Text }

func (t told) Error() string { return t.EN }
