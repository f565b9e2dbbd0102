package host

import (
	"net/netip"
	"path/filepath"
	"strings"

	"github.com/portlore/portlore"
)

// A listener is a door as the tools of other systems than Linux tell it.
type listener struct {
	proto string
	addr  netip.Addr // unspecified: any
	port  uint16
	both  bool // an IPv6 wildcard that takes IPv4 too
	pid   int
	name  string
	user  string
}

// startChain is who started a process: its parent first.
func startChain(all map[int]psLine, pid int) (chain []portlore.DoorParent) {
	for len(chain) < 32 {
		q, ok := all[pid]
		if !ok || pid == 0 {
			break
		}
		chain = append(chain, portlore.DoorParent{PID: pid, Name: q.Name})
		pid = q.parent
	}
	return chain
}

// programName is the name of a program by its path.
func programName(path string) string {
	return filepath.Base(strings.ReplaceAll(path, `\`, "/"))
}

// maxCommand bounds what is kept of a command line.
const maxCommand = 4 << 10
