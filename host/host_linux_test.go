package host

import (
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore"
)

const worldRules = `
table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 23 drop
		tcp dport 24 ip saddr 192.0.2.77 accept
		tcp dport 24 drop
		tcp dport 25 ip saddr 192.168.0.0/16 accept
		tcp dport 25 reject
		tcp dport 26 iifname "tun0" accept
		tcp dport 26 drop
		tcp dport 27 meta mark 7 accept
		tcp dport 27 drop
	}
}
table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname != "docker0" fib daddr type local tcp dport 8080 dnat to 172.17.0.2:80
		iifname "eth1" tcp dport 8081 dnat to 172.17.0.2:80
		tcp dport 8082 redirect to :22
	}
}
`

// Every reach there is, on a machine made for it; and what is said of TCP is true:
// strangers and neighbours do get there, or do not.
func TestReach(t *testing.T) {
	w := newWorld(t)
	w.listen("host", "tcp4 0.0.0.0:22", "tcp4 0.0.0.0:23", "tcp4 0.0.0.0:24", "tcp4 0.0.0.0:25", "tcp4 0.0.0.0:26", "tcp4 0.0.0.0:27",
		"tcp4 127.0.0.1:31337", "tcp4 127.0.0.1:5432", "tcp4 192.0.2.2:80", "tcp4 192.168.7.2:445", "tcp4 10.8.0.1:9100",
		"tcp4 172.17.0.1:2375", "tcp6 [::]:443", "tcp6 [::1]:6379", "tcp [::]:8443", "tcp6 [2001:db8::2]:853",
		"udp4 0.0.0.0:123", "udp4 192.168.7.2:137", "udp4 127.0.0.1:323")
	w.listen("box", "tcp4 0.0.0.0:80")
	w.sh("ip", "-n @host link add vx0 type vxlan id 7 dstport 4789 dev eth1\n-n @host link set vx0 up")
	w.rules(worldRules)
	w.open(unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_UDPLITE, &unix.SockaddrInet4{Port: 700})
	w.open(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP, nil)
	w.open(unix.AF_PACKET, unix.SOCK_RAW, int(htons(unix.ETH_P_ALL)), nil)
	w.open(unix.AF_PACKET, unix.SOCK_DGRAM, int(htons(unix.ETH_P_ARP)), nil)
	got := w.doors()

	want := map[string]struct{ reach, from, to, by string }{
		"tcp 0.0.0.0:22":       {portlore.ReachInternet, "", "", "192.0.2.2 on eth0 is a public address"},
		"tcp 0.0.0.0:23":       {portlore.ReachLoopback, "", "", "nft inet filter input: tcp dport 23 drop"},
		"tcp 0.0.0.0:24":       {portlore.ReachInternet, "192.0.2.77/32", "", "only from 192.0.2.77/32: nft inet filter input: tcp dport 24 ip saddr 192.0.2.77 accept"},
		"tcp 0.0.0.0:25":       {portlore.ReachLAN, "192.168.0.0/16", "", "strangers are stopped by nft inet filter input: tcp dport 25 reject"},
		"tcp 0.0.0.0:26":       {portlore.ReachVPN, "", "", "from eth0 stopped by nft inet filter input: tcp dport 26 drop"},
		"tcp 0.0.0.0:27":       {portlore.ReachInternet, "", "", "not understood, the worst is assumed: meta mark"},
		"tcp 127.0.0.1:31337":  {portlore.ReachLoopback, "", "", "this machine only"},
		"tcp 127.0.0.1:5432":   {portlore.ReachLoopback, "", "", "this machine only"},
		"tcp 192.0.2.2:80":     {portlore.ReachInternet, "", "", "192.0.2.2 on eth0 is a public address; no firewall rule stops it"},
		"tcp 192.168.7.2:445":  {portlore.ReachLAN, "", "", "own network only"},
		"tcp 10.8.0.1:9100":    {portlore.ReachVPN, "", "", "VPN tun0"},
		"tcp 172.17.0.1:2375":  {portlore.ReachLAN, "", "", "own network only"},
		"tcp :::443":           {portlore.ReachInternet, "", "", "2001:db8::2 on eth0 is a public address"},
		"tcp ::1:6379":         {portlore.ReachLoopback, "", "", "this machine only"},
		"tcp :::8443":          {portlore.ReachInternet, "", "", "public address"},
		"tcp 2001:db8::2:853":  {portlore.ReachInternet, "", "", "public address"},
		"udp 0.0.0.0:123":      {portlore.ReachInternet, "", "", "no firewall rule stops it"},
		"udp 192.168.7.2:137":  {portlore.ReachLAN, "", "", "own network only"},
		"udp 127.0.0.1:323":    {portlore.ReachLoopback, "", "", "this machine only"},
		"udp 0.0.0.0:4789":     {portlore.ReachInternet, "", "", "public address"},
		"udplite 0.0.0.0:700":  {portlore.ReachInternet, "", "", "public address"},
		"raw 0.0.0.0:1":        {portlore.ReachInternet, "", "", "public address"},
		"packet *:3":           {portlore.ReachInternet, "", "", "before the firewall"},
		"packet *:2054":        {portlore.ReachLAN, "", "", "own link only"},
		"tcp 0.0.0.0:8080":     {portlore.ReachInternet, "", "172.17.0.2:80", "sent on to 172.17.0.2:80 by nft ip nat prerouting"},
		"tcp 0.0.0.0:8081":     {"", "", "", ""},
		"tcp 192.168.7.2:8081": {portlore.ReachLAN, "", "172.17.0.2:80", "iifname \"eth1\" tcp dport 8081 dnat"},
		"tcp 0.0.0.0:8082":     {portlore.ReachInternet, "", "192.0.2.2:22", "redirect to :22"},
		"box tcp 0.0.0.0:80":   {portlore.ReachLAN, "", "", "the router decides"},
	}
	for name, want := range want {
		d, ok := got[name]
		if want.reach == "" {
			if ok {
				t.Errorf("%s: %+v, want none", name, d)
			}
			continue
		}
		if d.Reach != want.reach || strings.Join(d.From, " ") != want.from || d.To != want.to || !strings.Contains(d.ReachBy.EN, want.by) {
			t.Errorf("%s: reach %q from %q to %q by %q\nwant %q", name, d.Reach, d.From, d.To, d.ReachBy.EN, want)
		}
	}
	for name, d := range got {
		if _, ok := want[name]; !ok && !strings.HasPrefix(name, "wan") && !strings.HasPrefix(name, "lan") {
			t.Errorf("%s: not expected: %+v", name, d)
		}
		if d.ReachBy.ZH == "" || d.State != "open" {
			t.Errorf("%s: %+v", name, d)
		}
		if d.Process.Name != "host.test" && d.Process.Hidden == "" {
			t.Errorf("%s: owner %+v", name, d.Process)
		}
	}
	if p := got["udp 0.0.0.0:4789"].Process; p.Hidden != portlore.HiddenKernel || p.Name != "vxlan" {
		t.Errorf("held by the kernel: %+v", p)
	}
	if p := got["tcp 0.0.0.0:8080"].Process; p.Name != "host.test" || !strings.HasSuffix(p.Container, "box") {
		t.Errorf("behind the published port: %+v", p)
	}
	w.prove(t, got)
}

