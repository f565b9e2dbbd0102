package host

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseCgroup(t *testing.T) {
	id := strings.Repeat("0123456789abcdef", 4)
	for _, tt := range []struct{ text, unit, container string }{
		{"0::/system.slice/redis.service\n", "redis.service", ""},
		{"0::/system.slice/system-getty.slice/getty@tty1.service\n", "getty@tty1.service", ""},
		{"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-foo\\x2dbar.service\n", "app-foo-bar.service", ""},
		{"0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope", ""},
		{"0::/init.scope\n", "", ""},
		{"0::/\n", "", ""},
		{"0::/system.slice/docker-" + id + ".scope\n", "docker-" + id + ".scope", "docker:0123456789ab"},
		{"12:pids:/docker/" + id + "\n1:name=systemd:/docker/" + id + "\n", "", "docker:0123456789ab"},
		{"0::/machine.slice/libpod-" + id + ".scope/container\n", "libpod-" + id + ".scope", "podman:0123456789ab"},
		{"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-" + id + ".scope\n", "cri-containerd-" + id + ".scope", "containerd:0123456789ab"},
		{"0::/kubepods/besteffort/pod6c1f/" + id + "\n", "", "kubernetes:0123456789ab"},
		{"0::/lxc.payload.web/system.slice/nginx.service\n", "nginx.service", "lxc:web"},
		{"4:memory:/lxc/web\n", "", "lxc:web"},
		{"0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope\n", "machine-qemu-1-vm.scope", "vm:1-vm"},
		{"0::/machine.slice/systemd-nspawn@deb.service/payload\n", "systemd-nspawn@deb.service", "nspawn:deb"},
		{"0::/default/" + id + "\n", "", "container:0123456789ab"},
	} {
		if unit, container := parseCgroup(tt.text); unit != tt.unit || container != tt.container {
			t.Errorf("%q: unit %q container %q, want %q %q", tt.text, unit, container, tt.unit, tt.container)
		}
	}
}

// What the tools of other systems print, and the doors in it.
func TestTools(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, tt := range map[string]struct{ got, want string }{
		"lsof": {show(parseLsof(read("lsof.txt"))), "" +
			"tcp :: 22 true 1 launchd root\ntcp 0.0.0.0 22 false 1 launchd root\nudp 0.0.0.0 5353 false 312 mDNSResponder _mdnsresponder\n" +
			"tcp 127.0.0.1 5432 false 702 postgres ann\ntcp fe80::1 631 false 702 postgres ann\n"},
		"sockstat": {show(parseSockstat(read("sockstat.txt"))), "" +
			"tcp 0.0.0.0 22 false 913 sshd root\ntcp :: 22 false 913 sshd root\ntcp :: 80 true 920 nginx www\nudp 127.0.0.1 123 false 871 ntpd ntpd\n"},
		"routes of macOS":   {fmt.Sprint(defaultRoutes(read("netstat-darwin.txt"))), "[en0 en1] [utun0]"},
		"routes of FreeBSD": {fmt.Sprint(defaultRoutes(read("netstat-freebsd.txt"))), "[vtnet0] [vtnet0]"},
		"files":             {fmt.Sprintln(parseFiles("p702\nfcwd\nn/Users/ann\nftxt\nn/usr/local/bin/postgres\nftxt\nn/usr/lib/dyld\n")), "/usr/local/bin/postgres /Users/ann\n"},
		"procstat":          {fmt.Sprintln(parseProcstat("  PID COMM FD T V FLAGS REF OFFSET PRO NAME\n  913 sshd text v r r------- - - - /usr/sbin/sshd\n  913 sshd cwd v d r------- - - - /\n")), "/usr/sbin/sshd /\n"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, tt.got, tt.want)
		}
	}
	all := parsePS(read("ps.txt"))
	if q := all[702]; q.User != "ann" || q.parent != 1 || q.Name != "postgres" || q.Started != "2026-11-25T07:39:44Z" || q.Command != "/usr/local/bin/postgres -D /usr/local/var/postgres" {
		t.Errorf("ps: %+v", q)
	}
	if chain := startChain(all, 702); len(chain) != 2 || chain[1].Name != "launchd" {
		t.Errorf("start chain %v", chain)
	}
}

func show(all []listener) string {
	var b strings.Builder
	for _, k := range all {
		fmt.Fprintln(&b, k.proto, k.addr, k.port, k.both, k.pid, k.name, k.user)
	}
	return b.String()
}

// One row of each table of Windows, as its headers lay it out.
func TestWinTables(t *testing.T) {
	port := []byte{0x1f, 0x90, 0xff, 0xff} // 8080 in network order; the rest of the field is not defined
	pid := []byte{0x39, 5, 0, 0}
	addr4, zero := []byte{192, 0, 2, 2}, make([]byte, 4)
	addr6 := netip.MustParseAddr("2001:db8::2").As16()
	for i, row := range [][][]byte{
		{{2, 0, 0, 0}, addr4, port, zero, zero, pid},
		{addr6[:], zero, port, make([]byte, 16), zero, zero, {2, 0, 0, 0}, pid},
		{addr4, port, pid},
		{addr6[:], zero, port, pid},
	} {
		table := []byte{2, 0, 0, 0} // says two, holds one and a half
		for _, field := range row {
			table = append(table, field...)
		}
		got := winTables[i].rows(append(table, 1, 2, 3))
		if len(got) != 1 || got[0].port != 8080 || got[0].pid != 1337 || got[0].addr != netip.AddrFrom4([4]byte(addr4)) && got[0].addr != netip.AddrFrom16(addr6) {
			t.Errorf("%+v: %+v", winTables[i], got)
		}
	}
}

func TestDockerProxyTarget(t *testing.T) {
	for command, want := range map[string]string{
		"/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80": "172.17.0.2:80",
		"docker-proxy -container-ip": "invalid AddrPort",
	} {
		if got := dockerProxyTarget(command).String(); got != want {
			t.Errorf("%q: %s, want %s", command, got, want)
		}
	}
}
