package host

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/portlore/portlore"
)

// A people knows processes and users, and reads each of them once.
type people struct {
	users map[uint32]string
	known map[int]*process
	boot  time.Time
}

type process struct {
	portlore.DoorProcess
	parent int
	ticks  uint64 // start, since boot
	kernel bool   // a kernel thread
}

func newPeople() *people {
	p := &people{users: map[uint32]string{}, known: map[int]*process{}}
	// os/user would ask the C library where there is one, and with it LDAP and
	// the like: no network, no cgo.
	text, _ := os.ReadFile("/etc/passwd")
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(line, ":"); len(f) > 2 {
			if uid, err := strconv.ParseUint(f[2], 10, 32); err == nil {
				if _, taken := p.users[uint32(uid)]; !taken {
					p.users[uint32(uid)] = f[0]
				}
			}
		}
	}
	stat, _ := os.ReadFile("/proc/stat")
	for line := range bytes.Lines(stat) {
		if rest, ok := bytes.CutPrefix(line, []byte("btime ")); ok {
			p.boot = time.Unix(int64(number(bytes.TrimSpace(rest))), 0)
		}
	}
	return p
}

func (p *people) user(uid uint32) string {
	if name := p.users[uid]; name != "" {
		return name
	}
	return strconv.FormatUint(uint64(uid), 10)
}

// userTicks is the unit of times in /proc/PID/stat: USER_HZ, 100 on every
// architecture that Go runs on (include/asm-generic/param.h).
const userTicks = 100

// process reads what /proc says of a process (proc(5)); nil: it is gone.
func (p *people) process(pid int) *process {
	if known, ok := p.known[pid]; ok {
		return known
	}
	at := "/proc/" + strconv.Itoa(pid) + "/"
	stat, err := os.ReadFile(at + "stat")
	q := parseStat(string(stat))
	if err != nil || q == nil {
		p.known[pid] = nil
		return nil
	}
	p.known[pid] = q
	q.PID = pid
	if !p.boot.IsZero() {
		start := p.boot.Add(time.Duration(q.ticks) * (time.Second / userTicks))
		q.Started = start.UTC().Format(time.RFC3339)
	}
	if info, err := os.Stat(at); err == nil {
		if uid, ok := owner(info); ok {
			q.User = p.user(uid)
		}
	}
	q.Exe, _ = os.Readlink(at + "exe")
	q.Cwd, _ = os.Readlink(at + "cwd")
	command, _ := os.ReadFile(at + "cmdline")
	command = bytes.TrimRight(command, "\x00")
	q.Command = string(bytes.ReplaceAll(command[:min(len(command), maxCommand)], []byte{0}, []byte{' '}))
	// The kernel cuts names at 15 bytes (TASK_COMM_LEN).
	if base := filepath.Base(strings.TrimSuffix(q.Exe, " (deleted)")); len(q.Name) == 15 && strings.HasPrefix(base, q.Name) {
		q.Name = base
	}
	cgroup, _ := os.ReadFile(at + "cgroup")
	q.Unit, q.Container = parseCgroup(string(cgroup))
	return q
}

// parents is the start chain of a process: its parent first.
func (p *people) parents(q *process) (chain []portlore.DoorParent) {
	for pid := q.parent; pid > 0 && len(chain) < 32; {
		up := p.process(pid)
		if up == nil {
			break
		}
		chain = append(chain, portlore.DoorParent{PID: pid, Name: up.Name})
		pid = up.parent
	}
	return chain
}

// holder chooses, of the processes that share a socket, the one that a reader
// means: not the first process, which holds the sockets of its services too, and
// then the one that started the others.
func (p *people) holder(pids []int) *process {
	var best *process
	for _, pid := range pids {
		q := p.process(pid)
		if q == nil || pid == 1 && len(pids) > 1 {
			continue
		}
		if best == nil || q.ticks < best.ticks {
			best = q
		}
	}
	return best
}

// parseStat reads name, parent, flags and start of /proc/PID/stat. The name
// stands in parentheses and may hold any byte, those included.
func parseStat(stat string) *process {
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return nil
	}
	f := strings.Fields(stat[end+1:]) // f[0] is field 3, the state
	if len(f) < 20 {
		return nil
	}
	q := &process{}
	q.Name = stat[open+1 : end]
	q.parent, _ = strconv.Atoi(f[1])
	flags, _ := strconv.ParseUint(f[6], 10, 64)
	q.kernel = flags&0x00200000 != 0 // PF_KTHREAD, include/linux/sched.h
	q.ticks, _ = strconv.ParseUint(f[19], 10, 64)
	return q
}
