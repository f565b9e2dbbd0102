//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A conversation is one connection that a client of ours makes.
type conversation struct {
	At      time.Duration
	Proto   string // tcp or udp
	From    string // address, or address:port
	To      string
	Say     []string      // each is answered before the next is said
	Bulk    int           // bytes to send after that
	Stay    time.Duration // before it hangs up
	Patient time.Duration // how long it tries to connect; none: two seconds
}

// talk has the conversations that stand on r as a JSON list, each at its time.
func talk(r io.Reader) error {
	var all []conversation
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		return err
	}
	start, wg := time.Now(), sync.WaitGroup{}
	for _, c := range all {
		wg.Go(func() {
			time.Sleep(time.Until(start.Add(c.At)))
			if err := c.have(); err != nil {
				fmt.Println(c.From, c.To, err)
			}
		})
	}
	wg.Wait()
	return nil
}

func (c conversation) have() error {
	patience := c.Patient
	if patience == 0 {
		patience = 2 * time.Second
	}
	d := net.Dialer{Timeout: patience, Control: reuse}
	if c.From != "" {
		from := c.From
		if !strings.Contains(from, ":") {
			from += ":0"
		}
		ap, err := netip.ParseAddrPort(from)
		if err != nil {
			return err
		}
		d.LocalAddr = net.TCPAddrFromAddrPort(ap)
		if c.Proto == "udp" {
			d.LocalAddr = net.UDPAddrFromAddrPort(ap)
		}
	}
	conn, err := d.DialContext(context.Background(), c.Proto, c.To)
	if err != nil {
		return err
	}
	defer conn.Close()
	buf := make([]byte, 65536)
	for _, say := range c.Say {
		if _, err := io.WriteString(conn, say); err != nil {
			return err
		}
		_ = conn.SetReadDeadline(time.Now().Add(700 * time.Millisecond))
		_, _ = conn.Read(buf)
	}
	for sent := 0; sent < c.Bulk; sent += 1400 {
		if _, err := conn.Write(buf[:1400]); err != nil {
			return err
		}
	}
	time.Sleep(c.Stay)
	return nil
}

// reuse lets several connections share a local port, as peer-to-peer programs do.
func reuse(_, _ string, raw syscall.RawConn) error {
	return raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_IP, syscall.IP_FREEBIND, 1)
	})
}
