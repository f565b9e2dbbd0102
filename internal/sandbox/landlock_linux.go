package sandbox

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
	"kernel.org/pub/linux/libs/security/libcap/psx"
)

// Enter takes everything away that the rules do not name, from all threads and
// for good. What the kernel lacks stays, and State says what that is.
func Enter(r Rules) State {
	var s State
	// The kernel wants this promise from whoever has no privileges: no program
	// run from here can gain any (prctl(2), PR_SET_NO_NEW_PRIVS).
	err := onAllThreads(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0)
	if err == nil {
		s.Landlock, err = landlock(r)
		if seccompErr := refuseSockets(r.Connect != nil); seccompErr == nil {
			s.Sockets = true
		} else {
			err = errors.Join(err, seccompErr)
		}
	}
	if err != nil {
		s.Why = err.Error()
	}
	return s
}

// onAllThreads makes a system call on every thread of the program: these bind a
// thread, and Go moves its work between them. A binary with cgo, as a plain build
// beside a C compiler makes it, has threads that Go does not know; psx knows them.
func onAllThreads(call, a, b, c uintptr) error {
	if _, _, errno := psx.Syscall6(call, a, b, c, 0, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// What each version of the ABI made known (landlock.rst, "Compatibility").
const (
	known1 = unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1 // all bits up to the last of version 1
	known2 = known1 | unix.LANDLOCK_ACCESS_FS_REFER
	known3 = known2 | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	known5 = known3 | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

	mayRead    = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	mayWrite   = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	mayReplace = mayWrite | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE

	ofFiles = unix.LANDLOCK_ACCESS_FS_READ_FILE | mayWrite // what a rule on a file may name
)

// landlock returns the version in force. A rule that the kernel does not take is
// an error and left out: rather a file unread than all files open.
func landlock(r Rules) (abi int, err error) {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, fmt.Errorf("the kernel has no Landlock: %w", errno)
	}
	abi = int(version)
	handled := handledBy(abi)
	ruleset, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&handled)), unsafe.Sizeof(handled), 0)
	if errno != 0 {
		return 0, fmt.Errorf("landlock_create_ruleset: %w", errno)
	}
	defer unix.Close(int(ruleset))
	// psx counts the threads there while it brings them in one after the other.
	err = allow(int(ruleset), "/proc/self/task", mayRead&handled.Handled_access_fs)
	for _, name := range r.Read {
		err = errors.Join(err, allow(int(ruleset), name, mayRead&handled.Handled_access_fs))
	}
	for _, name := range r.Write {
		err = errors.Join(err, allow(int(ruleset), name, mayReplace&handled.Handled_access_fs))
	}
	if abi >= 4 && r.Connect != nil {
		for _, port := range r.Connect {
			err = errors.Join(err, allowPort(int(ruleset), port, unix.LANDLOCK_ACCESS_NET_CONNECT_TCP))
		}
		// Go binds a socket to any port to find out whether there is IPv6.
		err = errors.Join(err, allowPort(int(ruleset), 0, unix.LANDLOCK_ACCESS_NET_BIND_TCP))
	}
	if bad := onAllThreads(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0, 0); bad != nil {
		return 0, fmt.Errorf("landlock_restrict_self: %w", bad)
	}
	return abi, err
}

// handledBy is what a kernel can refuse. It refuses all of it, but for rules.
func handledBy(abi int) unix.LandlockRulesetAttr {
	var a unix.LandlockRulesetAttr
	switch {
	case abi >= 5:
		a.Handled_access_fs = known5
	case abi >= 3:
		a.Handled_access_fs = known3
	case abi == 2:
		a.Handled_access_fs = known2
	default:
		a.Handled_access_fs = known1
	}
	if abi >= 4 {
		a.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		a.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
	}
	if abi >= 7 { // before that, threads that are in cannot signal those of the same process that are not yet, which psx must
		a.Scoped |= unix.LANDLOCK_SCOPE_SIGNAL
	}
	return a
}

// allowPort lets a TCP port be used.
func allowPort(ruleset int, port uint16, access uint64) error {
	const netPort = 2                                           // LANDLOCK_RULE_NET_PORT
	rule := struct{ access, port uint64 }{access, uint64(port)} // struct landlock_net_port_attr
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), netPort, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("landlock_add_rule for port %d: %w", port, errno)
	}
	return nil
}

// allow lets a file, or all below a directory, be used. What is not there needs
// no rule: whoever opens it will be told. Nor does a pipe that has a name only
// below /proc: Landlock leaves those alone and takes no rule for them (EBADFD).
func allow(ruleset int, name string, access uint64) error {
	fd, err := unix.Open(name, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return err
	}
	if info.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= ofFiles
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 && errno != unix.EBADFD {
		return fmt.Errorf("landlock_add_rule %s: %w", name, errno)
	}
	return nil
}
