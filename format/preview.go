package format

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"

	"github.com/portlore/portlore"
)

// A Preview is what is known of an input before it is read.
type Preview struct {
	Name string

	// First is the time of the first record, in nanoseconds since 1970-01-01
	// UTC. Zero: not known.
	First int64

	// DuplicateOf names the input before this one with the same content,
	// compared after decompression. Empty: none.
	DuplicateOf string

	head digest // of the first 64 KiB
	size int    // of those: less than 64 KiB is all there is
}

// Survey looks at the first 64 KiB of every file and returns them in the order
// in which they should be read: by first time, those without at the end. Only
// files that begin alike are read through, to tell whether they are the same.
// What cannot be opened stays in the list; reading it will say why. Standard
// input, FIFOs and devices cannot be read twice and are left alone, and so is a
// single input, of which there is nothing to decide.
func Survey(ctx context.Context, names []string, o Options) []Preview {
	if len(names) == 1 {
		return []Preview{{Name: names[0]}}
	}
	d := digester{maphash.MakeSeed(), maphash.MakeSeed()}
	all := make([]Preview, len(names))
	for i, name := range names {
		all[i] = preview(ctx, name, d, o)
	}
	slices.SortStableFunc(all, func(a, b Preview) int {
		if (a.First == 0) != (b.First == 0) {
			return cmp.Compare(b.First, a.First)
		}
		return cmp.Compare(a.First, b.First)
	})

	beginsSo := make(map[digest]string) // the first of those with this head
	holds := make(map[digest]string)    // of those that begin like another
	for i := range all {
		p := &all[i]
		if p.size == 0 {
			continue
		}
		first, again := beginsSo[p.head]
		switch {
		case !again:
			beginsSo[p.head] = p.Name
		case p.size < sniffSize:
			p.DuplicateOf = first
		default:
			if first != "" { // it has company: now its content counts
				holds[fingerprint(ctx, first, d)] = first
				beginsSo[p.head] = ""
			}
			sum := fingerprint(ctx, p.Name, d)
			if p.DuplicateOf = holds[sum]; p.DuplicateOf == "" {
				holds[sum] = p.Name
			}
		}
	}
	return all
}

func preview(ctx context.Context, name string, d digester, o Options) Preview {
	p := Preview{Name: name}
	if info, err := os.Stat(name); name == "-" || err != nil || !info.Mode().IsRegular() {
		return p
	}
	s, err := Open(ctx, name)
	if err != nil {
		return p
	}
	defer s.Close()
	head, r := peek(interruptible{ctx, s})
	p.size, p.head = len(head), d.of(head)
	switch f := captureOf(head); {
	case f != nil:
		p.First = firstFrame(f, head, o)
	case sniffBinary(head) == nil:
		head, r, _ = plainText(head, r)
		head, _, _ = recut(head, r)
		p.First = firstTime(head, o)
	}
	return p
}

// firstTime is the time of the first record in a head.
func firstTime(head []byte, o Options) int64 {
	first := int64(0)
	w := newWorker(logs(), 0, o, func(ob *portlore.Observation) {
		if first == 0 && ob.Time >= portlore.SinceBoot {
			first = ob.Time
		}
	})
	w.headers = newHeaders(head, o)
	w.layout = w.headers.start
	for len(head) > 0 && first == 0 {
		text, rest, _ := bytes.Cut(head, []byte("\n"))
		w.read(text, 0)
		head = rest
	}
	return first
}

// firstFrame is the time of the first packet in the head of a capture.
func firstFrame(f *Format, head []byte, o Options) int64 {
	first := int64(0)
	res := newResult("")
	readFrames(&res, f, 0, bytes.NewReader(head), o, []Sink{func(ob *portlore.Observation) {
		if first == 0 && ob.Time >= portlore.SinceBoot {
			first = ob.Time
		}
	}}, nil, sniffSize)
	return first
}

// fingerprint is the digest of a whole file, decompressed. What cannot be read
// is like nothing else, not even itself.
func fingerprint(ctx context.Context, name string, d digester) digest {
	var a, b maphash.Hash
	a.SetSeed(d[0])
	b.SetSeed(d[1])
	s, err := Open(ctx, name)
	if err == nil {
		defer s.Close()
		_, err = io.Copy(io.MultiWriter(&a, &b), interruptible{ctx, s})
		fmt.Fprint(&a, s.Passed())
	}
	if err != nil {
		return d.of([]byte(name))
	}
	return digest{a.Sum64(), b.Sum64()}
}

// A digest tells contents apart within one run. Its seeds are secrets of the
// run, so no file can be made to look like another; a cryptographic hash would
// do as well, but costs every start of the program its self-tests.
type digest [2]uint64

type digester [2]maphash.Seed

func (d digester) of(b []byte) digest {
	return digest{maphash.Bytes(d[0], b), maphash.Bytes(d[1], b)}
}
