package host

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/portlore/portlore"
)

// The readers of what the tools of macOS and FreeBSD print are built everywhere,
// so that they are tested everywhere.

// parseLsof reads lsof -F (lsof(8), OUTPUT FOR OTHER PROGRAMS): one field a
// line, named by its first character. A process begins with p, a file with f.
func parseLsof(text string) (all []listener) {
	var process, k listener
	kind, open := "", false
	flush := func() {
		if open && k.addr.IsValid() && !strings.Contains(kind, "->") {
			all = append(all, k)
		}
		open = false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			continue
		}
		value := line[1:]
		switch line[0] {
		case 'p':
			flush()
			process = listener{}
			process.pid, _ = strconv.Atoi(value)
		case 'c':
			process.name = value
		case 'L':
			process.user = value
		case 'f':
			flush()
			k, kind, open = process, "", true
		case 't':
			kind = value // IPv4 or IPv6
		case 'P':
			k.proto = strings.ToLower(value)
		case 'n':
			if strings.Contains(value, "->") { // connected: no stranger can speak to it
				open = false
				continue
			}
			k.addr, k.port, k.both = parseLocal(value, kind == "IPv6")
		}
	}
	flush()
	return all
}

// parseLocal reads *:22, 127.0.0.1:22, [::1]:22, fe80::1%lo0.22. A star on IPv6
// takes IPv4 too, as far as is known.
func parseLocal(s string, v6 bool) (a netip.Addr, port uint16, both bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return a, 0, false
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil { // *:* is a socket without a port yet
		return a, 0, false
	}
	host := strings.Trim(s[:i], "[]")
	if host == "*" {
		if v6 {
			return netip.IPv6Unspecified(), uint16(n), true
		}
		return netip.IPv4Unspecified(), uint16(n), false
	}
	a, _ = netip.ParseAddr(host)
	return a.Unmap().WithZone(""), uint16(n), false
}

// parseSockstat reads sockstat -4 -6 -l (sockstat(1)):
// USER COMMAND PID FD PROTO LOCAL FOREIGN; "?" where it does not know.
func parseSockstat(text string) (all []listener) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 7 || f[0] == "USER" {
			continue
		}
		proto := strings.TrimRight(f[4], "46")
		if proto != "tcp" && proto != "udp" {
			continue
		}
		k := listener{proto: proto, user: f[0], name: f[1]}
		k.pid, _ = strconv.Atoi(f[2])
		k.addr, k.port, k.both = parseLocal(f[5], strings.Contains(f[4], "6"))
		k.both = strings.HasSuffix(f[4], "46")
		if k.addr.IsValid() {
			all = append(all, k)
		}
	}
	return all
}

// defaultRoutes reads the interfaces of default routes in netstat -rn. Columns
// differ between systems and versions; the interface is the first word after the
// flags that holds a letter and is no count.
func defaultRoutes(text string) (v4, v6 []string) {
	list := &v4
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 1 && strings.HasPrefix(f[0], "Internet6"):
			list = &v6
		case len(f) == 1 && strings.HasPrefix(f[0], "Internet"):
			list = &v4
		case len(f) >= 4 && (f[0] == "default" || f[0] == "0/1" || f[0] == "::/0"):
			for _, word := range f[3:] {
				if _, err := strconv.Atoi(word); err != nil && word != "-" {
					*list = append(*list, word)
					break
				}
			}
		}
	}
	return v4, v6
}

type psLine struct {
	portlore.DoorProcess
	parent int
}

// parsePS reads ps -o pid=,ppid=,user=,lstart=,command= in the C locale and in
// UTC: lstart is "Sat Nov 28 07:39:44 2026".
func parsePS(text string) map[int]psLine {
	all := map[int]psLine{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 9 {
			continue
		}
		q := psLine{}
		q.PID, _ = strconv.Atoi(f[0])
		q.parent, _ = strconv.Atoi(f[1])
		q.User = f[2]
		if start, err := time.Parse("Mon Jan 2 15:04:05 2006", strings.Join(f[3:8], " ")); err == nil {
			q.Started = start.UTC().Format(time.RFC3339)
		}
		q.Command = strings.Join(f[8:], " ")
		q.Command = q.Command[:min(len(q.Command), maxCommand)]
		q.Name = programName(f[8])
		all[q.PID] = q
	}
	return all
}

// parseFiles reads the program and the working directory in lsof -d txt,cwd -Ffn.
func parseFiles(text string) (exe, cwd string) {
	kind := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "f"):
			kind = line[1:]
		case !strings.HasPrefix(line, "n"):
		case kind == "txt" && exe == "": // the program itself comes before its libraries
			exe = line[1:]
		case kind == "cwd":
			cwd = line[1:]
		}
	}
	return exe, cwd
}

// parseProcstat reads procstat -f (procstat(1)):
// PID COMM FD T V FLAGS REF OFFSET PRO NAME; FD is text or cwd.
func parseProcstat(text string) (exe, cwd string) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 10 {
			continue
		}
		switch path := strings.Join(f[9:], " "); f[2] {
		case "text":
			exe = path
		case "cwd":
			cwd = path
		}
	}
	return exe, cwd
}
