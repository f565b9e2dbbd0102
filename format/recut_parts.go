package format

import (
	"bufio"
	"bytes"
	"io"

	"github.com/portlore/portlore"
)

var noteParts = portlore.Text{
	EN: "the container runtime had cut long lines; they were put together, and lines count the whole ones",
	ZH: "容器运行时把长行拆开了；已重新拼合，行数按完整的行计",
}

// partOf takes apart a line of containerd, CRI-O or podman: "STAMP stdout P text".
func partOf(line []byte) (stream byte, partial bool, text []byte) {
	at := bytes.IndexByte(line, ' ')
	if at < 19 || line[4] != '-' || line[10] != 'T' {
		return 0, false, nil
	}
	n := containerStream(line[at:])
	if n == 0 {
		return 0, false, nil
	}
	return line[at+4], line[at+8] == 'P', line[at+n:]
}

// hasParts says that the first line is one of a container, and some are parts.
func hasParts(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	if stream, _, _ := partOf(line); stream == 0 {
		return false
	}
	return bytes.Contains(head, []byte(" stdout P")) || bytes.Contains(head, []byte(" stderr P"))
}

// newPartsCutter puts the parts of a line together, with the stamp of the last.
func newPartsCutter(r io.Reader) io.Reader {
	var parts [2][]byte // of stdout and stderr
	take := func(out, line []byte) []byte {
		stream, partial, text := partOf(line)
		which := 0
		if stream == 'e' {
			which = 1
		}
		switch {
		case stream == 0:
			return append(append(out, line...), '\n')
		case partial:
			if len(parts[which])+len(text) < maxLine {
				parts[which] = append(parts[which], text...)
			}
			return out
		}
		out = append(out, line[:len(line)-len(text)]...)
		out = append(append(append(out, parts[which]...), text...), '\n')
		parts[which] = parts[which][:0]
		return out
	}
	end := func(out []byte) []byte {
		for _, p := range parts {
			if len(p) > 0 {
				out = append(append(out, p...), '\n')
			}
		}
		return out
	}
	return &lineCutter{r: bufio.NewReaderSize(r, 64<<10), take: take, end: end}
}
