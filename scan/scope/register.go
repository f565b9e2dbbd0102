package scope

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portlore/portlore"
)

// An Entry is a network that somebody has answered for.
type Entry struct {
	Net   netip.Prefix `json:"net"`
	Note  string       `json:"note"`            // why it may be scanned
	Owner string       `json:"owner,omitempty"` // who said so
	Added time.Time    `json:"added"`
	Until time.Time    `json:"until,omitzero"` // the last moment; zero: no end
}

func (e *Entry) expired(now time.Time) bool { return !e.Until.IsZero() && now.After(e.Until) }

// A Register is the file of networks that may be scanned.
type Register struct {
	Schema string  `json:"schema"` // "portlore/scope/1"
	Nets   []Entry `json:"nets"`
}

const registerSchema = "portlore/scope/1"

// ReadRegister reads the file; one that is not there is empty. A file that others
// could have written proves nothing, and is refused.
func ReadRegister(name string) (*Register, error) {
	none := &Register{registerSchema, []Entry{}}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return none, err
	}
	defer f.Close()
	if err := ours(f); err != nil {
		return none, err
	}
	var r Register
	if err := json.NewDecoder(f).Decode(&r); err != nil {
		return none, fmt.Errorf("%s: %w", name, err)
	}
	if r.Schema != registerSchema {
		return none, Refusal{portlore.Text{EN: name + ": not a register of networks, or one of another version", ZH: name + "：不是授权登记文件，或版本不同"}}
	}
	for _, e := range r.Nets {
		if _, err := network(e.Net.String()); err != nil {
			return none, fmt.Errorf("%s: %w", name, err)
		}
	}
	return &r, nil
}

// Write keeps the register, for its owner alone; the file is the old one or the
// new one.
func (r *Register) Write(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".scope-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the renaming there is none
	out := json.NewEncoder(f)
	out.SetIndent("", "  ")
	if err := errors.Join(out.Encode(r), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// Add enters a network; one that is there already is entered anew.
func (r *Register) Add(e Entry) error {
	const widest4, widest6 = 8, 32 // as much as is ever assigned to one
	p := e.Net.Masked()
	if p.Addr().Is4() && p.Bits() < widest4 || p.Addr().Is6() && p.Bits() < widest6 {
		return refuse(p.String(), "too wide: at most a /8 of IPv4, a /32 of IPv6", "范围太大：IPv4 至多 /8，IPv6 至多 /32")
	}
	for _, f := range never {
		if f.net.Overlaps(p) {
			return refuse(p.String(), "never scanned: "+f.why.EN, "绝不扫描："+f.why.ZH)
		}
	}
	if why, is := neverAt(p.Addr(), Links{}); is && p.IsSingleIP() {
		return refuse(p.String(), "never scanned: "+why.EN, "绝不扫描："+why.ZH)
	}
	e.Net = p
	r.Remove(p)
	r.Nets = append(r.Nets, e)
	slices.SortFunc(r.Nets, func(a, b Entry) int { return a.Net.Compare(b.Net) })
	return nil
}

// Remove takes a network out. False: it was not there.
func (r *Register) Remove(p netip.Prefix) bool {
	n := len(r.Nets)
	r.Nets = slices.DeleteFunc(r.Nets, func(e Entry) bool { return e.Net == p.Masked() })
	return len(r.Nets) < n
}

// Network reads what stands in a register: a network or one address.
func Network(word string) (netip.Prefix, error) {
	if err := plain(word); err != nil {
		return netip.Prefix{}, err
	}
	if a, err := netip.ParseAddr(word); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), embedded(word, a)
	}
	if _, err := network(word); err != nil {
		return netip.Prefix{}, refuse(word, "want a network such as 203.0.113.0/28, or an address", "请给出网段，如 203.0.113.0/28，或一个地址")
	}
	return netip.ParsePrefix(word)
}
