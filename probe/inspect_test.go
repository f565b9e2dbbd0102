package probe

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
)

var (
	recordInspection = flag.String("record-inspection", "", "ask this door and write the conversation: service,tcp|udp,address:port,name of the case,what it is")
	local            = flag.String("local", "", "with -record-inspection: our own address")
	asName           = flag.String("target", "", "with -record-inspection: the name of the target")
)

// A step is what one side says; by UDP, a datagram.
type step struct {
	from byte // '<' the door, '>' we, '.' the door hangs up, '~' it is silent
	said string
}

// A replay is a connection that says what a real one said, and holds against us
// every byte that was not said then.
type replay struct {
	t      *testing.T
	name   string
	steps  []step
	local  int
	packet bool
}

func (r *replay) Read(b []byte) (int, error) {
	if len(r.steps) == 0 || r.steps[0].from == '>' {
		return 0, os.ErrDeadlineExceeded
	}
	s := &r.steps[0]
	switch s.from {
	case '.':
		return 0, io.EOF
	case '~':
		r.steps = r.steps[1:]
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(b, s.said)
	if s.said = s.said[n:]; s.said == "" || r.packet {
		r.steps = r.steps[1:]
	}
	return n, nil
}

func (r *replay) Write(b []byte) (int, error) {
	for left := string(b); left != ""; {
		for len(r.steps) > 0 && strings.IndexByte("<~", r.steps[0].from) >= 0 { // it said more than we wanted to hear
			r.steps = r.steps[1:]
		}
		if len(r.steps) == 0 || r.steps[0].from != '>' {
			if len(r.steps) == 0 || r.steps[0].from != '.' {
				r.t.Errorf("%s: sent what was not sent then: %q", r.name, left)
			}
			return 0, io.ErrClosedPipe
		}
		s := &r.steps[0]
		n := min(len(left), len(s.said))
		if left[:n] != s.said[:n] {
			r.t.Errorf("%s: sent %q, want %q", r.name, left, s.said)
			return 0, io.ErrClosedPipe
		}
		left, s.said = left[n:], s.said[n:]
		if s.said == "" {
			r.steps = r.steps[1:]
		}
	}
	return len(b), nil
}

func (r *replay) Close() error {
	for _, s := range r.steps {
		if s.from == '>' {
			r.t.Errorf("%s: did not send %q", r.name, s.said)
		}
	}
	return nil
}

func (r *replay) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: r.local} }

func (r *replay) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2)} }
func (r *replay) SetDeadline(time.Time) error      { return nil }
func (r *replay) SetReadDeadline(time.Time) error  { return nil }
func (r *replay) SetWriteDeadline(time.Time) error { return nil }

// A replayPacket is the same for a socket that is not connected.
type replayPacket struct {
	*replay
	to netip.Addr
}

func (r replayPacket) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := r.Read(b)
	return n, net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.to, 40000)), err
}
func (r replayPacket) WriteTo(b []byte, _ net.Addr) (int, error) { return r.Write(b) }

// counting gives the bytes that are random otherwise.
func countingBytes() func(int) []byte {
	next := byte(0)
	return func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			next++
			b[i] = next
		}
		return b
	}
}

// A conversation is a door and all that was said at it, in the order of the calls.
type conversation struct {
	about string
	door  portlore.Door
	name  string // of the target
	calls []*replay
	kinds []string
}

func readConversation(t *testing.T, path string) (c conversation, want string) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c.about = string(a.Comment)
	for _, f := range a.Files {
		kind, rest, _ := strings.Cut(f.Name, " ")
		switch kind {
		case "door":
			fields := strings.Fields(string(f.Data))
			at, err := netip.ParseAddrPort(fields[2])
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			c.door = portlore.Door{Address: at.Addr().String(), Proto: fields[1], Port: at.Port(), State: "open", Service: portlore.DoorService{Name: fields[0], Proof: "answer", TLS: false}}
			if len(fields) > 3 {
				c.name = fields[3]
			}
		case "want":
			want = string(f.Data)
		default:
			r := &replay{t: t, name: path + ": " + f.Name, packet: kind == "packets" || c.door.Proto == "udp"}
			r.local, _ = strconv.Atoi(rest)
			for line := range strings.Lines(string(f.Data)) {
				line = strings.TrimSpace(line)
				s := step{from: line[0]}
				if len(line) > 2 {
					if s.said, err = strconv.Unquote(line[2:]); err != nil {
						t.Fatalf("%s: %s: %v", path, line, err)
					}
				}
				r.steps = append(r.steps, s)
			}
			c.calls, c.kinds = append(c.calls, r), append(c.kinds, f.Name)
		}
	}
	return c, want
}

