package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
)

// sentence is the verdict, with what the judge cannot know: that some of the
// evidence was not read, or that only one address was asked for.
func (x *explainer) sentence(r *portlore.Report) string {
	s := r.Sentence
	read := slices.ContainsFunc(x.inputs, func(in portlore.Input) bool { return in.Understood > 0 })
	if source := x.opt.source; source.IsValid() && read && r.Totals.Observations == 0 {
		s = portlore.Text{
			EN: fmt.Sprintf("Nothing in this evidence is from %s.", source),
			ZH: fmt.Sprintf("这些证据里没有来自 %s 的内容。", source),
		}.In(x.lang)
	}
	if x.lost > 0 && read {
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

// overwrites says that the output is one of the inputs.
func (x *explainer) overwrites() bool {
	out, err := os.Stat(x.opt.output)
	if err != nil || !out.Mode().IsRegular() {
		return false
	}
	for _, in := range x.inputs {
		if info, err := os.Stat(in.Name); err == nil && os.SameFile(info, out) {
			return true
		}
	}
	return false
}
