package probe

import (
	"context"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

func TestIdent(t *testing.T) {
	list, _ := os.ReadFile(os.Getenv("LIST"))
	var wait sync.WaitGroup
	free := make(chan struct{}, 20)
	var right, wrong, none atomic.Int32
	begin := time.Now()
	for line := range strings.Lines(string(list)) {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			proto, number, _ := strings.Cut(f[1], "/")
			var calls atomic.Int32
			dial := func(ctx context.Context) (net.Conn, error) {
				calls.Add(1)
				if proto == "udp" {
					return testUDP(net.JoinHostPort(f[0], number))
				}
				d := net.Dialer{Timeout: 2 * time.Second}
				return d.DialContext(ctx, proto, net.JoinHostPort(f[0], number))
			}
			port := uint16(4711)
			if os.Getenv("HOME_PORT") != "" {
				n := 0
				for _, c := range number {
					n = n*10 + int(c-'0')
				}
				port = uint16(n)
			}
			d := portlore.Door{Proto: proto, Port: port, State: "open"}
			b := time.Now()
			Ask(t.Context(), dial, &d, Options{OT: true})
			mark := "ok  "
			switch {
			case d.Service.Name == f[2]:
				right.Add(1)
			case d.Service.Name == "":
				none.Add(1)
				mark = "NONE"
				if f[2] == "none" {
					mark = "ok  "
				}
			default:
				wrong.Add(1)
				mark = "WRONG"
			}
			t.Logf("%s %-16s %-10s want %-18s got %-14s %s|%s tls %v %d calls %.1fs %s", mark, f[3], f[1], f[2], d.Service.Name, d.Service.Product, d.Service.Version, d.Service.TLS, calls.Load(), time.Since(b).Seconds(), d.Service.Banner)
		})
	}
	wait.Wait()
	t.Logf("right %d wrong %d none %d in %.1fs", right.Load(), wrong.Load(), none.Load(), time.Since(begin).Seconds())
}
