// Package netlink asks the Linux kernel about its links, addresses, routes,
// neighbours, sockets and rules (netlink(7)). On other systems it is empty.
package netlink
