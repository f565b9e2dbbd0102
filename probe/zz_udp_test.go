package probe

import (
	"net"
)

type anyPort struct {
	*net.UDPConn
	to *net.UDPAddr
}

func (a anyPort) Write(b []byte) (int, error) { return a.WriteToUDP(b, a.to) }
func (a anyPort) Read(b []byte) (int, error) {
	for {
		n, from, err := a.ReadFromUDP(b)
		if err != nil || from.IP.Equal(a.to.IP) {
			return n, err
		}
	}
}
func testUDP(at string) (net.Conn, error) {
	to, err := net.ResolveUDPAddr("udp", at)
	if err != nil {
		return nil, err
	}
	c, err := net.ListenUDP("udp", nil)
	if err != nil {
		return nil, err
	}
	return anyPort{c, to}, nil
}
