package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/host"
)

// testMachine has a door of every reach, and services that say what the table
// answers tells of them.
func testMachine() machine {
	answers := map[uint16]string{
		6379: "+PONG\r\n$30\r\n# Server\r\nredis_version:7.0.15\r\n\r\n+OK\r\n",
		6380: "-NOAUTH Authentication required.\r\n",
		22:   "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		3000: "HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\n\r\n<html>",
	}
	answers[31337] = answers[3000]
	return machine{
		name: "vm",
		now:  func() time.Time { return time.Date(2026, 11, 23, 14, 18, 56, 0, time.UTC) },
		doors: func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error) {
			return testDoors(), nil, nil
		},
		dial: func(_ context.Context, d *portlore.Door) (net.Conn, error) {
			if answers[d.Port] == "" {
				return nil, errors.New("refused")
			}
			ours, theirs := net.Pipe()
			go func() {
				defer theirs.Close()
				if d.Port != 22 { // SSH speaks first
					theirs.Read(make([]byte, 1024))
				}
				theirs.Write([]byte(answers[d.Port]))
			}()
			return ours, nil
		},
	}
}

func testDoors() []portlore.Door {
	door := func(address, proto string, port uint16, reach string, pid int, name string) portlore.Door {
		return portlore.Door{
			Address: address, Proto: proto, Port: port, State: "open", Reach: reach,
			ReachBy: portlore.Text{EN: "no firewall rules", ZH: "没有防火墙规则"},
			Process: portlore.DoorProcess{PID: pid, Name: name, User: "root"},
		}
	}
	redis := door("0.0.0.0", "tcp", 6379, "internet", 812, "redis-server")
	redis.Process.Unit = "redis.service"
	hidden := door("0.0.0.0", "tcp", 2024, "internet", 0, "")
	hidden.Process.Hidden = portlore.HiddenNamespace
	others := door("0.0.0.0", "tcp", 8080, "internet", 0, "")
	others.Process.Hidden = portlore.HiddenPermission
	few := door("0.0.0.0", "tcp", 3306, "internet", 900, "mysqld")
	few.From = []string{"192.0.2.77/32"}
	web := door("192.168.7.2", "tcp", 3000, "lan", 4211, "node")
	web.Process.Command, web.Process.Cwd, web.Process.User = "node server.js", "/home/ann/app", "ann"
	web.Process.Started, web.Process.Parents = "2026-11-23T14:00:00Z", []portlore.DoorParent{{PID: 4100, Name: "bash"}, {PID: 1, Name: "systemd"}}
	inner := door("::", "tcp", 6379, "lan", 77, "redis-server")
	inner.Netns = "box"
	published := door("0.0.0.0", "tcp", 16379, "internet", 77, "redis-server")
	published.To = "172.17.0.2:6379"
	return []portlore.Door{
		redis, hidden, others, few, web, inner, published,
		door("0.0.0.0", "tcp", 6380, "internet", 813, "redis-server"),
		door("0.0.0.0", "tcp", 22, "internet", 640, "sshd"), door("::", "tcp", 22, "internet", 640, "sshd"),
		door("10.8.0.1", "tcp", 9000, "vpn", 650, "python3"),
		door("224.0.0.251", "udp", 5353, "lan", 455, "avahi-daemon"),
		door("127.0.0.1", "tcp", 5432, "loopback", 702, "postgres"),
		door("127.0.0.1", "tcp", 31337, "loopback", 12284, "python3"),
		door("0.0.0.0", "tcp", 8888, "loopback", 12285, "python3"),
	}
}

func invokeListen(m machine, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := listen(&env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }, confine: unconfined}, m, args)
	return result{code, stdout.String(), stderr.String()}
}

// What people see, in both languages.
func TestListenScreens(t *testing.T) {
	only := testMachine()
	only.doors = func(_ context.Context, o host.Options) ([]portlore.Door, []portlore.Text, error) {
		return slices.DeleteFunc(testDoors(), func(d portlore.Door) bool { return d.Port != o.Port }), nil, nil
	}
	for _, tt := range []struct {
		file string
		m    machine
		args []string
	}{
		{"screen.txt", testMachine(), nil},
		{"screen.zh.txt", testMachine(), []string{"--lang", "zh"}},
		{"port.txt", only, []string{"--port", "3000"}},
		{"port.zh.txt", only, []string{"--port", "3000", "--lang", "zh"}},
		{"free.txt", only, []string{"--port", "3999"}},
	} {
		got := invokeListen(tt.m, tt.args...)
		fits(t, got)
		file := filepath.Join("testdata", "listen", tt.file)
		if *update {
			writeFile(t, file, []byte(got.stdout))
		} else if want := string(readFile(t, file)); got.stdout != want {
			t.Errorf("%s:\n%s\nwant:\n%s", tt.file, got.stdout, want)
		}
	}
}

