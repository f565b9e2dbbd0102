package probe

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/portlore/portlore"
)

// openProxy asks to be connected back to ourselves: no third party is troubled, and
// no Internet is needed. What arrives at our own listener is proof.
var openProxy = Inspection{
	Services: []string{"http", "http-proxy"}, Transport: "tcp", Calls: 2,
	Sends: "CONNECT to a port that we opened on our own address, and GET of a page there",
	Never: "any other destination; a name or a password",
	Finds: []Outcome{
		{"proxy.open", portlore.Fix, "a random word that was given to the proxy arrives at our own listener"},
		{"proxy.auth", portlore.Fine, "407, or 403 from a server that says it is a proxy"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		home := v.listenAtHome(ctx)
		if home == nil {
			return nil
		}
		defer home.close()
		c := v.call(ctx)
		defer c.hang()
		if v.isSelf(c) {
			return nil
		}
		c.say(fmt.Sprintf("CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\nUser-Agent: portlore\r\n\r\n", home.at))
		status := c.line()
		if isStatus(status, "2") {
			for c.line() != "" { // the head
			}
			c.say(home.token + "\r\n")
			if home.came(ctx, answerTime) {
				return []Check{proxyOpen("CONNECT", status)}
			}
		}
		g := v.call(ctx)
		defer g.hang()
		g.say(fmt.Sprintf("GET http://%s/%s HTTP/1.1\r\nHost: %[1]s\r\nUser-Agent: portlore\r\nConnection: close\r\n\r\n", home.at, home.token))
		second := g.line()
		if home.came(ctx, quietTime) { // who answers has been there already
			return []Check{proxyOpen("GET", second)}
		}
		for _, s := range []string{status, second} {
			if isStatus(s, "407") {
				return guarded("proxy.auth", s)
			}
		}
		if isStatus(status, "403") && isProxyName(v.Door) {
			return refused("proxy.auth", status)
		}
		return nil
	},
}

// openSOCKS asks the same of SOCKS 5 (RFC 1928) and SOCKS 4.
var openSOCKS = Inspection{
	Services: []string{"socks"}, Transport: "tcp", Calls: 2,
	Sends: "SOCKS 5 without a login, then SOCKS 4: each time CONNECT to a port that we opened on our own address",
	Never: "any other destination; a name or a password; BIND, UDP ASSOCIATE",
	Finds: []Outcome{
		{"socks.open", portlore.Fix, "a random word arrives at our own listener; CHECK if it took the order without a login and failed to reach us"},
		{"socks.auth", portlore.Fine, "no login is not accepted, or the connection is not allowed"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		home := v.listenAtHome(ctx)
		if home == nil {
			return nil
		}
		defer home.close()
		var found []Check
		if found = v.socks5(ctx, home); len(found) > 0 && found[0].Word > portlore.Fine {
			return found
		}
		if four := v.socks4(ctx, home); four != nil {
			return four
		}
		return found
	},
}

func (v *Visit) socks5(ctx context.Context, home *home) []Check {
	c := v.call(ctx)
	defer c.hang()
	if v.isSelf(c) {
		return nil
	}
	c.say("\x05\x01\x00")
	method := c.exactly(2)
	switch {
	case method == nil || method[0] != 5:
		return nil
	case method[1] == 0xff:
		return guarded("socks.auth", "SOCKS 5: 0xff")
	case method[1] != 0:
		return nil
	}
	kind := "\x01"
	if home.at.Addr().Is6() {
		kind = "\x04"
	}
	c.say("\x05\x01\x00" + kind + string(home.at.Addr().AsSlice()) + port16(home.at.Port()))
	reply := c.exactly(4)
	if reply == nil || reply[0] != 5 {
		return nil
	}
	length := map[byte]int{1: 4 + 2, 4: 16 + 2}[reply[3]]
	switch reply[1] {
	case 0:
		c.exactly(length)
		c.say(home.token + "\r\n")
		if home.came(ctx, answerTime) {
			return []Check{socksOpen("SOCKS 5")}
		}
	case 2: // not allowed by ruleset
		return refused("socks.auth", "SOCKS 5: not allowed by ruleset")
	case 3, 4, 5, 6: // it went and looked
		return []Check{socksTried(reply[1])}
	}
	return nil
}

func (v *Visit) socks4(ctx context.Context, home *home) []Check {
	if !home.at.Addr().Is4() {
		return nil
	}
	c := v.call(ctx)
	defer c.hang()
	if v.isSelf(c) {
		return nil
	}
	c.say("\x04\x01" + port16(home.at.Port()) + string(home.at.Addr().AsSlice()) + "portlore\x00")
	reply := c.exactly(8)
	if reply == nil || reply[0] != 0 || reply[1] != 90 {
		return nil
	}
	c.say(home.token + "\r\n")
	if home.came(ctx, answerTime) {
		return []Check{socksOpen("SOCKS 4")}
	}
	return nil
}

func port16(p uint16) string { return string([]byte{byte(p >> 8), byte(p)}) }

// A home is our own listener, open for as long as a question lasts.
type home struct {
	net.Listener
	at    netip.AddrPort
	token string
	heard atomic.Bool
	news  chan struct{} // closed once the token has come
}

// listenAtHome opens it on the address that the target can call back; nil: there is
// none.
func (v *Visit) listenAtHome(ctx context.Context) *home {
	if !v.Local.IsValid() || v.Local.IsUnspecified() {
		return nil
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", netip.AddrPortFrom(v.Local, 0).String())
	if err != nil {
		return nil
	}
	h := &home{Listener: l, at: l.Addr().(*net.TCPAddr).AddrPort(), token: "portlore" + hex.EncodeToString(v.random(12)), news: make(chan struct{})}
	h.at = netip.AddrPortFrom(v.Local.Unmap().WithZone(""), h.at.Port())
	go h.receive()
	return h
}

func (h *home) close() { h.Listener.Close() }

// receive hears who comes, few and not for long.
func (h *home) receive() {
	const most = 4
	for range most {
		c, err := h.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			c.SetDeadline(time.Now().Add(longestCall))
			r := bufio.NewReader(io.LimitReader(c, longestLine))
			line, _ := r.ReadString('\n')
			if !strings.Contains(line, h.token) {
				return
			}
			if h.heard.CompareAndSwap(false, true) {
				close(h.news)
			}
			const page = "portlore asked this proxy\n"
			fmt.Fprintf(c, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
		}()
	}
}

// came says that the token has come, and waits a moment for it.
func (h *home) came(ctx context.Context, patience time.Duration) bool {
	select {
	case <-h.news:
		return true
	case <-ctx.Done():
	case <-time.After(patience):
	}
	return false
}

// isStatus says that a line is a status of HTTP that begins so.
func isStatus(line, code string) bool {
	_, rest, ok := strings.Cut(line, " ")
	return ok && strings.HasPrefix(line, "HTTP/1.") && strings.HasPrefix(rest, code)
}

// isProxyName says that a service is a proxy by its name.
func isProxyName(d *portlore.Door) bool {
	name := strings.ToLower(d.Service.Name + " " + d.Service.Product)
	return strings.Contains(name, "proxy") || strings.Contains(name, "squid") || strings.Contains(name, "privoxy")
}

const proxyDoEN = "Block the port now; let it serve your own networks only, and ask for a password. Look in its log for who has used it."

func proxyOpen(by, said string) Check {
	return Check{
		ID: "proxy.open", Word: portlore.Fix,
		Evidence: both("open proxy: %s led back to us: %s", "开放代理：%s 请求转回了我们这里：%s", by, quote(said)),
		Means: both("Anyone who reaches it hides behind your address, and reaches the hosts inside that this machine reaches. Such proxies are found within hours.",
			"能连上的人都可藏在你的地址背后，还能访问这台机器够得着的内网主机。这类代理几小时内就会被找到。"),
		Do: both(proxyDoEN, "先封住端口；只对自己的网段服务，并要求口令。再查日志，看谁用过它。"),
	}
}

func socksOpen(by string) Check {
	return Check{
		ID: "socks.open", Word: portlore.Fix,
		Evidence: both("open proxy: %s led back to us", "开放代理：%s 请求转回了我们这里", by),
		Means: both("Anyone who reaches it hides behind your address, for mail and attacks too, and reaches the hosts inside that this machine reaches.",
			"能连上的人都可藏在你的地址背后发邮件、搞攻击，还能访问这台机器够得着的内网主机。"),
		Do: both(proxyDoEN, "先封住端口；只对自己的网段服务，并要求口令。再查日志，看谁用过它。"),
	}
}

func socksTried(code byte) Check {
	why := map[byte]string{3: "network unreachable", 4: "host unreachable", 5: "connection refused", 6: "TTL expired"}[code]
	return Check{
		ID: "socks.open", Word: portlore.Check,
		Evidence: both("asks no login, and tried to call us: %s", "不要求登录，且尝试连接我们：%s", why),
		Means: both("It takes orders from strangers. It could not reach this scanner; what else it reaches was not tried.",
			"它接受陌生人的请求，只是连不到扫描机；还能连到哪里，没有去试。"),
		Do: both("Let it serve your own networks only, and ask for a password.", "只对自己的网段服务，并要求口令。"),
	}
}
