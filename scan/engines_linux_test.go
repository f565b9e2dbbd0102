package scan

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// outcome is a run, checked: every port has one answer or none, the counts close.
type outcome struct {
	Tally
	answers map[string]Answer // by address and port
}

func (o outcome) at(addr string, port uint16) Answer {
	return o.answers[netip.AddrPortFrom(netip.MustParseAddr(addr), port).String()]
}

func do(t testing.TB, ctx context.Context, order Order) (outcome, error) {
	t.Helper()
	o := outcome{answers: map[string]Answer{}}
	tally, err := Run(ctx, order, func(a Answer) {
		key := netip.AddrPortFrom(a.Addr, a.Port).String()
		if _, twice := o.answers[key]; twice {
			t.Errorf("%s answered twice", key)
		}
		o.answers[key] = a
	})
	o.Tally = tally
	ports := uint64(len(distinct(order.TCP)) + len(distinct(order.UDP)))
	if want := order.Hosts.Len() * ports; tally.Sum() != want {
		t.Errorf("%+v adds up to %d, want %d", tally.Counts, tally.Sum(), want)
	}
	if tally.Asked+tally.Absent+tally.Refused+tally.Unasked != order.Hosts.Len() || tally.Heard+tally.Silent != tally.Asked {
		t.Errorf("addresses do not add up: %+v", tally)
	}
	if n := uint64(len(o.answers)); err == nil && n != tally.Asked*ports {
		t.Errorf("%d answers for %d ports of %d addresses", n, ports, tally.Asked)
	}
	var counts Counts
	for _, a := range o.answers {
		counts.add(a.State, 1)
	}
	if counts.Open != tally.Open || counts.Closed != tally.Closed || counts.Filtered != tally.Filtered {
		t.Errorf("answers %+v, tally %+v", counts, tally.Counts)
	}
	for _, h := range tally.Hosts {
		if h.Sum() != ports {
			t.Errorf("%v: %+v adds up to %d, want %d", h.Addr, h.Counts, h.Sum(), ports)
		}
	}
	return o, err
}

