package probe

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// How long an inspection talks, and how much it listens to.
const (
	longestVisit = 20 * time.Second // of one door, all inspections together
	longestCall  = 5 * time.Second
	packetTime   = time.Second // for an answer by UDP, which may have been lost
	mostHeard    = 64 << 10
	longestLine  = 4 << 10
	longestQuote = 60 // columns of Latin letters that a service is quoted with
)

var errNoCalls = errors.New("no more connections for this inspection")

// A call is one conversation, bounded in time and size. Its error sticks: after the
// first nothing more is sent, and what is heard is empty.
type call struct {
	net.Conn
	r    *bufio.Reader
	end  time.Time
	err  error
	over func() error // nobody waits for it any more
	stop func() bool
}

// call connects to the door.
func (v *Visit) call(ctx context.Context) *call { return v.callBy(ctx, v.Dial) }

// plainly connects to the door without TLS.
func (v *Visit) plainly(ctx context.Context) *call {
	if v.Plain == nil {
		return v.callBy(ctx, v.Dial)
	}
	return v.callBy(ctx, v.Plain)
}

// callTo connects to another port of the same address.
func (v *Visit) callTo(ctx context.Context, transport string, port uint16) *call {
	if v.Reach == nil || port == 0 {
		return &call{err: errors.ErrUnsupported}
	}
	return v.callBy(ctx, func(ctx context.Context) (net.Conn, error) { return v.Reach(ctx, transport, port) })
}

func (v *Visit) callBy(ctx context.Context, dial Dial) *call {
	if v.calls--; v.calls < 0 {
		return &call{err: errNoCalls}
	}
	within, cancel := context.WithTimeout(ctx, longestCall)
	c, err := dial(within)
	if err != nil {
		cancel()
		return &call{err: err}
	}
	end := time.Now().Add(longestCall)
	c.SetDeadline(end)
	unwatch := hangUp(ctx, c)
	return &call{Conn: c, r: bufio.NewReader(io.LimitReader(c, mostHeard)), end: end, over: ctx.Err, stop: func() bool { cancel(); return unwatch() }}
}

// hang ends a call.
func (c *call) hang() {
	if c.Conn != nil {
		c.stop()
		c.Close()
	}
}

// isSelf says that the machine calls itself: what trusts its own address says
// nothing about strangers then.
func (v *Visit) isSelf(c *call) bool {
	if a, err := netip.ParseAddr(v.Door.Address); err == nil && a.Unmap() == v.Local.Unmap() {
		return true
	}
	if c.Conn == nil || c.LocalAddr() == nil || c.RemoteAddr() == nil {
		return false
	}
	own, err1 := netip.ParseAddrPort(c.LocalAddr().String())
	peer, err2 := netip.ParseAddrPort(c.RemoteAddr().String())
	return err1 == nil && err2 == nil && own.Addr().Unmap() == peer.Addr().Unmap()
}

// say sends text as it is.
func (c *call) say(s string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.Conn, s)
	}
}

// line is the next line, without its end.
func (c *call) line() string {
	var b []byte
	for c.err == nil && len(b) < longestLine {
		var next byte
		if next, c.err = c.r.ReadByte(); next == '\n' || c.err != nil {
			break
		}
		b = append(b, next)
	}
	return strings.TrimRight(string(b), "\r")
}

// exactly is the next n bytes; nil: there are fewer.
func (c *call) exactly(n int) []byte {
	if c.err != nil || n < 0 {
		return nil
	}
	b := make([]byte, min(n, mostHeard))
	if _, c.err = io.ReadFull(c.r, b); c.err != nil {
		return nil
	}
	return b
}

// unlimited lets a call hear more than others.
func (c *call) unlimited(most int64) {
	if c.err == nil {
		c.r = bufio.NewReader(io.LimitReader(c.Conn, most))
	}
}

// rest is all that follows, until the other side hangs up, is quiet for a while or
// has said enough.
func (c *call) rest(patience time.Duration) []byte {
	var all []byte
	part := make([]byte, 4<<10)
	for c.err == nil && len(all) < mostHeard && c.patient(patience) {
		n, err := c.r.Read(part)
		all = append(all, part[:n]...)
		if err != nil {
			break
		}
		patience = quietTime
	}
	return all
}

// patient waits for so long at most, and never beyond the end of the call. False:
// that has come.
func (c *call) patient(d time.Duration) bool {
	until := time.Now().Add(d)
	if until.After(c.end) {
		until = c.end
	}
	c.SetReadDeadline(until)
	return time.Now().Before(c.end) && c.over() == nil
}

// datagram is the next one; nil: none came in time.
func (c *call) datagram() []byte {
	if c.err != nil {
		return nil
	}
	if !c.patient(packetTime) {
		return nil
	}
	b := make([]byte, mostHeard)
	n, err := c.Read(b)
	if c.err = err; err != nil {
		return nil
	}
	return b[:n]
}

// datagrams are all that come back for one that was sent, at most mostHeard bytes.
func (c *call) datagrams() (all [][]byte, bytes int) {
	for bytes < mostHeard {
		b := c.datagram()
		if b == nil {
			return all, bytes
		}
		all, bytes = append(all, b), bytes+len(b)
	}
	return all, bytes
}

// reply is an answer of FTP, SMTP or NNTP (RFC 959, 4.2): its code, and its last
// line. A zero code: there is none.
func (c *call) reply() (code int, last string) {
	code, lines := c.replies()
	if len(lines) > 0 {
		last = lines[len(lines)-1]
	}
	return code, last
}

// replies is the same with all of its lines.
func (c *call) replies() (code int, lines []string) {
	const most = 100
	for range most {
		s := c.line()
		if c.err != nil {
			return 0, lines
		}
		lines = append(lines, s)
		if len(s) < 3 || len(s) > 3 && s[3] == '-' || !isDigits(s[:3]) {
			continue
		}
		if first := lines[0]; len(first) >= 3 && first[:3] == s[:3] {
			fmt.Sscanf(s[:3], "%d", &code)
			return code, lines
		}
	}
	return 0, lines
}

// ask sends a line and returns the reply to it.
func (c *call) ask(format string, args ...any) (code int, last string) {
	c.say(fmt.Sprintf(format, args...) + "\r\n")
	return c.reply()
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// random bytes, so that nobody else's answer is taken for one to us.
func (v *Visit) random(n int) []byte {
	if v.token != nil {
		return v.token(n)
	}
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// quote is what a service said, on one line, made harmless and cut.
func quote(s string) string {
	s = safetext.Clean(strings.Join(strings.Fields(strings.ToValidUTF8(s[:min(len(s), longestLine)], "?")), " "))
	s = strings.TrimRight(s, ".")
	if utf8.RuneCountInString(s) <= longestQuote {
		return s
	}
	return string([]rune(s)[:longestQuote-3]) + "..."
}

// both is a sentence in both languages, with the same figures.
func both(en, zh string, args ...any) portlore.Text {
	if len(args) == 0 {
		return portlore.Text{EN: en, ZH: zh}
	}
	return portlore.Text{EN: fmt.Sprintf(en, args...), ZH: fmt.Sprintf(zh, args...)}
}

// refused is a check that found nothing to object to, with what was said.
func refused(id, said string) []Check {
	return []Check{{ID: id, Evidence: both("strangers are refused: %s", "拒绝陌生人：%s", quote(said))}}
}

// guarded is a check that found a password asked for.
func guarded(id, said string) []Check {
	return []Check{{ID: id, Evidence: both("asks for a password: %s", "要求口令：%s", quote(said))}}
}
