// Package host lists the doors of this machine: its listening sockets, who owns
// them, and who can reach them.
//
// Linux is read whole: sock_diag (or /proc/net where that is refused), the file
// descriptors of /proc, addresses, routes, network namespaces and the packet
// filter. macOS, FreeBSD and Windows give the same type with what their own
// tools say; see the files of each system for what is missing there.
//
// Nothing is changed, nobody is asked over the network, and whatever cannot be
// seen is said, with the reason: in Door.Process.Hidden, in Door.ReachBy, or in
// a note about the whole.
package host
