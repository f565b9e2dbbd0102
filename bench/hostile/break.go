//go:build unix

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/portlore/portlore/bench/capture"
)

// A seed is evidence that is whole.
type seed struct {
	name   string
	data   []byte
	closed bool // a capture or one document: no line can stand behind it
}

// A broken one is what became of a seed.
type broken struct {
	name, kind string
	data       []byte
	good       bool // 15 good lines stand at its end
}

// good is 15 lines that explain understands, of an address that no seed has.
func good() []byte {
	var b []byte
	for i := range 15 {
		b = fmt.Appendf(b, "Nov 23 15:02:%02d fw kernel: IN=eth0 OUT= SRC=%s DST=203.0.113.10 LEN=60 TTL=50 ID=%d PROTO=TCP SPT=%d DPT=22 SYN\n", i, goodSource, i, 40000+i)
	}
	return b
}

const goodSource = "192.0.2.213"

// readSeeds takes the inputs of the goldens that come in lines, and two captures.
func readSeeds(dir string) ([]seed, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.txtar"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no goldens in %s: %w", dir, err)
	}
	seeds := []seed{{"pcap", capture.Pcap(), true}, {"pcapng", capture.Pcapng(3), true}}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		_, input, ok := bytes.Cut(text, []byte("-- input --\n"))
		kind := filepath.Base(filepath.Dir(path))
		if !ok || kind == "pcap" || kind == "pcapng" || kind == "netflow" || kind == "sflow" { // described in words
			continue
		}
		input, _, _ = bytes.Cut(input, []byte("\n-- "))
		seeds = append(seeds, seed{name: kind + "/" + filepath.Base(path), data: unescape(input)})
	}
	return seeds, nil
}

var escape = regexp.MustCompile(`\\x[0-9a-f]{2}|\\r`)

// unescape turns \xNN and \r of a golden into bytes.
func unescape(text []byte) []byte {
	return escape.ReplaceAllFunc(text, func(s []byte) []byte {
		if string(s) == `\r` {
			return []byte("\r")
		}
		n, _ := strconv.ParseUint(string(s[2:]), 16, 8)
		return []byte{byte(n)}
	})
}

var number = regexp.MustCompile(`\d+`)

// kinds are the ways of breaking something.
func kinds() map[string]func(*rand.Rand, []byte) []byte {
	return map[string]func(*rand.Rand, []byte) []byte{
		"truncated": func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b)+1)] },
		"bit flips": func(r *rand.Rand, b []byte) []byte {
			for range 1 + len(b)/100 {
				b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			}
			return b
		},
		"wrong magic": func(r *rand.Rand, b []byte) []byte {
			magics := []string{
				"\xd4\xc3\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a", "\x1f\x8b\x08\x00", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "BZh91AY&SY",
				"\x7fELF", "PK\x03\x04", "%PDF-1.4", "SQLite format 3\x00", "\xff\xfe", "<?xml version=\"1.0\"?>", "[", "{", "\x00\x05", "\x00\x0a",
			}
			return append([]byte(magics[r.IntN(len(magics))]), b...)
		},
		"lying lengths": func(r *rand.Rand, b []byte) []byte {
			lies := []string{"99999999999999999999", "-1", "4294967295", "0", "0x7fffffff", "1e309", strings.Repeat("9", 5000)}
			b = number.ReplaceAllFunc(b, func(s []byte) []byte {
				if r.IntN(10) > 0 {
					return s
				}
				return []byte(lies[r.IntN(len(lies))])
			})
			if len(b) > 64 { // and binary ones
				binary.LittleEndian.PutUint32(b[r.IntN(len(b)-4):], []uint32{0xffffffff, 0x7fffffff, 1 << 24, 0}[r.IntN(4)])
			}
			return b
		},
		"long line": func(r *rand.Rand, b []byte) []byte {
			i := r.IntN(len(b) + 1)
			return bytes.Join([][]byte{b[:i], bytes.Repeat([]byte("A"), 100_000+r.IntN(2_000_000)), b[i:]}, nil)
		},
		"control bytes": func(r *rand.Rand, b []byte) []byte {
			for range 5 {
				bad := []string{"\x00", "\x1b]52;c;eA==\a", "\u202e", "\xff\xfe", "\r", "\u2028", "%n%s", "\x9b2J", "fe80::1%" + strings.Repeat("z", 5000)}
				i := r.IntN(len(b) + 1)
				b = bytes.Join([][]byte{b[:i], []byte(bad[r.IntN(len(bad))]), b[i:]}, nil)
			}
			return b
		},
		"deep nesting": func(r *rand.Rand, b []byte) []byte {
			deep := []string{"[", "{\"a\":", "<a>", "(", "\"\\\"", "<!ENTITY a \"&a;&a;\">"}[r.IntN(6)]
			return append(append([]byte(strings.Repeat(deep, 20_000)), '\n'), b...)
		},
		"spliced": func(r *rand.Rand, b []byte) []byte {
			i, j := r.IntN(len(b)), r.IntN(len(b))
			return bytes.Join([][]byte{b[:i], b[min(i, j):max(i, j)], b[:j], b[i:]}, nil)
		},
		"bad dates": func(r *rand.Rand, b []byte) []byte {
			dates := []string{"Feb 30 25:61:61", "0000-00-00", "9999-99-99T99:99:99Z", "Jan  0 00:00:00"}
			return bytes.ReplaceAll(b, []byte("Nov 23 15"), []byte(dates[r.IntN(len(dates))]))
		},
	}
}

// breakOne breaks the i-th file.
func breakOne(seeds []seed, of uint64, i int) *broken {
	r := rand.New(rand.NewPCG(of, uint64(i)))
	all := kinds()
	names := sorted(keys(all))
	kind, s := names[i%len(names)], seeds[r.IntN(len(seeds))]
	if i%20 < 3 { // captures are two among many
		s = seeds[r.IntN(2)]
	}
	data := bytes.Clone(s.data)
	if len(data) == 0 {
		data = []byte("\n")
	}
	b := &broken{name: fmt.Sprintf("%d: %s of %s", i, kind, s.name), kind: kind, data: all[kind](r, data)}
	if !s.closed && kind != "wrong magic" { // which is no text any more, as a rule
		b.good = true
		b.data = append(append(b.data, '\n'), good()...)
	}
	return b
}

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
