package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan"
	"github.com/portlore/portlore/scan/scope"
)

// testNetwork is one at 192.168.1.5 in which three hosts have open doors that say
// what answers tells of them, and a few more are there.
func testNetwork() network {
	answers := map[string]string{
		"192.168.1.20:6379": "+PONG\r\n$30\r\n# Server\r\nredis_version:7.0.15\r\n\r\n+OK\r\n",
		"192.168.1.21:6379": "+PONG\r\n$30\r\n# Server\r\nredis_version:7.0.15\r\n\r\n+OK\r\n",
		"192.168.1.20:22":   "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		"192.168.1.20:8080": "SSH-2.0-dropbear_2022.83\r\n",
		"192.168.1.5:22":    "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		"192.0.2.9:22":      "SSH-2.0-\x1b]52;c;aGk=\x07evil\r\n",
	}
	open := map[string]bool{"192.168.1.20:31337": true}
	for at := range answers {
		open[at] = true
	}
	return network{
		now: func() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) },
		links: func() (scope.Links, error) {
			return scope.Links{
				Own: []netip.Addr{netip.MustParseAddr("192.168.1.5")}, Attached: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}, Names: []string{"eth0"},
			}, nil
		},
		lookup: func(_ context.Context, name string) ([]netip.Addr, error) {
			if name == "nas.lan" {
				return []netip.Addr{netip.MustParseAddr("192.168.1.20")}, nil
			}
			return nil, &net.DNSError{Name: name, IsNotFound: true}
		},
		ask: func(ctx context.Context, o scan.Order, answer func(scan.Answer)) (scan.Tally, error) {
			return pretend(ctx, o, open, answer)
		},
		dial: func(_ context.Context, to netip.AddrPort, permit func(netip.Addr) error) (net.Conn, error) {
			if err := permit(to.Addr()); err != nil {
				return nil, err
			}
			said := answers[to.String()]
			if !open[to.String()] {
				return nil, errors.New("refused")
			}
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				if strings.HasPrefix(said, "SSH") { // speaks first
					theirs.Write([]byte(said))
					return
				}
				b := make([]byte, 1024)
				n, _ := theirs.Read(b)
				if strings.HasPrefix(string(b[:n]), "PING") {
					theirs.Write([]byte(said))
				}
			}()
			return ours, nil
		},
		socket: func(context.Context) (net.PacketConn, error) { return nil, errors.New("no datagrams here") },
	}
}

// pretend answers an order: some hosts are there, most ports are closed, and the
// others are not there.
func pretend(ctx context.Context, o scan.Order, open map[string]bool, answer func(scan.Answer)) (t scan.Tally, err error) {
	for i := range o.Hosts.Len() {
		a := o.Hosts.At(i)
		if o.Permit(a) != nil {
			t.Refused++
			continue
		}
		there := a.As4()[3] <= 5 || slices.ContainsFunc([]string{"192.168.1.20", "192.168.1.21", "192.0.2.9"}, func(s string) bool { return s == a.String() })
		if !there {
			t.Absent++
			continue
		}
		t.Asked++
		h := scan.HostTally{Addr: a}
		tell := func(proto string, ports []uint16) {
			for _, p := range ports {
				s := scan.Answer{Addr: a, Proto: proto, Port: p, State: scan.Closed}
				switch {
				case open[fmt.Sprintf("%s:%d", a, p)] && proto == scan.TCP:
					s.State = scan.Open
				case proto == scan.UDP:
					s.State = scan.Unknown
				case p%100 == 99:
					s.State = scan.Filtered
				}
				answer(s)
				t.Sent++
			}
		}
		tell(scan.TCP, o.TCP)
		tell(scan.UDP, o.UDP)
		t.Heard++
		t.Hosts = append(t.Hosts, h)
	}
	return t, ctx.Err()
}

// invokeScan runs a scan of a network, with a home of its own.
func invokeScan(t *testing.T, n network, args ...string) result {
	t.Helper()
	return invokeScanIn(n, map[string]string{"HOME": t.TempDir()}, args...)
}

func invokeScanIn(n network, environment map[string]string, args ...string) result {
	var stdout, stderr bytes.Buffer
	e := &env{stdin: strings.NewReader("192.168.1.20\n"), stdout: &stdout, stderr: &stderr, getenv: func(k string) string { return environment[k] }}
	code := scanWith(e, n, args)
	return result{code, stdout.String(), stderr.String()}
}

