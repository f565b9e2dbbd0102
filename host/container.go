package host

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// parseCgroup finds the service unit and the container in /proc/PID/cgroup
// (cgroups(7)): lines of number:controllers:path. The names of systemd and of
// the container engines agree over both versions of cgroups.
func parseCgroup(text string) (unit, container string) {
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) < 3 {
			continue
		}
		parts := strings.Split(f[2], "/")
		for i, part := range parts {
			if c := containerOf(parts[:i], part); c != "" {
				container = c // the innermost
			}
			if isUnit(part) && (f[1] == "" || f[1] == "name=systemd") {
				unit = unescape(part)
			}
		}
	}
	return unit, container
}

func isUnit(part string) bool {
	name, kind, ok := strings.Cut(part, ".")
	for rest := kind; ok; { // the last dot counts: a.b.service
		var more bool
		if _, rest, more = strings.Cut(rest, "."); !more {
			break
		}
		kind = rest
	}
	return name != "" && (kind == "service" || kind == "scope" || kind == "socket") && part != "init.scope"
}

// containerOf knows how the engines name the cgroup of a container, below the
// given parents. The answer is engine:id, ids cut at 12 as the engines show them.
func containerOf(parents []string, part string) string {
	name := strings.TrimSuffix(part, ".scope")
	for _, engine := range []struct{ head, name string }{
		{"docker-", "docker"},
		{"libpod-", "podman"},
		{"cri-containerd-", "containerd"},
		{"crio-", "crio"},
		{"nerdctl-", "containerd"},
		{"buildkit-", "buildkit"},
	} {
		if id, ok := strings.CutPrefix(name, engine.head); ok && isID(id) {
			return engine.name + ":" + id[:12]
		}
	}
	for _, engine := range []struct{ head, name string }{
		{"lxc.payload.", "lxc"}, {"lxc.monitor.", "lxc"}, {"machine-", "machine"}, {"systemd-nspawn@", "nspawn"},
	} {
		if id, ok := strings.CutPrefix(name, engine.head); ok {
			id = unescape(strings.TrimSuffix(id, ".service"))
			if rest, qemu := strings.CutPrefix(id, "qemu-"); qemu {
				return "vm:" + rest
			}
			return engine.name + ":" + id
		}
	}
	above := ""
	if len(parents) > 0 {
		above = parents[len(parents)-1]
	}
	switch {
	case above == "lxc" && part != "":
		return "lxc:" + part
	case above == "docker" && isID(part):
		return "docker:" + part[:12]
	case strings.HasPrefix(above, "pod") && isID(part):
		return "kubernetes:" + part[:12]
	case isID(part): // /docker/…/ID, /ecs/…/ID, /garden/ID, /default/ID of containerd
		return "container:" + part[:12]
	}
	return ""
}

// isID says whether a name is the id of a container: 64 hexadecimal digits.
func isID(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// unescape undoes systemd's escaping of a dash in a name (systemd.unit(5)).
func unescape(s string) string { return strings.ReplaceAll(s, `\x2d`, "-") }

// dockerProxyTarget reads where the proxy of a published port leads:
// docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80
func dockerProxyTarget(command string) netip.AddrPort {
	words := strings.Fields(command)
	arg := func(name string) string {
		if i := slices.Index(words, name); i >= 0 && i+1 < len(words) {
			return words[i+1]
		}
		return ""
	}
	a, err := netip.ParseAddr(arg("-container-ip"))
	if err != nil {
		return netip.AddrPort{}
	}
	port, err := strconv.ParseUint(arg("-container-port"), 10, 16)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a, uint16(port))
}
