//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
)

// fetched are packages of which Debian installs one at a time, or (inn2) none on a
// host without a full name: they are only unpacked, and that in the world.
var fetched = []string{
	"vsftpd", "proftpd-core", "pure-ftpd", "pure-ftpd-common", "exim4-daemon-light", "exim4-base",
	"postfix", "opensmtpd", "chrony", "inn2",
}

// installation are the commands that bring all daemons.
func installation(debs string) string {
	var pkgs []string
	for _, d := range daemons() {
		if d.pkg != "" && !slices.Contains(fetched, d.pkg) && !slices.Contains(pkgs, d.pkg) {
			pkgs = append(pkgs, d.pkg)
		}
	}
	pkgs = append(pkgs, "dovecot-imapd", "dovecot-pop3d", "dict-foldoc", "nfs-ganesha-mem", "uwsgi-plugin-python3", "xauth", "tigervnc-tools", "krb5-admin-server")
	slices.Sort(pkgs)
	return fmt.Sprintf("apt-get install --no-install-recommends %s\nmkdir -p %s && cd %s && apt-get download %s",
		strings.Join(pkgs, " "), debs, debs, strings.Join(fetched, " "))
}

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func lines(all []string) string { return strings.Join(all, "\n") }
