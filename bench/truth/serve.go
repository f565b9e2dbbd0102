//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// serve plays simple servers inside a namespace, one per argument
// "tcp:PORT:KIND" or "udp:PORT:KIND", on all addresses, until it is ended.
func serve(services []string) error {
	for _, s := range services {
		parts := strings.SplitN(s, ":", 3)
		if len(parts) != 3 {
			return fmt.Errorf("service %q: want PROTO:PORT:KIND", s)
		}
		if parts[0] == "udp" {
			conn, err := net.ListenPacket("udp4", ":"+parts[1])
			if err != nil {
				return err
			}
			go answerUDP(conn.(*net.UDPConn), parts[2])
			continue
		}
		l, err := net.Listen("tcp4", ":"+parts[1])
		if err != nil {
			return err
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go answerTCP(c, parts[2])
			}
		}()
	}
	fmt.Println("ready")
	select {}
}

// answerTCP speaks first where the protocol does, then answers each line.
func answerTCP(c net.Conn, kind string) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	hello, reply, keep := "", "OK\r\n", true
	switch kind {
	case "http":
		body := strings.Repeat("All is well. ", 80)
		reply, keep = fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(body), body), false
	case "smtp":
		hello, reply = "220 mail.example.org ESMTP\r\n", "250 OK\r\n"
	case "irc":
		hello, reply = ":irc.example.org NOTICE * :*** Looking up your hostname\r\n", ":irc.example.org 001 you :Welcome\r\n"
	case "ftp":
		hello, reply = "220 ready\r\n", "230 OK\r\n"
	case "ssh":
		hello, keep = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", false
	case "netbus":
		hello, reply = "NetBus 1.70 \r\n", "Info;1\r\n"
	case "redis":
		reply = "$11\r\nredis_mode:\r\n"
	case "bulk": // takes much, says little
		n, _ := bufio.NewReader(c).WriteTo(devNull{})
		fmt.Fprintf(c, "%d\n", n)
		return
	}
	fmt.Fprint(c, hello)
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil && len(line) == 0 {
			return
		}
		if kind == "http" && len(bytes.TrimSpace(line)) > 0 {
			continue // headers end with an empty line
		}
		fmt.Fprint(c, reply)
		if !keep || err != nil {
			return
		}
	}
}

type devNull struct{}

func (devNull) Write(p []byte) (int, error) { return len(p), nil }

// answerUDP answers from the address that was asked, of which a host here has
// many: the kernel says with each datagram which it was.
func answerUDP(c *net.UDPConn, kind string) {
	buf, told := make([]byte, 2048), make([]byte, 128)
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_PKTINFO, 1) })
	}
	for {
		n, m, _, from, err := c.ReadMsgUDPAddrPort(buf, told)
		if err != nil {
			return
		}
		var out []byte
		switch kind {
		case "ntp":
			out = ntp(4)
		case "dns": // ten times what was asked
			out = answer(int(buf[0])<<8|int(buf[1]), "big.example.org", 10*n+200)
		case "small": // an ordinary resolver: the question and one address
			out = append(append([]byte(nil), buf[:n]...), 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 192, 0, 2, 1)
			if n > 8 {
				out[2], out[3], out[7] = 0x81, 0x80, 1
			}
		case "ssdp":
			out = []byte("HTTP/1.1 200 OK\r\n" + strings.Repeat("ST: upnp:rootdevice\r\n", 60))
		case "chargen":
			time.Sleep(8 * time.Millisecond) // or a loop would fill the machine
			out = []byte(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n")
		case "echo":
			out = buf[:n]
		case "quiet":
			continue
		}
		if m >= syscall.CmsgSpace(syscall.SizeofInet4Pktinfo) {
			clear(told[syscall.CmsgLen(0):][:4]) // any interface
		}
		_, _, _ = c.WriteMsgUDPAddrPort(out, told[:m], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}
