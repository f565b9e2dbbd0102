package scan

import (
	"syscall"
	"unsafe"
)

// takeNo has Windows take a reset for an answer. By itself it asks a port that
// refused three times more, for two seconds, and we would take that for silence
// (SIO_TCP_INITIAL_RTO, mstcpip.h; Windows 8 and later).
func takeNo(_, _ string, c syscall.RawConn) error {
	const (
		initialRTO = 0x98000011
		none       = 0xfe // TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS
	)
	parameters := struct {
		rtt   uint16 // ms
		tries uint8
	}{0xffff, none} // the usual round-trip time
	return c.Control(func(fd uintptr) {
		var n uint32
		_ = syscall.WSAIoctl(syscall.Handle(fd), initialRTO, (*byte)(unsafe.Pointer(&parameters)), uint32(unsafe.Sizeof(parameters)), nil, 0, &n, nil, 0)
	})
}
