package format

import "bytes"

// headers finds the lines that may be headers, cheaply: those that begin with '#',
// as Zeek's and Windows's do, and those that begin as the first line of the input,
// which may name the columns without saying so. Where files of one kind were
// joined, the header comes again.
type headers struct {
	options Options
	first   []byte // the beginning of the first line; empty: it is no header
	start   layout // of the first line, where it is no header and needs none

	// The last header, which comes again where files were joined.
	last   []byte
	layout layout
}

// newHeaders looks at the first line of an input.
func newHeaders(head []byte, o Options) headers {
	h := headers{options: o}
	text, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	if _, ok := layoutOf(text, o); ok {
		h.first = bytes.Clone(text[:min(16, len(text))])
	} else if y, ok := csvWithoutHeader(bytes.TrimSuffix(text, []byte("\r")), o); ok {
		h.start = y
	}
	return h
}

// read reads a header, and tells whether a line is one.
func (h *headers) read(text []byte) (layout, bool) {
	if len(text) == 0 || text[0] != '#' && (len(h.first) == 0 || !bytes.HasPrefix(bytes.TrimPrefix(text, []byte("\ufeff")), h.first)) {
		return layout{}, false
	}
	if len(h.last) > 0 && bytes.Equal(text, h.last) {
		return h.layout, true
	}
	y, ok := layoutOf(bytes.TrimPrefix(text, []byte("\ufeff")), h.options)
	if ok {
		h.last, h.layout = bytes.Clone(text), y
	}
	return y, ok
}

// lastIn is the layout of the last header in whole lines; ok is false if there is
// none.
func (h *headers) lastIn(data []byte) (last layout, ok bool) {
	look := func(at int) {
		text, _, _ := bytes.Cut(data[at:], []byte("\n"))
		if y, is := h.read(text); is {
			last, ok = y, true
		}
	}
	look(0)
	for _, start := range [][]byte{[]byte("\n#"), append([]byte("\n"), h.first...)} {
		if len(start) < 2 {
			continue
		}
		for at := 0; ; {
			i := bytes.Index(data[at:], start)
			if i < 0 {
				break
			}
			at += i + 1
			look(at)
		}
	}
	return last, ok
}

// layoutOf is the layout that the first format to know a header makes of it.
func layoutOf(text []byte, o Options) (layout, bool) {
	text = bytes.TrimSuffix(text, []byte("\r"))
	for _, f := range logs() {
		if f.header == nil {
			continue
		}
		if y, ok := f.header(text, o); ok {
			y.of = f
			return y, true
		}
	}
	return layout{}, false
}
