//go:build !unix

package scan

// descriptors is how many sockets may be open at a time: Windows has no limit of
// its own that matters, so it is one that its network stack takes without strain.
func descriptors() int { return 2000 }