// visit is a visit of a conversation.
func (c *conversation) visit(t *testing.T) *Visit {
	next := func(kind string) (*replay, error) {
		if len(c.calls) == 0 || !strings.HasPrefix(c.kinds[0]+" ", kind+" ") {
			t.Errorf("%s: a call that was not made then: %s", c.about, kind)
			return nil, errors.New("no such call")
		}
		r := c.calls[0]
		c.calls, c.kinds = c.calls[1:], c.kinds[1:]
		return r, nil
	}
	dial := func(kind string) Dial {
		return func(context.Context) (net.Conn, error) {
			r, err := next(kind)
			if err != nil {
				return nil, err
			}
			return r, nil
		}
	}
	return &Visit{
		Door: &c.door, Name: c.name, Dial: dial("dial"), Plain: dial("plain"), token: countingBytes(),
		Reach: func(ctx context.Context, transport string, port uint16) (net.Conn, error) {
			return dial(fmt.Sprintf("%s %d", transport, port))(ctx)
		},
		Packets: func(context.Context) (net.PacketConn, error) {
			r, err := next("packets")
			if err != nil {
				return nil, err
			}
			return replayPacket{r, netip.MustParseAddr(c.door.Address)}, nil
		},
	}
}

func say(found []Check) string {
	var b strings.Builder
	for _, c := range found {
		fmt.Fprintf(&b, "%s %s\n  %s\n  %s\n", c.ID, c.Word, c.Evidence.EN, c.Evidence.ZH)
	}
	return b.String()
}

// What real services said, and what is made of it: those that let strangers in, and
// those that do not. Nothing is sent that was not sent then.
func TestInspect(t *testing.T) {
	if *recordInspection != "" {
		t.Skip("recording")
	}
	cases, _ := filepath.Glob("testdata/inspect/*.txtar")
	if len(cases) == 0 {
		t.Fatal("no conversations")
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			c, want := readConversation(t, path)
			found := inspect(t.Context(), c.visit(t))
			got := say(found)
			if *update {
				rewrite(t, path, got)
			} else if got != want {
				t.Errorf("found:\n%s\nwant:\n%s", got, want)
			}
			if len(c.calls) > 0 {
				t.Errorf("calls that were made then, and not now: %v", c.kinds)
			}
			for _, f := range found {
				complete(t, f)
			}
		})
	}
}

func rewrite(t *testing.T, path, want string) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// complete: a check says in both languages what it is, and one that wants something
// done says what; what it quotes is harmless.
func complete(t *testing.T, c Check) {
	t.Helper()
	texts := []portlore.Text{c.Evidence}
	if c.Word > portlore.Fine {
		texts = append(texts, c.Means, c.Do)
	}
	for _, s := range texts {
		if s.EN == "" || s.ZH == "" || s.EN == s.ZH || strings.Contains(s.EN+s.ZH, "%!") || strings.ContainsAny(s.EN+s.ZH, "\x1b\r\n\x00") {
			t.Errorf("%s: %q", c.ID, s)
		}
		if len(s.EN) > 400 {
			t.Errorf("%s: %d bytes long: %s", c.ID, len(s.EN), s.EN)
		}
	}
}