func mustDo(t testing.TB, order Order) outcome {
	t.Helper()
	o, err := do(t, t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func span(first, last int) (ports []uint16) {
	for p := first; p <= last; p++ {
		ports = append(ports, uint16(p))
	}
	return ports
}

var methods = []struct {
	name   string
	method Method
	open   string
}{{"connect", Connect, WhyConnected}, {"syn", SYN, WhySYNACK}}

const rules = `
	tcp dport 1000-1009 drop
	udp dport 1000-1009 drop
	meta l4proto { tcp, udp } th dport 1010 reject with icmpx type admin-prohibited
	tcp dport 1011 reject with icmpx type port-unreachable
	tcp dport 1012 reject with tcp reset`

func TestTCPStates(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.firewall(rules, "")
	for _, m := range methods {
		for _, host := range []string{"10.77.0.2", "fd77::2"} {
			prohibited, port := "icmp 3/13", "icmp 3/3"
			if strings.Contains(host, ":") {
				prohibited, port = "icmpv6 1/1", "icmpv6 1/4"
			}
			o := mustDo(t, Order{Hosts: mustHosts(t, host), Method: m.method, TCP: []uint16{22, 80, 81, 1000, 1001, 1010, 1011, 1012, 22}})
			from := netip.MustParseAddr(host)
			for p, want := range map[uint16]Answer{
				22: {State: Open, Why: m.open}, 80: {State: Open, Why: m.open},
				81:   {State: Closed, Why: WhyReset},
				1000: {State: Filtered, Why: WhySilence}, 1001: {State: Filtered, Why: WhySilence},
				1010: {State: Filtered, Why: prohibited, From: from},
				1011: {State: Filtered, Why: port, From: from},
				1012: {State: Closed, Why: WhyReset},
			} {
				got := o.at(host, p)
				if m.method == SYN && want.Why != WhySilence && got.TTL != 64 {
					t.Errorf("%s %s %d: TTL %d", m.name, host, p, got.TTL)
				}
				want.Addr, want.Proto, want.Port, want.TTL = from, TCP, p, got.TTL
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s:\n got %+v\nwant %+v", m.name, got, want)
				}
			}
			if o.Heard != 1 || o.Passes != 2 || len(o.Hosts) != 1 || o.Hosts[0].Heard == "" {
				t.Errorf("%s: %+v", m.name, o.Tally)
			}
		}
	}
}

func TestUDPStates(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.firewall(rules, "")
	payload := func(port uint16) [][]byte {
		if port == 53 {
			return [][]byte{[]byte("who is there\x1b["), []byte("?")}
		}
		return nil
	}
	for _, host := range []string{"10.77.0.2", "fd77::2"} {
		prohibited, port := "icmp 3/13", "icmp 3/3"
		if strings.Contains(host, ":") {
			prohibited, port = "icmpv6 1/1", "icmpv6 1/4"
		}
		o := mustDo(t, Order{Hosts: mustHosts(t, host), UDP: []uint16{53, 54, 1000, 1010}, Payload: payload})
		from := netip.MustParseAddr(host)
		for p, want := range map[uint16]Answer{
			53:   {State: Open, Why: WhyData, Data: []byte("who is there\x1b[")},
			54:   {State: Closed, Why: port},
			1000: {State: Unknown, Why: WhySilence},
			1010: {State: Filtered, Why: prohibited, From: from},
		} {
			want.Addr, want.Proto, want.Port = from, UDP, p
			got := o.at(host, p)
			if bytes.Equal(got.Data, []byte("?")) { // the second datagram was faster
				got.Data = want.Data
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("\n got %+v\nwant %+v", got, want)
			}
		}
	}
}

// A host that says "closed" once a second says it of all ports in the end.
func TestUDPRateLimited(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.run("ip", "netns", "exec", w.them, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000")
	o := mustDo(t, Order{Hosts: mustHosts(t, "10.77.0.2"), UDP: append(span(100, 117), 53), Payload: func(uint16) [][]byte { return [][]byte{{1}} }})
	if o.Closed != 18 || o.Open != 1 {
		t.Errorf("%+v, want 18 closed and 1 open", o.Counts)
	}
}

// Two packets of a hundred are lost each way, and no open port is.
func TestLoss(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	lose := "meta l4proto tcp numgen random mod 100 < 2 drop"
	w.firewall(lose, lose)
	for _, m := range methods {
		o := mustDo(t, Order{Hosts: mustHosts(t, "10.77.0.2"), Method: m.method, TCP: append(span(1, 4000), w.listen...)})
		missed := 0
		for _, p := range w.listen {
			if o.at("10.77.0.2", p).State != Open {
				missed++
			}
		}
		// A port is missed if it is lost four times of four: 0.04 to the fourth, for 50
		// ports once in 8,000 runs.
		if missed > 0 || o.Passes < 3 {
			t.Errorf("%s: %d of %d missed, %+v", m.name, missed, len(w.listen), o.Tally)
		}
	}
}

// Everybody in a /16 answers, and everybody is heard.
func TestManyHosts(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	for _, m := range methods {
		hosts := mustHosts(t, "10.78.0.0/20")
		told := uint64(0)
		o := mustDo(t, Order{Hosts: hosts, Method: m.method, TCP: []uint16{81, 82}, Progress: func(p Progress) { told = p.Settled }})
		if o.Closed != 2*hosts.Len() || o.Heard != hosts.Len() || uint64(len(o.Hosts)) != hosts.Len() {
			t.Errorf("%s: %+v, heard %d", m.name, o.Counts, o.Heard)
		}
		if told > 2*hosts.Len() {
			t.Errorf("%s: progress of %d", m.name, told)
		}
	}
}

func TestDiscover(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.firewall("meta l4proto { tcp, udp } drop\nip protocol icmp drop", "")
	// On the link they must answer ARP and neighbour discovery, whatever they drop;
	// beyond it nobody hears them; who is given alone is asked all the same.
	o := mustDo(t, Order{Hosts: mustHosts(t, "10.77.0.0/29", "fd77::/125", "10.78.0.0/29", "10.78.1.1"), TCP: []uint16{22}, Discover: true})
	heard := map[string]string{}
	for _, h := range o.Hosts {
		heard[h.Addr.String()] = h.Heard
	}
	for addr, how := range map[string]string{"10.77.0.2": HeardARP, "fd77::2": HeardND, "10.77.0.1": heard["10.77.0.1"], "fd77::1": heard["fd77::1"]} {
		if heard[addr] != how || how == "" {
			t.Errorf("%s is heard by %q, want %q", addr, heard[addr], how)
		}
	}
	if len(heard) != 4 || o.Absent != 20 || o.Asked != 5 || o.Silent != 1 {
		t.Errorf("%v, %+v", heard, o.Tally)
	}
	w.firewall("meta l4proto { tcp, udp } drop", "") // now they answer pings
	o = mustDo(t, Order{Hosts: mustHosts(t, "10.78.0.0/29"), TCP: []uint16{22}, Discover: true})
	if len(o.Hosts) != 8 || o.Hosts[0].Heard != HeardEcho || o.Filtered != 8 {
		t.Errorf("%+v", o.Tally)
	}
	w.firewall("ip protocol icmp drop", "") // now they refuse connections
	o = mustDo(t, Order{Hosts: mustHosts(t, "10.78.0.0/29"), TCP: []uint16{22}, Discover: true})
	if len(o.Hosts) != 8 || o.Hosts[0].Heard == HeardEcho || o.Open != 8 {
		t.Errorf("%+v", o.Tally)
	}
}

// Our own addresses answer too; and no port is open because we connected with
// ourselves.
func TestOwnAddresses(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	l, err := net.Listen("tcp", ":7777")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, m := range methods {
		for _, host := range []string{"127.0.0.1", "::1", "10.77.0.1", "fd77::1"} {
			// The range from which the kernel takes our own ports.
			o := mustDo(t, Order{Hosts: mustHosts(t, host), Method: m.method, TCP: append(span(32768, 60999), 7777)})
			if o.Open != 1 || o.at(host, 7777).State != Open || o.Closed != 28232 {
				t.Errorf("%s %s: %+v", m.name, host, o.Counts)
			}
			if want := uint64(m.method); o.Connected != want {
				t.Errorf("%s %s: %d asked by connections instead, want %d", m.name, host, o.Connected, want)
			}
		}
	}
}

// An address that means nothing without its interface.
func TestLinkLocal(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	out, err := exec.Command("ip", "netns", "exec", w.them, "cat", "/sys/class/net/eth0/address").Output()
	if err != nil {
		t.Fatal(err)
	}
	mac, err := net.ParseMAC(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.AddrFrom16([16]byte{0xfe, 0x80, 8: mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]}).WithZone("eth0") // RFC 4291, appendix A
	for range 100 {
		if state, _ := exec.Command("ip", "addr", "show", "dev", "eth0").Output(); !strings.Contains(string(state), "tentative") {
			break
		}
		_ = sleep(t.Context(), 50*time.Millisecond) // until the kernel lets us use our own
	}
	for _, m := range methods {
		o := mustDo(t, Order{Hosts: mustHosts(t, addr.String()), Method: m.method, TCP: []uint16{22, 23}, UDP: []uint16{54}})
		if o.Open != 1 || o.Closed != 2 || o.at(addr.String(), 22).Addr != addr {
			t.Errorf("%s: %+v", m.name, o.Tally)
		}
	}
}

// That a router says no does not mean that anybody is behind it.
func TestRouterRefuses(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.run("ip", "-n", w.us, "route", "add", "10.99.0.0/24", "via", "10.77.0.2")
	w.run("ip", "netns", "exec", w.them, "sysctl", "-qw", "net.ipv4.ip_forward=1")
	w.run("ip", "-n", w.them, "route", "add", "prohibit", "10.99.0.0/24")
	for _, m := range methods {
		o := mustDo(t, Order{Hosts: mustHosts(t, "10.99.0.1"), Method: m.method, TCP: []uint16{22}, UDP: []uint16{54}})
		if a := o.at("10.99.0.1", 22); a.Why != "icmp 3/13" || a.From != netip.MustParseAddr("10.77.0.2") || o.Filtered != 2 || o.Heard != 0 || o.Silent != 1 {
			t.Errorf("%s: %+v %+v", m.name, a, o.Tally)
		}
	}
}

// Our own firewall drops what comes to our own address.
func TestOwnFirewall(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.us, w.them = w.them, w.us // rules for us
	w.firewall("tcp dport 1000 drop\ntcp dport 1001 reject with tcp reset", "tcp dport 2000 reject with icmp type admin-prohibited")
	for _, m := range methods {
		o := mustDo(t, Order{Hosts: mustHosts(t, "10.77.0.1", "10.77.0.2"), Method: m.method, TCP: []uint16{1000, 1001}})
		if a := o.at("10.77.0.1", 1000); a.State != Filtered || a.Why != WhySilence || o.at("10.77.0.1", 1001).State != Closed || o.at("10.77.0.2", 1000).State != Open || o.Unknown > 0 {
			t.Errorf("%s: %+v %+v", m.name, a, o.Tally)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	for _, tt := range []struct {
		host  string
		m     Method
		state State
		why   string
	}{
		{"10.77.0.9", SYN, Filtered, WhyNoNeighbor},
		{"fd77::9", SYN, Filtered, WhyNoNeighbor},
		{"203.0.113.1", SYN, Unknown, WhyNoRoute},
		{"203.0.113.1", Connect, Unknown, WhyNoRoute},
		{"2001:db8::1", SYN, Unknown, WhyNoRoute},
		{"10.77.0.255", SYN, Unknown, WhyLocal},
	} {
		o := mustDo(t, Order{Hosts: mustHosts(t, tt.host), Method: tt.m, TCP: []uint16{22, 23}})
		if a := o.at(tt.host, 22); a.State != tt.state || a.Why != tt.why || o.Silent != 1 {
			t.Errorf("%s: %v by %s, want %v by %s; %+v", tt.host, a.State, a.Why, tt.state, tt.why, o.Tally)
		}
	}
}
