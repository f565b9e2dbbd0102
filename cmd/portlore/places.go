package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
)

// usualPlaces are where the firewalls of a system write by default, the most
// telling first: a file with nothing but what a firewall says, then the kernel's
// log, then those that hold everything.
func usualPlaces(system string, getenv func(string) string) []string {
	names := map[string][]string{
		"linux":   {"ufw.log", "iptables.log", "nftables.log", "firewall", "firewalld", "shorewall.log", "kern.log", "messages", "syslog"},
		"freebsd": {"pflog", "security", "filter/latest.log", "filter.log", "messages"},
		"openbsd": {"pflog", "messages"},
		"netbsd":  {"npflog0.pcap", "messages"},
		"darwin":  {"pflog", "appfirewall.log", "system.log"},
	}[system]
	if system == "windows" { // where Defender Firewall's own settings say
		return []string{filepath.Join(getenv("SystemRoot"), "System32", "LogFiles", "Firewall", "pfirewall.log")}
	}
	places := make([]string, len(names))
	for i, name := range names {
		places[i] = filepath.Join("/var/log", name)
	}
	return places
}

// A place is a file in a usual place, or the journal, and what a look at it showed.
type place struct {
	name        string
	unread      error // why it could not be looked at
	records     int64 // of network evidence in the parts that were looked at
	first, last int64 // time of the first and the last of them, in nanoseconds since 1970-01-01 UTC; zero: it has none
	whole       bool  // the parts are all there is
}

const (
	mostLooked = 1 << 20         // bytes at the beginning of a file and at its end
	mostWaited = 2 * time.Second // for the journal
	journal    = "journalctl -k" // the kernel's log of this boot, as a command to paste
)

// lookAround looks at the beginning and the end of every file in a usual place. A
// file that is not there, or empty, is not mentioned.
func lookAround(ctx context.Context, names []string, o format.Options) []place {
	var found []place
	for _, name := range names {
		p, err := lookAt(ctx, name, o)
		if errors.Is(err, fs.ErrNotExist) || err == nil && p.whole && p.first == 0 && p.records < 0 {
			continue
		}
		p.unread = err
		found = append(found, p)
	}
	return found
}

// lookAt looks at one file. Records below zero: it is empty.
func lookAt(ctx context.Context, name string, o format.Options) (place, error) {
	p := place{name: name, whole: true}
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return p, errors.Join(err, kindError(info, name))
	}
	f, err := os.Open(name)
	if err != nil {
		return p, err
	}
	defer f.Close()
	if info.Size() == 0 {
		p.records = -1
		return p, nil
	}
	head, err := io.ReadAll(io.LimitReader(f, mostLooked))
	if err != nil {
		return p, err
	}
	p.take(ctx, head, o)
	if from := info.Size() - mostLooked; from > 0 {
		from = max(from, mostLooked)
		p.whole = from == mostLooked
		tail := make([]byte, info.Size()-from)
		n, _ := f.ReadAt(tail, from)
		_, tail, _ = bytes.Cut(tail[:n], []byte("\n")) // its first line is a part of one
		p.take(ctx, tail, o)
	}
	return p, nil
}

func kindError(info fs.FileInfo, name string) error {
	if info == nil {
		return nil
	}
	return told{portlore.Text{EN: name + ": no file", ZH: name + "：不是普通文件"}}
}

// take counts what is evidence in a part of a log.
func (p *place) take(ctx context.Context, part []byte, o format.Options) {
	nothing := func(*portlore.Observation) {}
	res, _ := format.Read(ctx, p.name, 0, bytes.NewReader(part), o, []format.Sink{nothing}, nil)
	p.records += res.Understood
	if res.First != 0 && (p.first == 0 || res.First < p.first) {
		p.first = res.First
	}
	p.last = max(p.last, res.Last)
}

// journalCommand prints the kernel's log of this boot. Empty: this system has none.
func journalCommand(ctx context.Context, args ...string) *exec.Cmd {
	path, err := exec.LookPath("journalctl")
	if err != nil {
		return nil
	}
	return exec.CommandContext(ctx, path, append([]string{"-k", "-q", "--no-pager", "-o", "short-iso"}, args...)...)
}

// startJournal starts to print all of it. Nil: it cannot.
func startJournal(ctx context.Context) *bufio.Reader {
	cmd := journalCommand(ctx)
	if cmd == nil {
		return nil
	}
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return nil
	}
	return bufio.NewReader(out) // it ends with us, when nobody reads it
}

// lookAtJournal looks at its last lines. False: there is no journal, or nothing in
// it.
func lookAtJournal(ctx context.Context) ([]byte, bool) {
	ctx, stop := context.WithTimeout(ctx, mostWaited)
	defer stop()
	cmd := journalCommand(ctx, "-n", "2000")
	if cmd == nil {
		return nil, false
	}
	out, err := cmd.Output()
	return out, err == nil && len(out) > 0
}
