package scan

import (
	"context"
	"errors"
	"hash/maphash"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestStopped(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.firewall(rules, "")
	for _, order := range []Order{
		{TCP: span(1, 65535), Method: Connect},
		{TCP: span(1, 65535), Method: SYN},
		{UDP: span(1, 5000)},
	} {
		order.Hosts, order.Rate = mustHosts(t, "10.77.0.2", "10.78.0.0/30"), 1000
		ctx, cancel := context.WithCancel(t.Context())
		heard := 0
		answer := func(Answer) {
			if heard++; heard == 20 {
				cancel()
			}
		}
		tally, err := Run(ctx, order, answer)
		if err != context.Canceled {
			t.Errorf("%v: error %v", order.Method, err)
		}
		ports := uint64(len(order.TCP) + len(order.UDP))
		if tally.Sum() != 5*ports || tally.Unknown < 4*ports || tally.Sent > 10000 {
			t.Errorf("%+v", tally)
		}
	}
}

// Of whom nobody got to, nothing is said.
func TestStoppedEarly(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	// Three blocks, of which the first is not done with when it stops.
	ctx, cancel := context.WithCancel(t.Context())
	order := Order{Hosts: mustHosts(t, "10.78.0.0/25"), TCP: span(1, 65535), Rate: 1000}
	heard := 0
	tally, err := Run(ctx, order, func(Answer) {
		if heard++; heard == 20 {
			cancel()
		}
	})
	if err != context.Canceled || tally.Asked+tally.Unasked != 128 || tally.Asked > 64 || tally.Sum() != 128*65535 {
		t.Errorf("%v %+v", err, tally.Asked)
	}
	// Stopped while it looks who is there.
	ctx, cancel = context.WithCancel(t.Context())
	order.Discover, order.Hosts = true, mustHosts(t, "10.78.0.0/24")
	order.Progress = func(p Progress) {
		if p.Phase == PhaseDiscover {
			cancel()
		}
	}
	order.Rate = 100
	tally, err = Run(ctx, order, func(Answer) {})
	if err != context.Canceled || tally.Absent != 0 || tally.Unasked == 0 || tally.Sum() != 256*65535 || tally.Asked+tally.Unasked != 256 {
		t.Errorf("%v %+v", err, tally)
	}
	cancel()
}

func TestPermit(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	for _, m := range methods {
		asked := map[netip.Addr]int{}
		o := mustDo(t, Order{Hosts: mustHosts(t, "10.78.0.0/29"), Method: m.method, TCP: []uint16{22, 81}, Permit: func(a netip.Addr) error {
			asked[a]++
			if a.As4()[3]%2 == 1 {
				return os.ErrPermission
			}
			return nil
		}})
		if len(asked) != 8 || o.Refused != 4 || o.Asked != 4 || o.Unknown != 8 || o.Open != 4 || o.Closed != 4 {
			t.Errorf("%s: %v %+v", m.name, asked, o.Tally)
		}
		for a, n := range asked {
			if n != 1 {
				t.Errorf("%v: asked for permission %d times", a, n)
			}
		}
	}
}

// Few descriptors, and then none, make it slower and lose nothing.
func TestFewDescriptors(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.firewall("tcp dport 100-399 drop", "") // these keep their sockets until the patience ends
	few := unix.Rlimit{Cur: 300, Max: 300}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	if n := descriptors(); n < 150 || n > 236 {
		t.Errorf("%d descriptors of 300", n)
	}
	var hoard []*os.File // somebody else takes what was counted on
	counts := Counts{}
	tally, err := Run(t.Context(), Order{Hosts: mustHosts(t, "10.77.0.2", "fd77::2"), TCP: append(span(1, 4000), w.listen...)}, func(a Answer) {
		counts.add(a.State, 1)
		for len(hoard) < 200 {
			f, err := os.Open("/dev/null")
			if err != nil {
				break
			}
			hoard = append(hoard, f)
		}
	})
	for _, f := range hoard {
		f.Close()
	}
	if err != nil || tally.Retries == 0 || counts != tally.Counts || tally.Unknown > 0 || int(tally.Open) != 2*len(w.listen) || tally.Filtered != 600 {
		t.Errorf("%v %+v, with %d files more", err, tally, len(hoard))
	}
}

// A link that is down for a moment loses nothing.
func TestLinkDown(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	for _, m := range methods {
		heard := 0
		done := make(chan struct{})
		counts := Counts{}
		tally, err := Run(t.Context(), Order{Hosts: mustHosts(t, "10.77.0.2"), Method: m.method, Rate: 5000, TCP: append(span(1, 2000), w.listen...)}, func(a Answer) {
			counts.add(a.State, 1)
			if heard++; heard != 500 {
				return
			}
			w.run("ip", "link", "set", "eth0", "down")
			go func() {
				defer close(done)
				_ = sleep(t.Context(), 300*time.Millisecond)
				w.run("ip", "link", "set", "eth0", "up")
			}()
		})
		<-done
		if err != nil || tally.Unknown > 0 || tally.Filtered > 0 || counts != tally.Counts || tally.Retries == 0 {
			t.Errorf("%s: %v %+v", m.name, err, tally)
		}
	}
}

// Who may not send packets of his own is told so, and can connect and ping.
func TestWithoutPrivilege(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	if os.Geteuid() == 0 {
		if _, err := exec.LookPath("setpriv"); err != nil {
			t.Skip(err)
		}
		w.run("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
		dir, err := os.MkdirTemp("", "portlore-scan-") // where everybody can read it
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		text, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		binary := dir + "/test"
		if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(binary, text, 0o755)); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", binary, "-test.run=^"+t.Name()+"$", "-test.v").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if _, err := Run(t.Context(), Order{Hosts: mustHosts(t, "10.77.0.2"), TCP: []uint16{22}, Method: SYN}, nil); err == nil || !strings.Contains(err.Error(), ErrPrivilege.Error()) {
		t.Errorf("a SYN scan: %v", err)
	}
	o := mustDo(t, Order{Hosts: mustHosts(t, "10.77.0.0/29", "10.78.0.0/30"), TCP: []uint16{22, 23}, Discover: true})
	if o.Heard != 6 || o.Open != 5 || o.Closed != 7 {
		t.Errorf("%+v", o.Tally)
	}
}

// Sending allocates nothing per packet.
func TestSendAllocates(t *testing.T) {
	out, secret := newOutbox(-1), maphash.MakeSeed()
	link := unix.RawSockaddrLinklayer{}
	for _, to := range []string{"192.0.2.1", "2001:db8::1"} {
		addr := netip.MustParseAddr(to)
		n := testing.AllocsPerRun(1000, func() {
			if out.full() {
				out.n = 0
			}
			out.put(1, &link, addr, addr, 2000, 80, cookie(secret, addr, 80))
		})
		if n != 0 {
			t.Errorf("%s: %v allocations per packet", to, n)
		}
	}
}