// prove dials what is said to be reachable, and what is said not to be.
func (w *world) prove(t *testing.T, doors map[string]portlore.Door) {
	for name, d := range doors {
		if d.Proto != "tcp" || d.Netns != "" {
			continue
		}
		for _, sender := range []struct {
			space, source, to, to6 string
			reaches                []string
		}{
			{"wan", "", "192.0.2.2", "2001:db8::2", []string{portlore.ReachInternet}},
			{"lan", "", "192.168.7.2", "", []string{portlore.ReachInternet, portlore.ReachLAN}},
		} {
			to := netip.AddrPortFrom(netip.MustParseAddr(sender.to), d.Port)
			a := netip.MustParseAddr(d.Address)
			if a.Is6() {
				if sender.to6 == "" {
					continue
				}
				to = netip.AddrPortFrom(netip.MustParseAddr(sender.to6), d.Port)
			}
			want := slices.Contains(sender.reaches, d.Reach) && len(d.From) == 0 && (a.IsUnspecified() || a == to.Addr())
			if len(d.From) > 0 && sender.space == "lan" {
				want = d.Reach == portlore.ReachLAN
			}
			if strings.Contains(d.ReachBy.EN, "not understood") {
				continue // it may or may not
			}
			if got := w.answers(sender.space, sender.source, to); got != want {
				t.Errorf("%s from %s to %s: answers %v; said: %s %s %s", name, sender.space, to, got, d.Reach, d.From, d.ReachBy.EN)
			}
		}
	}
	one := netip.MustParseAddrPort("192.0.2.2:24")
	if !w.answers("wan", "192.0.2.77", one) {
		t.Error("the one source that is let in does not get there")
	}
}

func htons(n uint16) uint16 { return n<<8 | n>>8 }

// Without netlink /proc/net says the same, but for what it does not have.
func TestProcNet(t *testing.T) {
	w := newWorld(t)
	w.listen("host", "tcp4 0.0.0.0:22", "tcp4 192.168.7.2:445", "tcp6 [2001:db8::2]:853", "tcp6 [::1]:6379", "udp4 127.0.0.1:323", "udp6 [::]:123")
	w.open(unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_UDPLITE, &unix.SockaddrInet4{Port: 700})
	w.open(unix.AF_PACKET, unix.SOCK_RAW, int(htons(unix.ETH_P_IP)), &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_IP), Ifindex: 1})
	w.in("host", func() {
		n := 0
		for _, p := range protocols[:3] { // there is not sock_diag for raw sockets in every kernel
			asked, err := inetDiag(p.name, p.number, p.states)
			if err != nil {
				t.Log(p.name, err)
				continue
			}
			read, err := procSockets(p.name, p.states, p.files)
			if err != nil {
				t.Error(err)
			}
			for i := range asked {
				asked[i].v6only = false
			}
			n += len(asked)
			same(t, asked, read)
		}
		asked, err := packetDiag()
		if err != nil {
			t.Skip(err)
		}
		read, err := procPacket()
		if err != nil {
			t.Error(err)
		}
		same(t, asked, read)
		if n != 7 || len(asked) != 1 {
			t.Errorf("%d sockets, %d packet sockets: want 7 and 1", n, len(asked))
		}
	})
}

