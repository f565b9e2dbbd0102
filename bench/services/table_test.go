//go:build linux

package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTable: the truth must be one, whole, and in words that are used elsewhere.
func TestTable(t *testing.T) {
	var names []string
	for _, d := range daemons() {
		if slices.Contains(names, d.name) || d.needs == "" || d.script == "" {
			t.Errorf("daemon %q: twice, or with nothing to start", d.name)
		}
		names = append(names, d.name)
	}
	id := regexp.MustCompile(`^[a-z0-9]+\.[a-z_0-9]+$`)
	seen, of := map[string]bool{}, map[string]int{}
	for _, e := range table() {
		if seen[e.key()] {
			t.Errorf("%s is there twice", e.key())
		}
		seen[e.key()] = true
		of[e.proto]++
		if e.proto != "tcp" && e.proto != "udp" || e.port == 0 || !slices.Contains(names, e.by) {
			t.Errorf("%s: no such transport, port or daemon (%s)", e.key(), e.by)
		}
		if _, tls := e.is(); !slices.Contains([]string{"", "tls", "starttls"}, tls) {
			t.Errorf("%s: +%s", e.key(), tls)
		}
		ids := strings.Fields(e.checks + " " + e.may)
		for i, c := range ids {
			if !id.MatchString(c) || slices.Contains(ids[:i], c) {
				t.Errorf("%s: check %q is no id, or is there twice", e.key(), c)
			}
		}
	}
	if of["tcp"] < 120 || of["udp"] < 25 {
		t.Errorf("%d TCP and %d UDP endpoints, want at least 120 and 25", of["tcp"], of["udp"])
	}
}

// single are services of which every one is as open as the next, or that Debian
// has no closed one of.
var single = []string{
	"distcc.open", "finger.users", "ident.names", "nfs.exports", "nntp.open", "prometheus.open", "rdp.security", "registry.open",
	"rlogin.cleartext", "rpc.portmapper", "shell.open", "tftp.open", "xdmcp.open", "zookeeper.noauth", "etcd.noauth", "memcached.noauth",
}

// TestTwins: what is wrong with one must be right with another of the same service,
// or whoever accuses all of them would look good.
func TestTwins(t *testing.T) {
	for _, e := range table() {
		for id := range strings.FieldsSeq(e.checks) {
			twin := slices.ContainsFunc(table(), func(o endpoint) bool {
				return plain(o) == plain(e) && !slices.Contains(strings.Fields(o.checks+" "+o.may), id)
			})
			if lonely := slices.Contains(single, id); !twin && !lonely {
				t.Errorf("%s: no %s without %s", e.key(), e.service, id)
			}
		}
	}
}

func plain(e endpoint) string {
	service, _ := e.is()
	return service
}

// TestSame: every other word is one for a service that is there.
func TestSame(t *testing.T) {
	for name := range same {
		if !slices.ContainsFunc(table(), func(e endpoint) bool { return plain(e) == name }) {
			t.Errorf("%s: no endpoint is of this service", name)
		}
	}
}

func TestPorts(t *testing.T) {
	tcp, udp := ports([]endpoint{{proto: "tcp", port: 80}, {proto: "udp", port: 53}, {proto: "tcp", port: 22}})
	if tcp != "22,80" || udp != "53" {
		t.Errorf("got %q and %q", tcp, udp)
	}
}

// TestInstallation: what cannot be installed is fetched, not installed.
func TestInstallation(t *testing.T) {
	install, fetch, _ := strings.Cut(installation("/x"), "\n")
	for _, pkg := range fetched {
		if slices.Contains(strings.Fields(install), pkg) || !slices.Contains(strings.Fields(fetch), pkg) {
			t.Errorf("%s is installed, or not fetched", pkg)
		}
	}
	if !strings.Contains(install, " redis-server ") {
		t.Errorf("no redis-server in %q", install)
	}
}
