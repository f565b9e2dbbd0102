//go:build darwin || freebsd

package host

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"

	"github.com/portlore/portlore"
)

// list asks the tools of the system: lsof on macOS, sockstat on FreeBSD, and ps
// and netstat on both. What is missing beside Linux: raw and packet sockets,
// units, containers and jails, and the rules of pf, ipfw and the application
// firewall, so that the worst is assumed of them.
//
// It is built, vetted and its readers are tested on saved output; it was never
// run on these systems.
func list(ctx context.Context, _ Options) ([]portlore.Door, []portlore.Text, error) {
	var found []listener
	if runtime.GOOS == "darwin" {
		// lsof exits with 1 when it found nothing, or could not look at everything
		text, err := run(ctx, "/usr/sbin/lsof", "-nP", "-iTCP", "-sTCP:LISTEN", "-iUDP", "-FpcLPntT")
		if err != nil && len(text) == 0 {
			return nil, nil, fmt.Errorf("lsof: %w", err)
		}
		found = parseLsof(string(text))
	} else {
		text, err := run(ctx, "/usr/bin/sockstat", "-4", "-6", "-l")
		if err != nil {
			return nil, nil, fmt.Errorf("sockstat: %w", err)
		}
		found = parseSockstat(string(text))
	}
	routes, _ := run(ctx, "/usr/bin/netstat", "-rn") // without it public addresses count as on the LAN
	here, err := plainLinks(defaultRoutes(string(routes)))
	if err != nil {
		return nil, nil, err
	}
	table, _ := run(ctx, "/bin/ps", "-axww", "-o", "pid=,ppid=,user=,lstart=,command=") // without it only pid and name are known
	all := parsePS(string(table))
	p := &place{links: here, unread: errNoReader}
	var doors []portlore.Door
	for _, k := range found {
		d := k.door(p)
		if q, ok := all[k.pid]; ok {
			name := d.Process.Name
			d.Process = q.DoorProcess
			d.Process.Name = name
			d.Process.Parents = startChain(all, q.parent)
			d.Process.Exe, d.Process.Cwd = exeAndCwd(ctx, k.pid)
		}
		doors = append(doors, d)
	}
	notes := []portlore.Text{unread(errNoReader)}
	if os.Geteuid() != 0 {
		notes = append(notes, portlore.Text{EN: "doors of other users are seen by root only", ZH: "其他用户的端口只有 root 能看到"})
	}
	return doors, notes, nil
}

// exeAndCwd asks for the program and the working directory of a process.
func exeAndCwd(ctx context.Context, pid int) (exe, cwd string) {
	if runtime.GOOS == "darwin" {
		text, _ := run(ctx, "/usr/sbin/lsof", "-nP", "-a", "-p", strconv.Itoa(pid), "-d", "txt,cwd", "-Ffn")
		return parseFiles(string(text))
	}
	text, _ := run(ctx, "/usr/bin/procstat", "-f", strconv.Itoa(pid))
	return parseProcstat(string(text))
}

func run(ctx context.Context, path string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"}
	return cmd.Output()
}
