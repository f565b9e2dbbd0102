package netlink

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// Several things in turn, one of which the kernel refuses.
func TestGet(t *testing.T) {
	c, err := Open(unix.NETLINK_ROUTE)
	if err != nil {
		t.Skip(err)
	}
	defer c.Close()
	for range 2 {
		request := make([]byte, unix.SizeofRtMsg)
		request[0], request[1] = unix.AF_INET, 32
		request = append(request, 8, 0, unix.RTA_DST, 0, 127, 0, 0, 1)
		kind := byte(0)
		if err := c.Get(unix.RTM_GETROUTE, request, func(b []byte) { kind = b[7] }); err != nil || kind != unix.RTN_LOCAL {
			t.Errorf("127.0.0.1 is of kind %d, %v", kind, err)
		}
		var refused unix.Errno
		if err := c.Get(unix.RTM_GETROUTE, request[:4], func([]byte) {}); !errors.As(err, &refused) {
			t.Errorf("half a request: %v", err)
		}
	}
}

func TestAttributes(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"two":                 {"\x05\x00\x01\x00a\x00\x00\x00\x04\x00\x02\x00", 2},
		"the last unpadded":   {"\x05\x00\x01\x00a", 1},
		"longer than the end": {"\x09\x00\x01\x00a\x00\x00\x00", 0},
		"shorter than itself": {"\x03\x00\x01\x00a\x00\x00\x00", 0},
		"nothing":             {"", 0},
	} {
		n := 0
		Attributes([]byte(tt.text), func(uint16, []byte) { n++ })
		if n != tt.want {
			t.Errorf("%s: %d, want %d", name, n, tt.want)
		}
	}
}