const testPorts = "20-30,80,99,199,6379,8080,31337,161/udp"

// What people see, in both languages.
func TestScanScreens(t *testing.T) {
	for _, tt := range []struct {
		file string
		args []string
	}{
		{"host", []string{"nas.lan", "--ports", testPorts}},
		{"network", []string{"192.168.1.0/24", "--ports", testPorts}},
		{"nothing", []string{"192.168.1.3", "--ports", testPorts}},
		{"nobody", []string{"192.168.1.100-110", "--ports", testPorts}},
		{"authorized", []string{"192.0.2.9", "--authorized", "ticket 4711", "--ports", testPorts, "-q"}},
		{"plan", []string{"192.168.1.0/24", "192.0.2.0/28", "--authorized", "ticket 4711", "--plan", "--ports", "22,80,9100-9110"}},
		{"host.md", []string{"nas.lan", "--format", "md", "--ports", testPorts}},
	} {
		for lang, suffix := range map[string]string{"en": ".txt", "zh": ".zh.txt"} {
			got := invokeScan(t, testNetwork(), append(tt.args, "--lang", lang)...)
			if strings.HasSuffix(tt.file, ".md") {
				if got.code != exitDone || got.stderr != "" {
					t.Errorf("%s: exit %d, %s", tt.file, got.code, got.stderr)
				}
			} else {
				if tt.file == "nobody" && got.code == exitUnread { // nothing is known
					got.code = exitDone
				}
				fits(t, got)
			}
			file := filepath.Join("testdata", "scan", tt.file+suffix)
			if *update {
				writeFile(t, file, []byte(got.stdout))
			} else if want := string(readFile(t, file)); got.stdout != want {
				t.Errorf("%s:\n%s\nwant:\n%s", file, got.stdout, want)
			}
		}
	}
}

func TestScanExit(t *testing.T) {
	fails := func(err error) network {
		n := testNetwork()
		n.ask = func(context.Context, scan.Order, func(scan.Answer)) (scan.Tally, error) { return scan.Tally{}, err }
		return n
	}
	for _, tt := range []struct {
		n    network
		args string
		want int
		says string
	}{
		{testNetwork(), "nas.lan --fail-on fix", exitFound, ""},
		{testNetwork(), "192.168.1.3 --fail-on note", exitDone, ""},
		{testNetwork(), "", exitUsage, "whom?"},
		{testNetwork(), "--lang zh", exitUsage, "扫描谁？"},
		{testNetwork(), "nas.lan --ports 0", exitUsage, "want ports from 1 to 65535"},
		{testNetwork(), "nas.lan --ports 70000", exitUsage, "want ports"},
		{testNetwork(), "nas.lan --ports 25-20", exitUsage, "want ports"},
		{testNetwork(), "nas.lan --ports nosuchthing", exitUsage, "no port and no service"},
		{testNetwork(), "nas.lan --ports 22/icmp", exitUsage, "want tcp or udp"},
		{testNetwork(), "nas.lan --ports 9100", exitUsage, "add --ot"},
		{testNetwork(), "nas.lan --ports 9100 --ot", exitDone, ""},
		{testNetwork(), "nas.lan --ports 9100-9103", exitUsage, "no port is left"},
		{testNetwork(), "nas.lan --rate 0", exitUsage, "packets per second"},
		{testNetwork(), "nas.lan --rate -5", exitUsage, "packets per second"},
		{testNetwork(), "nas.lan --rate NaN", exitUsage, "packets per second"},
		{testNetwork(), "nas.lan --authorized=", exitUsage, "say why"},
		{testNetwork(), "nas.lan --max-hosts 0", exitUsage, "a number of addresses"},
		{testNetwork(), "nas.lan --format pdf", exitUsage, "want text, json"},
		{testNetwork(), "nas.lan --plan --json", exitUsage, "--plan writes text only"},
		{testNetwork(), "nas.lan --format jsonl --diff x", exitUsage, "no --diff"},
		{testNetwork(), "nas.lan --diff missing.json", exitUsage, "no such file"},
		{testNetwork(), "nas.lan --diff scan_test.go", exitUsage, "not a scan"},
		{testNetwork(), "@missing", exitUnread, "no such file"},
		{testNetwork(), "192.0.2.9", exitUsage, "refused: 192.0.2.9 is public and not in your scope. (exit 2, nothing was sent)"},
		{testNetwork(), "192.0.2.9 --lang zh", exitUsage, "拒绝：192.0.2.9 是公网地址，未列入你的授权范围。（退出码 2，未发送任何数据包）"},
		{testNetwork(), "192.168.2.9", exitUsage, "on no link of this machine"},
		{testNetwork(), "192.168.1.255 --authorized x", exitUsage, "never scanned"},
		{testNetwork(), "10.0.0.0/12 --authorized x", exitUsage, "--max-hosts 1048576"},
		{testNetwork(), "nas.lan --save missing/x.json --ports 22", exitDenied, "--save"},
		{testNetwork(), "nas.lan -o missing/x.json --ports 22", exitDenied, "not written"},
		{fails(scan.ErrPrivilege), "nas.lan --syn", exitDenied, "sudo portlore scan"},
		{fails(errors.New("no such thing")), "nas.lan", exitUnread, "no such thing"},
	} {
		if strings.Contains(tt.args, "nas.lan") && !strings.Contains(tt.args, "--ports") {
			tt.args += " --ports 22,6379"
		}
		got := invokeScan(t, tt.n, strings.Fields(tt.args)...)
		if got.code != tt.want || !strings.Contains(got.stderr, tt.says) || tt.says == "" && got.stderr != "" {
			t.Errorf("%s: exit %d, %q; want %d, %q", tt.args, got.code, got.stderr, tt.want, tt.says)
		}
	}
}

