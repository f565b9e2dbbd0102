package scope

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

// Bounds of what is read: a list of a whole /8 fits, an endless device does not.
const (
	mostBytes  = 16 << 20 // of one list
	mostWords  = 1 << 20
	mostLookup = 16 // addresses of one name
	lookupTime = 10 * time.Second
)

// A Reader reads targets.
type Reader struct {
	Links Links
	Stdin io.Reader
	// Lookup finds the addresses of a name. It is asked once for each.
	Lookup func(ctx context.Context, name string) ([]netip.Addr, error)
}

// Lookup asks the system's resolver.
func Lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}

// Targets reads words: addresses, networks (192.168.1.0/24), ranges
// (192.168.1.10-20), names; several with commas between them; @FILE, or - for
// standard input, is a list of such words with blanks or line ends between them and
// remarks behind #. One bad word refuses all of them: nobody knows what was meant.
func (r *Reader) Targets(ctx context.Context, words []string) ([]Target, error) {
	var all []Target
	known := map[string]bool{}
	take := func(word string) error {
		if known[word] {
			return nil
		}
		if known[word] = true; len(known) > mostWords {
			return refuse(word, fmt.Sprintf("more than %d targets; write networks", mostWords), fmt.Sprintf("目标超过 %d 个，请写网段", mostWords))
		}
		t, err := r.target(ctx, word)
		if err == nil {
			all = append(all, t)
		}
		return err
	}
	for _, word := range words {
		if err := r.expand(word, take); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// expand takes every target of a word: of a list with commas, of a file.
func (r *Reader) expand(word string, take func(string) error) error {
	switch name, file := strings.CutPrefix(word, "@"); {
	case word == "-" && r.Stdin != nil:
		return eachLine("-", r.Stdin, take)
	case file:
		info, err := os.Stat(name)
		if err == nil && info.IsDir() {
			return refuse(word, "a directory; name a file with a target in each line", "这是目录，请给出每行一个目标的文件")
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return eachLine(word, f, take)
	}
	for part := range strings.SplitSeq(word, ",") {
		if err := take(strings.TrimSpace(part)); err != nil {
			return err
		}
	}
	return nil
}

// eachLine takes the targets of a list.
func eachLine(name string, in io.Reader, take func(string) error) error {
	limited := &io.LimitedReader{R: in, N: mostBytes}
	lines := bufio.NewScanner(limited)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		for word := range strings.FieldsFuncSeq(strings.TrimPrefix(line, "\ufeff"), func(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == ',' }) {
			err := take(word)
			if word[0] == '@' {
				err = refuse(word, "a list names no other list", "列表里不能再引用列表")
			}
			if err != nil {
				return inLine(name, n, err)
			}
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return refuse(name, "a line longer than 64 KiB: this is no list of targets", "有一行超过 64 KiB，不像目标列表")
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case limited.N == 0:
		return refuse(name, "longer than 16 MiB; write networks", "超过 16 MiB，请写网段")
	}
	return nil
}

// inLine says where in a list a refused target stands.
func inLine(name string, n int, err error) error {
	var r Refusal
	if !errors.As(err, &r) {
		return err
	}
	r.EN = fmt.Sprintf("%s line %d: %s", name, n, r.EN)
	r.ZH = fmt.Sprintf("%s 第 %d 行：%s", name, n, r.ZH)
	return r
}

// target is what one word stands for. The addresses of a name are looked up here
// and nowhere else: what is checked is what will be called.
func (r *Reader) target(ctx context.Context, word string) (Target, error) {
	t, done, err := r.parse(word)
	if done || err != nil {
		return t, err
	}
	if err := nameable(word); err != nil {
		return t, err
	}
	found, err := r.Lookup(ctx, word)
	var missing *net.DNSError
	switch {
	case errors.As(err, &missing) && missing.IsNotFound, err == nil && len(found) == 0:
		return t, refuse(word, "no such name", "找不到这个主机名")
	case err != nil:
		return t, refuse(word, "its address could not be looked up: "+err.Error(), "无法查到它的地址："+err.Error())
	case len(found) > mostLookup:
		return t, refuse(word, fmt.Sprintf("%d addresses; name those that you mean", len(found)), fmt.Sprintf("对应 %d 个地址，请写出要扫描的地址", len(found)))
	}
	t.Name = word
	for _, a := range found {
		a = a.Unmap() // the resolver writes IPv4 so
		if err := embedded(word, a); err != nil {
			return t, err
		}
		t.Ranges = append(t.Ranges, single(a))
	}
	return t, nil
}

// nameable refuses what no host is called (RFC 952, RFC 1123; _ is in use).
func nameable(word string) error {
	const longest = 63
	for label := range strings.SplitSeq(strings.TrimSuffix(word, "."), ".") {
		if label == "" || len(label) > longest || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, ":/%@") {
			return refuse(word, "neither an address nor a name", "既不是地址，也不是主机名")
		}
	}
	return nil
}
