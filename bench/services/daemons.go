//go:build linux

package main

import "slices"

// A daemon is a program that serves endpoints of the table. Its script runs as
// root, in a directory of its own, with what follows; it should stay in front.
//
//	/srv/pki       certificates and keys, see certificates
//	/srv/services  this program
type daemon struct {
	name   string // as in the table
	needs  string // the program; it is skipped where this is missing
	pkg    string // the Debian package that brings it
	script string
}

func daemons() []daemon {
	return slices.Concat(classic, remote, mail, names, web, proxies, files, databases, queues, desktops, talk, monitors, tunnels, media, own)
}