// What is kept is what is compared; of ports that only one of the two asked for,
// nothing is said.
func TestScanDiff(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nas.json")
	if got := invokeScan(t, testNetwork(), "nas.lan", "--ports", "22,6379,8080", "--save", file); got.code != exitDone {
		t.Fatal(got)
	}
	validate(t, "scan", string(readFile(t, file)))
	if got := invokeScan(t, testNetwork(), "nas.lan", "--ports", "22,6379,8080", "--diff", file); !strings.Contains(got.stdout, "No change since 2026-11-28 12:00:00 UTC.") {
		t.Error(got.stdout)
	}
	n := testNetwork()
	n.ask = func(ctx context.Context, o scan.Order, answer func(scan.Answer)) (scan.Tally, error) {
		return pretend(ctx, o, map[string]bool{"192.168.1.20:22": true, "192.168.1.20:31337": true, "192.168.1.20:23": true}, answer)
	}
	got := invokeScan(t, n, "nas.lan", "--ports", "22,23,6379,31337", "--diff", file, "--lang", "zh")
	for _, want := range []string{"新增 0 个，变化 0 个，消失 1 个", "  消失  处理  192.168.1.20  6379/tcp", "有 3 个端口只有其中一次扫描问过"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in\n%s", want, got.stdout)
		}
	}
	validate(t, "scan", invokeScan(t, n, "nas.lan", "--ports", "22,6379", "--diff", file, "--json").stdout)
	validate(t, "scan", invokeScan(t, testNetwork(), "192.168.1.0/24", "--ports", "22", "--udp", "--json", "--lang", "zh").stdout)
}

