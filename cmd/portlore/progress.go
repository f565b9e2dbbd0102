package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// progress is a line on a terminal that says how far reading has come. It keeps
// silent for the first second.
type progress struct {
	w     io.Writer // nil: no terminal
	name  string
	hint  string
	src   *format.Source // nil: nobody knows how much there is
	began time.Time
	last  time.Time
}

func (x *explainer) progress(name string, src *format.Source) *progress {
	p := &progress{
		name: textwidth.Truncate(safetext.Clean(filepath.Base(name)), 24), // the line must not wrap
		hint: portlore.Text{EN: "Ctrl-C: report so far", ZH: "Ctrl-C：先看已读部分"}.In(x.lang),
		src:  src, began: time.Now(),
	}
	if !x.opt.quiet && isTerminal(x.stderr) {
		p.w = x.stderr
	}
	return p
}

// report is called by the reader with the bytes read so far, after decompression.
func (p *progress) report(bytes int64) {
	now := time.Now()
	if p.w == nil || now.Sub(p.began) < time.Second || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	rate := float64(bytes) / now.Sub(p.began).Seconds()
	if p.src == nil || p.src.Size <= 0 {
		fmt.Fprintf(p.w, "\r%s  %.1f GB  %.0f MB/s   %s ", p.name, float64(bytes)/1e9, rate/1e6, p.hint)
		return
	}
	part := float64(p.src.Taken()) / float64(p.src.Size)
	left := time.Duration(float64(now.Sub(p.began)) * (1 - part) / max(part, 0.001)).Round(time.Second)
	fmt.Fprintf(p.w, "\r%s  %.0f%%  %.1f GB  %.0f MB/s  ETA %s   %s ", p.name, 100*part, float64(bytes)/1e9, rate/1e6, left, p.hint)
}

// end wipes the line.
func (p *progress) end() {
	if p.w != nil && !p.last.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// isTerminal says that w is a terminal: a character device that is not the null
// device.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