func TestListenExit(t *testing.T) {
	refuses := func(err error) machine {
		m := testMachine()
		m.doors = func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error) { return nil, nil, err }
		return m
	}
	empty := refuses(nil)
	for _, tt := range []struct {
		m    machine
		args string
		want int
		says string
	}{
		{testMachine(), "--fail-on fix", exitFound, ""},
		{empty, "--fail-on note", exitDone, ""},
		{testMachine(), "--fail-on never", exitUsage, "want fix, check or note"},
		{testMachine(), "--port 0", exitUsage, "want a port"},
		{testMachine(), "--port 70000", exitUsage, "want a port"},
		{testMachine(), "3000", exitUsage, "did you mean --port 3000?"},
		{testMachine(), "--lang zh 3000", exitUsage, "是否想用 --port 3000？"},
		{testMachine(), "--watch --json", exitUsage, "--watch"},
		{testMachine(), "--port 22 --save x", exitUsage, "--save with --port"},
		{testMachine(), "--format pdf", exitUsage, "want text, json, jsonl"},
		{testMachine(), "--diff missing.json", exitUsage, "no such file"},
		{testMachine(), "--diff listen_test.go", exitUsage, "not a list of doors"},
		{testMachine(), "--save missing/doors.json", exitDenied, "--save"},
		{refuses(&fs.PathError{Op: "open", Path: "/proc", Err: fs.ErrPermission}), "", exitDenied, "no permission"},
		{refuses(errors.New("no such thing")), "", exitUnread, "no such thing"},
	} {
		got := invokeListen(tt.m, strings.Fields(tt.args)...)
		if got.code != tt.want || !strings.Contains(got.stderr, tt.says) || tt.says == "" && got.stderr != "" {
			t.Errorf("%s: exit %d, %q; want %d, %q", tt.args, got.code, got.stderr, tt.want, tt.says)
		}
	}
	if got := invokeListen(empty); !strings.HasPrefix(got.stdout, "Nothing listens here.\n") {
		t.Error(got.stdout)
	}
}

// What is kept is what is compared, and the file is replaced as a whole.
func TestListenDiff(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "doors.json")
	if got := invokeListen(testMachine(), "--save", file); got.code != exitDone {
		t.Fatal(got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("beside the list lie %v", left)
	}
	validate(t, "listen", string(readFile(t, file)))
	if got := invokeListen(testMachine(), "--diff", file); !strings.Contains(got.stdout, "No change since 2026-11-23 14:18:56 UTC.") {
		t.Error(got.stdout)
	}
	m := testMachine()
	m.doors = func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error) {
		doors := slices.DeleteFunc(testDoors(), func(d portlore.Door) bool { return d.Port == 9000 })
		for i := range doors {
			if doors[i].Port == 31337 {
				doors[i].Address, doors[i].Reach = "0.0.0.0", portlore.ReachInternet
			}
			if doors[i].Port == 5432 {
				doors[i].Process.Name = "nc"
			}
		}
		client := portlore.Door{Address: "0.0.0.0", Proto: "udp", Port: 40000, State: "open"}
		return append(doors, client), nil, nil
	}
	got := invokeListen(m, "--diff", file, "--lang", "zh")
	for _, want := range []string{"新增 1 个，变化 1 个，消失 2 个", "  新增  ", "31337/tcp  0.0.0.0  互联网", "  变化  正常  5432/tcp  127.0.0.1  本机  nc (702)", "  消失  "} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in\n%s", want, got.stdout)
		}
	}
	validate(t, "listen", invokeListen(m, "--diff", file, "--json").stdout)
	validate(t, "listen", invokeListen(m, "--json", "--lang", "zh").stdout)
}

// Watching says what comes and goes, and asks a door once.
func TestListenWatch(t *testing.T) {
	m := testMachine()
	ctx, stop := context.WithCancel(t.Context())
	looks, asked := 0, 0
	dial := m.dial
	m.dial = func(ctx context.Context, d *portlore.Door) (net.Conn, error) {
		if d.Port == 22 {
			asked++
		}
		return dial(ctx, d)
	}
	m.doors = func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error) {
		looks++
		doors := slices.DeleteFunc(testDoors(), func(d portlore.Door) bool { return d.Port != 6379 && d.Port != 22 || d.Address == "::" })
		switch looks {
		case 1:
			return doors[1:], nil, nil
		case 2:
			return doors, nil, nil
		}
		stop()
		return doors, nil, nil
	}
	var stdout, stderr bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }, confine: unconfined}
	l := &listener{e, m, listenOptions{common: common{failOn: portlore.Fix}}, portlore.English, openLore(e)}
	if code := l.watch(ctx, nil); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
	if want := "14:18:56  new  FIX  6379/tcp  0.0.0.0  internet  redis-server (812)  no password: PING got +PONG\n"; stdout.String() != want {
		t.Errorf("%swant\n%s", stdout.String(), want)
	}
	if !strings.Contains(stderr.String(), "Ctrl-C ends.") || asked != 1 {
		t.Errorf("%s, SSH was asked %d times", stderr.String(), asked)
	}
}

func TestStopCommand(t *testing.T) {
	for want, p := range map[string]portlore.DoorProcess{
		"":                                  {Hidden: portlore.HiddenKernel},
		"sudo systemctl stop nginx.service": {PID: 2, Unit: "nginx.service"},
		"sudo docker stop 0123456789ab":     {PID: 2, Unit: "docker-0123456789ab.scope", Container: "docker:0123456789ab"},
	} {
		if got := stopCommand(&p); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
	if got := stopCommand(&portlore.DoorProcess{PID: 77, Unit: "session-3.scope", User: "nobody-else"}); !strings.HasSuffix(got, "kill 77") {
		t.Error(got)
	}
}