func same(t *testing.T, a, b []socket) {
	t.Helper()
	order := func(x, y socket) int { return int(x.inode) - int(y.inode) }
	slices.SortFunc(a, order)
	slices.SortFunc(b, order)
	if !slices.Equal(a, b) {
		t.Errorf("netlink %+v\n/proc/net %+v", a, b)
	}
}

// A program that a machine has many of: workers that share a socket, one that
// shares it with the first process, one that ended.
func TestHolder(t *testing.T) {
	known := func(pid, parent int, ticks uint64) *process {
		q := &process{parent: parent, ticks: ticks}
		q.PID = pid
		return q
	}
	p := &people{known: map[int]*process{1: known(1, 0, 1), 7: known(7, 1, 50), 8: known(8, 7, 60), 9: nil}}
	for _, tt := range []struct {
		pids []int
		want int
	}{{[]int{8, 7}, 7}, {[]int{1, 8}, 8}, {[]int{1}, 1}, {[]int{9, 8}, 8}} {
		if got := p.holder(tt.pids); got == nil || got.PID != tt.want {
			t.Errorf("%v: %+v, want %d", tt.pids, got, tt.want)
		}
	}
	if got := p.holder([]int{9}); got != nil {
		t.Errorf("gone: %+v", got)
	}
	if q := parseStat("42 (a) b (c) S 7 1 1 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 777 0"); q == nil || q.Name != "a) b (c" || q.parent != 7 || q.ticks != 777 || !q.kernel {
		t.Errorf("stat: %+v", q)
	}
}

// Without root the table is the same, but for owners and rules: it says why.
func TestUnprivileged(t *testing.T) {
	w := newWorld(t)
	w.listen("host", "tcp4 0.0.0.0:22", "tcp4 127.0.0.1:5432")
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "portlore")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	exe := dir + "/host.test"
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(exe, self, 0o755)); err != nil {
		t.Fatal(err)
	}
	w.in("host", func() {
		cmd := exec.Command(exe, "-test.v", "-test.run=^TestTable$")
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		for _, want := range []string{
			"internet tcp 0.0.0.0:22 owner root permission",
			"loopback tcp 127.0.0.1:5432 owner root permission",
			"note: firewall rules could not be read without root",
		} {
			if !strings.Contains(string(out), want) {
				t.Errorf("want %q in\n%s", want, out)
			}
		}
	})
}

// iptables in both kinds: the one that writes to nf_tables, beside rules of nft,
// and the old one.
func TestIPTables(t *testing.T) {
	for _, kind := range []string{"nft", "legacy"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			w.listen("host", "tcp4 0.0.0.0:22", "tcp4 0.0.0.0:23", "tcp4 0.0.0.0:24", "tcp6 [::]:25")
			if kind == "nft" {
				w.rules("table inet mine { chain input { type filter hook input priority 10; policy accept; tcp dport 22 drop; }\n}\n")
			}
			for _, line := range []string{
				"iptables -A INPUT -p tcp -m multiport --dports 23,99 -m comment --comment portlore -j DROP",
				"iptables -A INPUT -p tcp --dport 24 -m iprange --src-range 192.0.2.70-192.0.2.79 -j ACCEPT",
				"iptables -A INPUT -p tcp --dport 24 -j REJECT",
				"ip6tables -P INPUT DROP",
			} {
				tool, args, _ := strings.Cut(line, " ")
				w.in("host", func() {
					if out, err := exec.Command(tool+"-"+kind, strings.Fields(args)...).CombinedOutput(); err != nil {
						t.Skipf("%s-%s %s: %v %s", tool, kind, args, err, out)
					}
				})
			}
			got := w.doors()
			for name, want := range map[string]struct{ reach, by string }{
				"tcp 0.0.0.0:22": {map[string]string{"nft": portlore.ReachLoopback, "legacy": portlore.ReachInternet}[kind], ""},
				"tcp 0.0.0.0:23": {portlore.ReachLoopback, "iptables filter INPUT: -A INPUT -p tcp -m multiport --dports 23,99"},
				"tcp 0.0.0.0:24": {portlore.ReachInternet, "only from 192.0.2.70/31, 192.0.2.72/29: iptables filter INPUT"},
				"tcp :::25":      {portlore.ReachLoopback, "filter INPUT: policy drop"},
			} {
				if d := got[name]; d.Reach != want.reach || !strings.Contains(d.ReachBy.EN, want.by) {
					t.Errorf("%s: %s by %q, want %v", name, d.Reach, d.ReachBy.EN, want)
				}
			}
		})
	}
}