// Every run is in the log, twice: before its first packet, and when it is over.
func TestScanLog(t *testing.T) {
	home := t.TempDir()
	in := map[string]string{"HOME": home}
	if got := invokeScanIn(testNetwork(), in, "192.0.2.9", "--ports", "22", "--authorized", "ticket 4711"); got.code != exitDone || !strings.Contains(got.stderr, "without their consent is a crime") {
		t.Fatal(got)
	}
	file := filepath.Join(home, ".local", "state", "portlore", "scans.jsonl")
	text := string(readFile(t, file))
	for _, want := range []string{`"event":"begin"`, `"event":"end"`, `"targets":["192.0.2.9"]`, `"reason":"authorized","why":"ticket 4711"`, `"outcome":"done"`, `"packets":1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Count(text, "\n") != 2 {
		t.Error(text)
	}
	invokeScanIn(testNetwork(), in, "192.0.2.9", "--plan", "--ports", "22", "--authorized", "ticket 4711")
	invokeScanIn(testNetwork(), in, "192.0.2.9", "--ports", "22")
	if again := string(readFile(t, file)); again != text {
		t.Error("a plan and a refusal sent nothing, and are in the log")
	}
	asked := 0
	n := testNetwork()
	ask := n.ask
	n.ask = func(ctx context.Context, o scan.Order, f func(scan.Answer)) (scan.Tally, error) {
		asked++
		return ask(ctx, o, f)
	}
	os.RemoveAll(filepath.Dir(file))
	writeFile(t, filepath.Dir(file), nil) // no directory can be there
	if got := invokeScanIn(n, in, "192.0.2.9", "--ports", "22", "--authorized", "ticket"); got.code != exitDenied || asked > 0 || !strings.Contains(got.stderr, "audit log") {
		t.Errorf("without a log: %+v", got)
	}
	if got := invokeScanIn(n, in, "nas.lan", "--ports", "22"); got.code != exitDone || asked != 1 || !strings.Contains(got.stderr, "audit log") {
		t.Errorf("near, without a log: %+v", got)
	}
}

// What is registered may be scanned, until its last day.
func TestScanScope(t *testing.T) {
	home := map[string]string{"HOME": t.TempDir()}
	scopeWith := func(args ...string) result {
		var stdout, stderr bytes.Buffer
		code := runScope(&env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(k string) string { return home[k] }}, args)
		return result{code, stdout.String(), stderr.String()}
	}
	if got := scopeWith("add", "192.0.2.0/28", "--note", "contract"); got.code != exitDone {
		t.Fatal(got)
	}
	got := invokeScanIn(testNetwork(), home, "192.0.2.9", "--ports", "22")
	if got.code != exitDone || !strings.Contains(got.stdout, "Allowed by your register: 192.0.2.0/28: contract.") {
		t.Error(got)
	}
	if strings.ContainsAny(got.stdout, "\x1b\x07") {
		t.Errorf("a banner reached the screen: %q", got.stdout)
	}
	for _, format := range []string{"csv", "tsv", "md", "json", "jsonl", "html"} {
		if out := invokeScanIn(testNetwork(), home, "192.0.2.9", "--ports", "22", "--format", format).stdout; strings.ContainsAny(out, "\x1b\x07") || !strings.Contains(out, "192.0.2.9") {
			t.Errorf("%s: %q", format, out)
		}
	}
	if got := scopeWith("remove", "192.0.2.0/28"); got.code != exitDone {
		t.Fatal(got)
	}
	if got := invokeScanIn(testNetwork(), home, "192.0.2.9", "--ports", "22"); got.code != exitUsage {
		t.Error(got)
	}
	for args, want := range map[string]int{
		"": exitUsage, "add 192.0.2.0/28": exitUsage, "add 192.0.2.0/28 --note x --until 2020-01-01": exitUsage, "add nas.lan --note x": exitUsage,
		"add 192.0.2.0/28 --note x --until soon": exitUsage, "remove 192.0.2.0/28": exitUnread, "list extra": exitUsage, "list": exitDone, "--help": exitDone, "brew": exitUsage,
	} {
		if got := scopeWith(strings.Fields(args)...); got.code != want {
			t.Errorf("scope %s: %+v", args, got)
		}
	}
}

// Who interrupts a scan sees what is known.
func TestScanInterrupted(t *testing.T) {
	n := testNetwork()
	s := &scanner{env: &env{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: func(string) string { return "" }}, network: n}
	opt, err := scanFlags([]string{"192.168.1.0/24", "--ports", "22,6379"})
	if err != nil {
		t.Fatal(err)
	}
	s.opt, s.base = opt, openLore(s.env)
	if code := s.prepare(t.Context()); code != exitDone {
		t.Fatal(code)
	}
	ctx, stop := context.WithCancel(t.Context())
	s.ask = func(ctx context.Context, o scan.Order, answer func(scan.Answer)) (scan.Tally, error) {
		tally, _ := n.ask(ctx, o, answer)
		stop()
		return tally, ctx.Err()
	}
	code := s.scan(ctx, nil)
	if out := s.stdout.(*bytes.Buffer).String(); code != exitInterrupted || !strings.HasPrefix(out, "PARTIAL: ") || !strings.Contains(out, "22/tcp") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// The usual ports: all that people wrote about, in the number that is documented.
func TestUsualPorts(t *testing.T) {
	base := openLore(&env{getenv: func(string) string { return "" }})
	w, err := wantedPorts(base, "", false, false)
	if err != nil || len(w.tcp) < 950 || len(w.tcp) > 1100 || len(w.udp) != 0 {
		t.Errorf("%d tcp, %d udp, %v", len(w.tcp), len(w.udp), err)
	}
	for _, p := range []uint16{21, 23, 25, 80, 111, 443, 445, 1080, 3128, 3389, 5900, 6379, 8080, 9200, 27017, 31337} {
		if !slices.Contains(w.tcp, p) {
			t.Errorf("%d is not among them", p)
		}
	}
	for list, want := range map[string]string{
		"22": "22 ", "20-22,22": "20-22 ", "redis": "6379 ", "53/udp": " 53", "161/UDP, 22": "22 161", "snmp": " 161", "1-65535": "1-65535 ", "all": "1-65535 ",
	} {
		w, err := wantedPorts(base, list, false, true)
		if got := portList(w.tcp) + " " + portList(w.udp); got != want || err != nil {
			t.Errorf("%s: %q, want %q (%v)", list, got, want, err)
		}
	}
	if w, _ := wantedPorts(base, "22,53/tcp", true, false); portList(w.tcp) != "22,53" || portList(w.udp) != "22" {
		t.Errorf("%+v", w)
	}
	if w, _ := wantedPorts(base, "1-65535", false, false); w.leftOut != 14 || len(w.tcp) != 65535-14 {
		t.Errorf("%d left out", w.leftOut)
	}
}

// What answers may be made by attackers: floods, drips and escapes end, and reach no
// screen.
func TestScanHostileServers(t *testing.T) {
	serve := func(talk func(net.Conn)) string {
		server, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Skip(err)
		}
		t.Cleanup(func() { server.Close() })
		go func() {
			for {
				c, err := server.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					talk(c)
				}()
			}
		}()
		return fmt.Sprint(server.Addr().(*net.TCPAddr).Port)
	}
	again := func(b []byte, pause time.Duration) func(net.Conn) {
		return func(c net.Conn) {
			for {
				if _, err := c.Write(b); err != nil {
					return
				}
				time.Sleep(pause)
			}
		}
	}
	ports := strings.Join([]string{
		serve(again(bytes.Repeat([]byte("A\x1b]52;c;aGk=\x07"), 1<<16), 0)),
		serve(again([]byte{0x1b}, 50*time.Millisecond)),
		serve(func(c net.Conn) { c.Write([]byte("SSH-2.0-\u202e\x9b2J=cmd|' /C calc'!A0\r\n")) }),
		serve(func(c net.Conn) { c.Write([]byte("220 =HYPERLINK(1)\x00\xff ftp <script>alert(1)</script>\r\n")) }),
	}, ",")
	for _, format := range []string{"text", "json", "jsonl", "csv", "tsv", "md", "html"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			got := invokeScan(t, thisNetwork(), "127.0.0.1", "--ports", ports, "--format", format)
			if got.code != exitDone || strings.ContainsFunc(got.stdout+got.stderr, func(r rune) bool { return r != '\n' && r != '\t' && !safetext.Visible(r) }) {
				t.Errorf("exit %d %q", got.code, got.stdout)
			}
			if format != "tsv" && strings.ContainsRune(got.stdout, '\t') {
				t.Errorf("%q", got.stdout)
			}
		})
	}
}

// Real listeners of this machine, on ports that the system chose: by real
// connections, with the questions that the program asks.
func TestScanLoopback(t *testing.T) {
	listen := func(greeting string) string {
		server, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Skip(err)
		}
		t.Cleanup(func() { server.Close() })
		go func() {
			for {
				c, err := server.Accept()
				if err != nil {
					return
				}
				c.Write([]byte(greeting))
				c.Close()
			}
		}()
		return fmt.Sprint(server.Addr().(*net.TCPAddr).Port)
	}
	ssh, odd := listen("SSH-2.0-OpenSSH_9.9\r\n"), listen("")
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	closed := fmt.Sprint(gone.Addr().(*net.TCPAddr).Port)
	gone.Close()
	got := invokeScan(t, thisNetwork(), "127.0.0.1", "--ports", ssh+","+odd+","+closed, "--json")
	validate(t, "scan", got.stdout)
	var s report.Scan
	if err := json.Unmarshal([]byte(got.stdout), &s); err != nil || got.code != exitDone || len(s.Targets) != 1 {
		t.Fatalf("%v %+v", err, got)
	}
	target := s.Targets[0]
	if len(target.Doors) != 2 || target.TCP.Closed != 1 || s.Allowed[0].Reason != "own" || s.Packets < 3 {
		t.Errorf("%+v", target)
	}
	for _, d := range target.Doors {
		if fmt.Sprint(d.Port) == ssh && d.Service.Product != "OpenSSH" || fmt.Sprint(d.Port) == odd && d.Service.Proof == "answer" {
			t.Errorf("%+v", d)
		}
	}
}
