package scan

import (
	"net"
	"net/netip"
	"testing"
)

// TestAnswerFromAnotherPort: a TFTP server answers from a port of its own choice
// (RFC 1350, 4), and that is an answer; another address may not speak for it.
func TestAnswerFromAnotherPort(t *testing.T) {
	for _, tt := range []struct {
		from string
		want State
	}{{"127.0.0.1:0", Open}, {"127.0.0.2:0", Unknown}} {
		asked, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer asked.Close()
		answers, err := net.ListenPacket("udp4", tt.from)
		if err != nil {
			t.Fatal(err)
		}
		defer answers.Close()
		go func() {
			buf := make([]byte, 100)
			for {
				_, from, err := asked.ReadFrom(buf)
				if err != nil {
					return
				}
				answers.WriteTo([]byte("\x00\x05\x00\x01"), from)
			}
		}()
		port := asked.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		o := mustDo(t, Order{
			Hosts: mustHosts(t, "127.0.0.1"), UDP: []uint16{port},
			Permit: func(netip.Addr) error { return nil },
		})
		if got := o.at("127.0.0.1", port).State; got != tt.want {
			t.Errorf("an answer from %s: got %v, want %v", tt.from, got, tt.want)
		}
	}
}
