//go:build unix

package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/portlore/portlore/bench/capture"
)

// large tries what is big, deep or endless.
func (r *rig) large() {
	in := func(name string) string { return filepath.Join(r.dir, name) }
	write := func(name string, fill func(w *bufio.Writer)) string {
		f, err := os.Create(in(name))
		if err != nil {
			fmt.Fprintln(os.Stderr, "hostile:", err)
			return in(name)
		}
		w := bufio.NewWriter(f)
		fill(w)
		w.Flush()
		f.Close()
		return in(name)
	}
	deep := in("deep")
	for range 100 {
		deep = filepath.Join(deep, "d")
	}
	os.MkdirAll(deep, 0o755)
	os.MkdirAll(in("loop"), 0o755)
	os.Symlink(in("loop"), in("loop/again"))
	os.Symlink(in("self"), in("self"))
	zeros := func(w io.Writer, n int64) { io.CopyN(w, zero{}, n) }

	for _, c := range []struct {
		kind, file string
		good       bool
	}{
		{"large: directory 100 deep", in("deep"), false},
		{"large: links in a loop", in("loop"), false},
		{"large: a link to itself", in("self"), false},
		{"large: /dev/zero", "/dev/zero", false},
		{"large: /dev/urandom", "/dev/urandom", false},
		{"large: sparse file of 4 GiB", write("sparse", func(w *bufio.Writer) {
			os.Truncate(in("sparse"), 4<<30)
		}), false},
		{"large: gzip bomb of 10 GB", write("bomb.gz", func(w *bufio.Writer) {
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			zeros(z, 10e9)
			z.Close()
		}), false},
		{"large: line of 100 MB", write("long", func(w *bufio.Writer) {
			zeros(w, 100e6)
			w.WriteByte('\n')
			w.Write(good())
		}), true},
		{"large: 100,000 interfaces", write("interfaces", func(w *bufio.Writer) { w.Write(capture.Pcapng(100_000)) }), false},
		{"large: 1,000,000 sources", write("sources", func(w *bufio.Writer) {
			for i := range 1_000_000 {
				fmt.Fprintf(w, "Nov 23 15:02:16 fw kernel: IN=eth0 OUT= SRC=11.%d.%d.%d DST=203.0.113.10 LEN=60 TTL=50 ID=1 PROTO=TCP SPT=40000 DPT=%d SYN\n", i>>16, i>>8&255, i&255, i%60000)
			}
			w.Write(good())
		}), true},
	} {
		o := r.explain(c.kind, largePatience, c.file)
		if c.good {
			o.good, o.counted = 1, o.countedGood
		}
		r.note(fmt.Sprintf("%s: %.1f s", c.kind, o.took.Seconds()), c.kind, o, nil)
		if filepath.Dir(c.file) == r.dir {
			os.RemoveAll(c.file)
		}
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }
