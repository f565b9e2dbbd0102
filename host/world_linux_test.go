package host

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore"
)

// A world is a machine made of network namespaces: one with an uplink to
// strangers, a LAN, a VPN and a container, and the neighbours it has there.
type world struct {
	t      *testing.T
	prefix string
}

// newWorld needs the superuser, iproute2 and nft.
func newWorld(t *testing.T) *world {
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	for _, name := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	w := &world{t, "portlore-" + strconv.Itoa(os.Getpid()) + "-"}
	t.Cleanup(func() {
		for _, name := range []string{"host", "wan", "lan", "box"} {
			exec.Command("ip", "netns", "del", w.prefix+name).Run()
		}
	})
	w.sh("ip", `netns add @host
		netns add @wan
		netns add @lan
		netns add @box
		-n @host link set lo up
		-n @box link set lo up
		-n @host link add eth0 type veth peer name eth0 netns @wan
		-n @host link add eth1 type veth peer name eth0 netns @lan
		-n @host link add docker0 type bridge
		-n @host link add veth0 type veth peer name eth0 netns @box
		-n @host link set veth0 master docker0
		-n @host tuntap add tun0 mode tun
		-n @host addr add 192.0.2.2/24 dev eth0
		-n @host addr add 2001:db8::2/64 dev eth0 nodad
		-n @host addr add 192.168.7.2/24 dev eth1
		-n @host addr add 10.8.0.1/24 dev tun0
		-n @host addr add 172.17.0.1/16 dev docker0
		-n @wan addr add 192.0.2.1/24 dev eth0
		-n @wan addr add 192.0.2.77/24 dev eth0
		-n @wan addr add 2001:db8::1/64 dev eth0 nodad
		-n @lan addr add 192.168.7.9/24 dev eth0
		-n @box addr add 172.17.0.2/16 dev eth0
		-n @host link set eth0 up
		-n @host link set eth1 up
		-n @host link set tun0 up
		-n @host link set docker0 up
		-n @host link set veth0 up
		-n @wan link set eth0 up
		-n @lan link set eth0 up
		-n @box link set eth0 up
		-n @host route add default via 192.0.2.1
		-n @host -6 route add default via 2001:db8::1
		-n @box route add default via 172.17.0.1`)
	w.in("host", func() {
		if err := os.WriteFile("/proc/thread-self/net/../../../sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
			exec.Command("sysctl", "-w", "net.ipv4.ip_forward=1").Run()
		}
	})
	return w
}

// sh runs a program once for every line; @ stands for the names of this world.
func (w *world) sh(program, lines string) {
	w.t.Helper()
	for line := range strings.Lines(lines) {
		args := strings.Fields(strings.ReplaceAll(line, "@", w.prefix))
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			w.t.Skipf("%s %v: %v %s", program, args, err, out)
		}
	}
}

func (w *world) in(name string, do func()) {
	w.t.Helper()
	if err := inside("/run/netns/"+w.prefix+name, do); err != nil {
		w.t.Fatal(err)
	}
}

// listen opens listeners as ss would name them: "tcp 0.0.0.0:22".
func (w *world) listen(space string, names ...string) {
	w.t.Helper()
	w.in(space, func() {
		for _, name := range names {
			proto, at, _ := strings.Cut(name, " ")
			var c interface{ Close() error }
			var err error
			if strings.HasPrefix(proto, "tcp") {
				c, err = net.Listen(proto, at)
			} else {
				c, err = net.ListenPacket(proto, at)
			}
			if err != nil {
				w.t.Errorf("%s: %v", name, err)
				return
			}
			w.t.Cleanup(func() { c.Close() })
		}
	})
}

// open opens a socket of a kind that package net does not know.
func (w *world) open(family, kind, proto int, at unix.Sockaddr) {
	w.t.Helper()
	w.in("host", func() {
		fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC, proto)
		if err == nil && at != nil {
			err = unix.Bind(fd, at)
		}
		if err != nil {
			w.t.Errorf("socket %d %d %d: %v", family, kind, proto, err)
			return
		}
		w.t.Cleanup(func() { unix.Close(fd) })
	})
}

func (w *world) rules(text string) {
	w.t.Helper()
	w.in("host", func() {
		cmd := exec.Command("nft", "-f", "-")
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			w.t.Errorf("nft: %v %s", err, out)
		}
	})
}

// doors lists the doors of the machine itself, by "proto address:port".
func (w *world) doors() map[string]portlore.Door {
	w.t.Helper()
	all := map[string]portlore.Door{}
	w.in("host", func() {
		doors, notes, err := Doors(w.t.Context(), Options{})
		if err != nil {
			w.t.Error(err)
		}
		for _, n := range notes {
			w.t.Log(n.EN)
		}
		for _, d := range doors {
			name := fmt.Sprintf("%s %s:%d", d.Proto, d.Address, d.Port)
			if strings.HasPrefix(d.Netns, w.prefix) {
				name = strings.TrimPrefix(d.Netns, w.prefix) + " " + name
			} else if d.Netns != "" {
				continue // another test's, or the machine's own
			}
			if _, twice := all[name]; twice {
				w.t.Errorf("%s is there twice", name)
			}
			all[name] = d
		}
	})
	return all
}

// answers tells whether a listener answers a stranger or neighbour.
func (w *world) answers(from, source string, to netip.AddrPort) (ok bool) {
	w.in(from, func() {
		d := net.Dialer{Timeout: 400 * time.Millisecond}
		if source != "" {
			d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(source)}
		}
		ctx, stop := context.WithTimeout(context.Background(), d.Timeout)
		defer stop()
		c, err := d.DialContext(ctx, "tcp", to.String())
		if err == nil {
			ok = true
			c.Close()
		}
	})
	return ok
}
