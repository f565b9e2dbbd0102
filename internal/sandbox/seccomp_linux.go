package sandbox

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// refuseSockets makes every attempt to create a socket fail with EPERM, on all
// threads (seccomp(2), SECCOMP_FILTER_FLAG_TSYNC). io_uring can make sockets
// behind the back of a filter, so it goes too. With connects sockets of TCP can be
// made, and those of netlink, which tells the addresses of this machine; but nobody
// can be let in.
func refuseSockets(connects bool) error {
	// The numbers of calls mean other calls for other architectures, such as
	// 32-bit ones on a 64-bit kernel: all of those are refused.
	architecture, ok := map[string]uint32{
		"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64, "riscv64": unix.AUDIT_ARCH_RISCV64,
	}[runtime.GOARCH]
	if !ok {
		return fmt.Errorf("no seccomp filter for %s yet", runtime.GOARCH)
	}
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		least = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
		give  = unix.BPF_RET | unix.BPF_K

		// where they are in struct seccomp_data; of arguments the lower half, which is all there is of an int
		number, arch, domain, kind = 0, 4, 16, 24

		x32 = 1 << 30 // __X32_SYSCALL_BIT: the same architecture, other numbers
	)
	filter := []unix.SockFilter{
		{Code: load, K: arch},
		{Code: equal, K: architecture, Jf: 5},
		{Code: load, K: number},
		{Code: least, K: x32, Jt: 3},
		{Code: equal, K: unix.SYS_SOCKET, Jt: 2},
		{Code: equal, K: unix.SYS_IO_URING_SETUP, Jt: 1},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
	}
	if connects {
		filter = []unix.SockFilter{
			{Code: load, K: arch},
			{Code: equal, K: architecture, Jf: 13},
			{Code: load, K: number},
			{Code: least, K: x32, Jt: 11},
			{Code: equal, K: unix.SYS_IO_URING_SETUP, Jt: 10},
			{Code: equal, K: unix.SYS_LISTEN, Jt: 9},
			{Code: equal, K: unix.SYS_SOCKET, Jf: 7},
			{Code: load, K: domain},
			{Code: equal, K: unix.AF_NETLINK, Jt: 5},
			{Code: equal, K: unix.AF_INET, Jt: 1},
			{Code: equal, K: unix.AF_INET6, Jf: 4},
			{Code: load, K: kind},
			{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: 0xf}, // without SOCK_CLOEXEC and the like
			{Code: equal, K: unix.SOCK_STREAM, Jf: 1},
			{Code: give, K: unix.SECCOMP_RET_ALLOW},
			{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)},
		}
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(filter)
	switch {
	case errno != 0:
		return fmt.Errorf("seccomp: %w", errno)
	case thread != 0: // one that has a filter of its own
		return fmt.Errorf("seccomp: thread %d cannot take the filter", thread)
	}
	return nil
}