// TestRecordInspection asks a real service, and keeps what was said:
//
//	ip netns exec NS go test ./probe -run TestRecordInspection -record-inspection ftp,tcp,10.77.0.2:21,ftp_anonymous,"vsftpd 3.0.3"
func TestRecordInspection(t *testing.T) {
	if *recordInspection == "" {
		t.Skip("nothing to record")
	}
	fields := strings.SplitN(*recordInspection, ",", 5)
	at := netip.MustParseAddrPort(fields[2])
	rec := &minutes{t: t}
	door := &portlore.Door{Address: at.Addr().String(), Proto: fields[1], Port: at.Port(), State: "open", Service: portlore.DoorService{Name: fields[0], Proof: "answer", TLS: strings.HasPrefix(fields[3], "tls_")}}
	dial := func(kind, network string, port uint16) Dial {
		return func(ctx context.Context) (net.Conn, error) {
			var d net.Dialer
			c, err := d.DialContext(ctx, network, netip.AddrPortFrom(at.Addr(), port).String())
			if err != nil {
				return nil, err
			}
			name := kind
			if own, ok := c.LocalAddr().(*net.TCPAddr); ok && door.Service.Name == "ident" {
				name = fmt.Sprintf("%s %d", kind, own.Port)
			}
			return rec.add(c, name), nil
		}
	}
	v := &Visit{
		Door: door, Name: *asName, Dial: dial("dial", fields[1], at.Port()), Plain: dial("plain", fields[1], at.Port()), token: countingBytes(),
		Reach: func(ctx context.Context, transport string, port uint16) (net.Conn, error) {
			return dial(fmt.Sprintf("%s %d", transport, port), transport, port)(ctx)
		},
		Packets: func(context.Context) (net.PacketConn, error) {
			c, err := net.ListenPacket("udp", ":0")
			if err != nil {
				return nil, err
			}
			return minutePacket{c, rec.add(nil, "packets")}, nil
		},
	}
	if *local != "" {
		v.Local = netip.MustParseAddr(*local)
	}
	if door.Service.TLS {
		v.Dial, v.InTLS = overTLS(v.Plain), true
	}
	start := time.Now()
	found := inspect(t.Context(), v)
	fmt.Printf("%s, %v\n%s", *recordInspection, time.Since(start).Round(time.Millisecond), say(found))
	if fields[3] == "-" {
		return
	}
	a := &txtar.Archive{Comment: []byte(fields[4] + "\n")}
	a.Files = append(a.Files, txtar.File{Name: "door", Data: []byte(strings.TrimSpace(fmt.Sprintf("%s %s %s %s", fields[0], fields[1], at, *asName)) + "\n")})
	for _, r := range rec.calls {
		var b bytes.Buffer
		for _, s := range r.steps {
			if s.said == "" {
				fmt.Fprintf(&b, "%c\n", s.from)
			} else {
				fmt.Fprintf(&b, "%c %s\n", s.from, strconv.Quote(s.said))
			}
		}
		a.Files = append(a.Files, txtar.File{Name: r.name, Data: b.Bytes()})
	}
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(say(found))})
	if err := os.MkdirAll("testdata/inspect", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/inspect/"+fields[3]+".txtar", txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A minutes keeps what is said on all calls.
type minutes struct {
	t     *testing.T
	calls []*minuteOf
}

type minuteOf struct {
	net.Conn
	name  string
	steps []step
}

func (r *minutes) add(c net.Conn, name string) *minuteOf {
	one := &minuteOf{Conn: c, name: name}
	r.calls = append(r.calls, one)
	return one
}

func (r *minuteOf) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.heard(b[:n], err)
	return n, err
}

func (r *minuteOf) heard(b []byte, err error) {
	if len(b) > 0 {
		r.steps = append(r.steps, step{'<', string(b)})
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		r.steps = append(r.steps, step{from: '~'})
	case err != nil:
		r.steps = append(r.steps, step{from: '.'})
	}
}

func (r *minuteOf) Write(b []byte) (int, error) {
	r.steps = append(r.steps, step{'>', string(b)})
	return r.Conn.Write(b)
}

type minutePacket struct {
	net.PacketConn
	*minuteOf
}

func (r minutePacket) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := r.PacketConn.ReadFrom(b)
	r.heard(b[:n], err)
	return n, from, err
}

func (r minutePacket) WriteTo(b []byte, to net.Addr) (int, error) {
	r.steps = append(r.steps, step{'>', string(b)})
	return r.PacketConn.WriteTo(b, to)
}

func (r minutePacket) Close() error                  { return r.PacketConn.Close() }
func (r minutePacket) LocalAddr() net.Addr           { return r.PacketConn.LocalAddr() }
func (r minutePacket) SetDeadline(t time.Time) error { return r.PacketConn.SetDeadline(t) }
func (r minutePacket) SetReadDeadline(t time.Time) error {
	return r.PacketConn.SetReadDeadline(t)
}

func (r minutePacket) SetWriteDeadline(t time.Time) error {
	return r.PacketConn.SetWriteDeadline(t)
}
