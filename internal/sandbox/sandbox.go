// Package sandbox takes from the program what it does not need, before it reads
// what strangers wrote: files other than those named, other programs, the
// network.
//
// On Linux two things do it, both without privileges, and a process cannot undo
// them: Landlock (Documentation/userspace-api/landlock.rst) for files, programs
// and TCP, and a seccomp filter that makes no socket, since Landlock knows
// nothing of UDP. Where the system has neither, Enter does nothing and says so.
package sandbox

// Rules are what the program may still do with files and the network. All else is
// refused, and so are programs.
type Rules struct {
	Read  []string // files, and directories with all that is below
	Write []string // files to write, and directories to make, replace and remove files in

	// Connect are the TCP ports that may be connected to, at any address: Landlock
	// knows no addresses, and ports since Linux 6.7. Nobody can be let in. Nil: no
	// socket can be made at all.
	Connect []uint16
}

// State is what is in force.
type State struct {
	Landlock int    // version of its ABI; zero: it is not in force
	Sockets  bool   // no socket can be made, or with Connect none but of TCP
	Why      string // why something is not in force; empty: it is
}

// Files says that only the files of the rules can be opened.
func (s State) Files() bool { return s.Landlock >= 1 }

// Truncate says that no other file can be cut, which version 1 and 2 overlook.
func (s State) Truncate() bool { return s.Landlock >= 3 }

// TCP says that Landlock refuses TCP too.
func (s State) TCP() bool { return s.Landlock >= 4 }

// Devices says that devices take no commands but those that were opened before.
func (s State) Devices() bool { return s.Landlock >= 5 }

// Signals says that no process outside can be sent a signal.
func (s State) Signals() bool { return s.Landlock >= 7 }
