package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// hostileTargets are what must send nothing to anybody who may not be scanned. The
// names are in the hosts file of the world.
var hostileTargets = []string{
	"0177.0.0.1", "0300.0250.07.024", "192.168.007.020", "3232237332", "2130706433", "0xc0a80714", "0x7f.0.0.1", "127.1", "192.168.7",
	"::ffff:8.8.8.8", "::ffff:808:808", "::ffff:192.168.7.20", "::8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:0:808:808::1",
	"0.0.0.0/0", "::/0", "0/0", "0.0.0.0", "8.0.0.0/7", "10.0.0.0/8", "192.168.7.0/15",
	"255.255.255.255", "224.0.0.1", "ff02::1", "239.255.255.250", "240.0.0.1", "192.168.7.255", "192.168.7.0", "169.254.169.254", "fd00:ec2::254",
	"fe80::1", "fe80::1%eth9", "fe80::1%<script>", "192.168.7.20%eth0", "fe80::1%25eth0",
	"192.168.7.30-20", "192.168.7.20-::1", "192.168.7.20-999", "192.168.7.20/99", "223.255.255.250-224.0.0.5",
	"192.168.7.20:80", "http://192.168.7.20/", "[::1]:80", "192.168.7.*", "１９２.168.7.20", "192.168.7.20\n8.8.8.8", "192.168.7.20;8.8.8.8",
	"meta.example", "mapped-v6.example", "broadcast.example", "no-such-name.example", "--", ",", "-x.example", "a..example", "@/dev/zero", "@/",
	strings.Repeat("1", 4000), strings.Repeat("a.", 2000) + "example",
	"192.168.7.20,8.8.8.8/0", "192.168.7.20 0177.0.0.1",
}

// unauthorized are what may be scanned only by whoever says why.
var unauthorized = []string{
	"8.8.8.8", "203.0.113.9", "203.0.113.0/24", "public.example", "both.example", "192.168.8.1", "10.1.2.3", "172.16.0.1", "100.64.0.1",
	"192.168.7.20,203.0.113.9", "192.168.6.0/23", "192.168.7.250-192.168.8.5", "2001:db8::1", "192.0.2.1-192.0.2.9", "fd00:2::1", "1.1.1.1/32",
}

// No target string, however written, makes a packet leave for somebody who may not
// be scanned: nftables counts them.
func TestScanHostileWorld(t *testing.T) {
	needs(t, "ip", "nft")
	name := fmt.Sprintf("portlore-scan-%d", os.Getpid())
	other := name + "-b"
	etc := filepath.Join("/etc/netns", name)
	if err := os.MkdirAll(etc, 0o755); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { os.RemoveAll(etc) })
	writeFile(t, filepath.Join(etc, "resolv.conf"), []byte("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"))
	writeFile(t, filepath.Join(etc, "hosts"), []byte("127.0.0.1 localhost\n192.168.7.20 nas.example\n203.0.113.9 public.example\n192.168.7.20 both.example\n203.0.113.9 both.example\n"+
		"169.254.169.254 meta.example\n64:ff9b::808:808 mapped-v6.example\n192.168.7.255 broadcast.example\n"))
	for _, n := range []string{name, other} {
		command(t, "ip", "netns", "add", n)
		t.Cleanup(func() { exec.Command("ip", "netns", "del", n).Run() })
	}
	for line := range strings.Lines(`-n @ link set lo up
		-n @ link add eth0 type veth peer name eth0 netns @-b
		-n @ addr add 192.168.7.1/24 dev eth0
		-n @ addr add fd00:1::1/64 dev eth0 nodad
		-n @ link set eth0 up
		-n @-b addr add 192.168.7.20/24 dev eth0
		-n @-b link set eth0 up
		-n @ route add default via 192.168.7.20
		-n @ -6 route add default dev eth0`) {
		command(t, "ip", strings.Fields(strings.ReplaceAll(line, "@", name))...)
	}
	rules := exec.Command("ip", "netns", "exec", name, "nft", "-f", "-")
	rules.Stdin = strings.NewReader(`
table inet count {
	counter outside {}
	counter inside {}
	chain output {
		type filter hook output priority 0
		ip daddr 127.0.0.0/8 accept
		ip6 daddr ::1 accept
		icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld2-listener-report } accept
		ip protocol igmp accept
		ip daddr 192.168.7.1-192.168.7.254 counter name inside accept
		counter name outside
	}
}
`)
	if said, err := rules.CombinedOutput(); err != nil {
		t.Skipf("nft: %v %s", err, said)
	}
	home := t.TempDir()
	scan := func(args ...string) (code int, said string) {
		cmd := exec.Command("ip", append([]string{"netns", "exec", name, "portlore", "scan"}, args...)...)
		cmd.Env = append(os.Environ(), "HOME="+home, "LANG=C", "XDG_STATE_HOME=", "XDG_CONFIG_HOME=")
		out, err := cmd.CombinedOutput()
		return exitCode(err), string(out)
	}
	counted := func(which string) int {
		out, err := exec.Command("ip", "netns", "exec", name, "nft", "list", "counter", "inet", "count", which).Output()
		found := regexp.MustCompile(`packets (\d+)`).FindSubmatch(out)
		if err != nil || found == nil {
			t.Fatalf("nft: %v %s", err, out)
		}
		n, _ := strconv.Atoi(string(found[1]))
		return n
	}
	for _, target := range hostileTargets {
		for _, args := range [][]string{{"--authorized", "a test"}, {"--authorized", "a test", "--syn", "--udp"}} {
			if code, said := scan(append(args, "--ports", "22", "--", target)...); code != exitUsage && code != exitUnread || !strings.Contains(said, "scan: ") && !strings.Contains(said, "refused: ") {
				t.Errorf("%.80q: exit %d\n%s", target, code, said)
			}
		}
	}
	for _, target := range unauthorized {
		if code, said := scan(target, "--ports", "22"); code != exitUsage || !strings.Contains(said, "nothing was sent") {
			t.Errorf("%q without a word: exit %d\n%s", target, code, said)
		}
	}
	out, in := counted("outside"), counted("inside")
	t.Logf("%d hostile target strings, each as its owner would authorise it, and %d without a word of permission: %d packets to others, %d to the own link",
		len(hostileTargets), len(unauthorized), out, in)
	if out+in != 0 {
		t.Errorf("packets were sent: %d, %d", out, in)
	}
	// A counter that cannot count proves nothing.
	if code, said := scan("nas.example", "--ports", "22"); code != exitDone || counted("inside") == 0 || counted("outside") != 0 {
		t.Errorf("nas: exit %d, %d packets inside\n%s", code, counted("inside"), said)
	}
	if scan("203.0.113.9", "--ports", "22", "--authorized", "a test"); counted("outside") == 0 {
		t.Error("an authorised scan was not counted")
	}
}
