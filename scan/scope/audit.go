package scope

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portlore/portlore/internal/safetext"
)

// A Record is one line of the audit log. A run writes two: one before its first
// packet, so that no end of the program hides it, and one when it is over.
type Record struct {
	Time    time.Time `json:"time"`
	Run     string    `json:"run"`   // the same in both lines
	Event   string    `json:"event"` // begin, end
	User    string    `json:"user"`
	UID     int       `json:"uid"`                 // -1: the system has none
	Sudo    string    `json:"sudo_user,omitempty"` // who called sudo, as the environment says
	Host    string    `json:"host"`
	Version string    `json:"version"`

	Targets []string  `json:"targets"` // as they were written, at most 100
	Exclude []string  `json:"exclude,omitempty"`
	Hosts   uint64    `json:"hosts"`
	TCP     int       `json:"tcp"` // ports of each
	UDP     int       `json:"udp"`
	Method  string    `json:"method"` // connect or syn
	Allowed []Allowed `json:"allowed"`
	Said    string    `json:"authorized,omitempty"` // what --authorized said, whether it was needed or not

	Packets uint64  `json:"packets"` // that were sent; in the first line none
	Seconds float64 `json:"seconds"`
	Outcome string  `json:"outcome"` // empty in the first line; done, partial, failed: why
}

// Allowed is why some of the addresses were scanned.
type Allowed struct {
	Reason Reason `json:"reason"`
	Why    string `json:"why,omitempty"`
	Hosts  uint64 `json:"hosts"`
	// Ranges are the addresses, also those of names: the first 100 ranges.
	Ranges []string `json:"ranges"`
}

// A Log is the audit log: a JSON object on each line, only ever added to.
type Log struct{ f *os.File }

// OpenLog opens the log, for its owner alone.
func OpenLog(name string) (*Log, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errors.Join(&os.PathError{Op: "open", Path: name, Err: errors.New("not a file")}, err)
	}
	return &Log{f}, nil
}

// Write adds a line, and waits until the disk has it.
func (l *Log) Write(r Record) error {
	const most = 100
	r.Targets = cut(r.Targets, most)
	r.Exclude = cut(r.Exclude, most)
	r.Allowed = slices.Clone(r.Allowed)
	for i := range r.Allowed {
		r.Allowed[i].Ranges = cut(r.Allowed[i].Ranges, most)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := l.f.Write(append(line, '\n')); err != nil {
		return err
	}
	return l.f.Sync()
}

func (l *Log) Close() error { return l.f.Close() }

// cut takes the first of some words, made harmless for who reads the log.
func cut(words []string, most int) []string {
	out := []string{}
	for _, w := range words[:min(most, len(words))] {
		out = append(out, safetext.Clean(w))
	}
	return out
}
