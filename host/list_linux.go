package host

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// A space is one network namespace with what is in it.
type space struct {
	namespace
	place
	sockets []socket
}

// A lister gathers what doors are made of.
type lister struct {
	scan    *scan
	people  *people
	spaces  []*space // our own first
	all     bool     // every descriptor of every process can be read
	initial bool     // this is the first PID namespace: there are no processes outside
	notes   []portlore.Text
}

func list(ctx context.Context, o Options) ([]portlore.Door, []portlore.Text, error) {
	for again := false; ; again = true {
		l, err := gather(ctx, o)
		if err != nil {
			return nil, l.notes, err
		}
		doors := l.doors()
		// A socket without an owner may have come or gone meanwhile: look once more
		// before the kernel is named as its owner.
		if again || !slices.ContainsFunc(doors, func(d portlore.Door) bool { return l.all && d.Process.Hidden == portlore.HiddenKernel }) {
			return doors, l.notes, nil
		}
	}
}

func gather(ctx context.Context, o Options) (l lister, err error) {
	l.people = newPeople()
	if l.scan, err = walkProc(); err != nil {
		return l, fmt.Errorf("read /proc: %w: is it mounted?", err)
	}
	own := &space{}
	if err := own.read(ctx); err != nil {
		return l, fmt.Errorf("list sockets: %w", err)
	}
	l.spaces = append(l.spaces, own)
	if own.rules == nil {
		l.notes = append(l.notes, unread(own.unread))
	}
	if !o.OwnOnly {
		l.enter(ctx)
	}
	wanted := map[uint64]bool{}
	for _, s := range l.spaces {
		for i := range s.sockets {
			wanted[s.sockets[i].inode] = true
		}
	}
	if err := l.scan.findOwners(ctx, wanted); err != nil {
		return l, err
	}
	if dir, err := os.Open("/proc/1/fd"); err == nil { // readable, and not hidden by the mount option hidepid
		dir.Close()
		l.all = l.scan.denied == 0
	}
	pidSpace, _ := os.Readlink("/proc/self/ns/pid")
	l.initial = pidSpace == "pid:[4026531836]" // PROC_PID_INIT_INO, include/linux/proc_ns.h
	return l, nil
}

// enter reads the other network namespaces.
func (l *lister) enter(ctx context.Context) {
	var refused int
	for _, n := range l.scan.otherSpaces() {
		s := &space{namespace: n}
		var failed error
		if err := inside(n.path, func() { failed = s.read(ctx) }); err != nil || failed != nil {
			refused++
			continue
		}
		if q := l.people.process(n.pid); s.name == "" && q != nil && q.Container != "" {
			s.name = q.Container
		}
		if s.name == "" {
			s.name = n.id
		}
		l.spaces = append(l.spaces, s)
	}
	if refused > 0 {
		l.notes = append(l.notes, portlore.Text{
			EN: fmt.Sprintf("%d other network namespaces could not be entered: run as root to see their doors", refused),
			ZH: fmt.Sprintf("另有 %d 个网络命名空间进不去：用 root 运行可看到其中的端口", refused),
		})
	} else if os.Geteuid() != 0 {
		l.notes = append(l.notes, portlore.Text{
			EN: "network namespaces of other users, such as containers, are seen by root only",
			ZH: "其他用户的网络命名空间（如容器）只有 root 能看到",
		})
	}
}

// read fills a space from the network namespace that the thread is in.
func (s *space) read(ctx context.Context) (err error) {
	if s.sockets, err = sockets(); err != nil {
		return err
	}
	if s.links, err = links(); err != nil {
		return fmt.Errorf("interfaces: %w", err)
	}
	s.rules, s.unread = readRules(ctx)
	return nil
}

func (l *lister) doors() []portlore.Door {
	n := 0
	for _, s := range l.spaces {
		n += len(s.sockets)
	}
	all := make([]portlore.Door, 0, n)
	for _, s := range l.spaces {
		for i := range s.sockets {
			all = append(all, l.door(s, &s.sockets[i]))
		}
		all = append(all, l.published(s)...)
	}
	return all
}

// numbers of the protocols in IP headers.
var numbers = map[string]uint8{"tcp": 6, "udp": 17, "udplite": 136, "sctp": 132}

func (l *lister) door(s *space, k *socket) portlore.Door {
	q := question{proto: numbers[k.proto], addr: k.addr, port: k.port, link: k.link, v6only: k.v6only, early: k.proto == "packet"}
	if k.proto == "raw" { // its number is the protocol
		q.proto, q.port = uint8(k.port), 0
	}
	r := s.reach(q)
	d := portlore.Door{
		Address: s.address(k), Proto: k.proto, Port: k.port, State: "open",
		Reach: r.rank.word(), ReachBy: r.by, From: r.from, Netns: s.name,
	}
	if pids := l.scan.owners[k.inode]; len(pids) > 0 {
		d.Process = l.process(l.people.holder(pids))
	} else if kind := s.tunnel(k); kind != "" {
		d.Process = portlore.DoorProcess{Name: kind, Hidden: portlore.HiddenKernel}
	} else {
		d.Process = portlore.DoorProcess{User: l.people.user(k.uid), Hidden: l.hidden(k)}
		if d.Process.Hidden == portlore.HiddenKernel {
			d.Process.Name = l.kernelPart(s, k)
		}
	}
	to := r.to
	if !to.IsValid() && d.Process.Name == "docker-proxy" {
		to = dockerProxyTarget(d.Process.Command)
	}
	l.sendOn(&d, to)
	return d
}

// address is what a socket is bound to; an interface is told as ss tells it.
func (s *space) address(k *socket) string {
	a := "*"
	if k.addr.IsValid() {
		a = k.addr.String()
	}
	if i := slices.IndexFunc(s.links, func(l link) bool { return l.index == k.link && k.link != 0 }); i >= 0 {
		a += "%" + s.links[i].name
	}
	return a
}

func (l *lister) process(q *process) portlore.DoorProcess {
	if q == nil {
		return portlore.DoorProcess{Hidden: portlore.HiddenGone}
	}
	if q.Parents == nil {
		q.Parents = l.people.parents(q)
	}
	return q.DoorProcess
}

// hidden says why the owner of a socket is not seen.
func (l *lister) hidden(k *socket) string {
	self := os.Geteuid()
	switch {
	case !l.all && self != 0 && int(k.uid) != self:
		return portlore.HiddenPermission
	case !l.all && self == 0:
		return portlore.HiddenRefused
	case l.all && l.initial:
		return portlore.HiddenKernel // all processes were asked, and none has it
	}
	return portlore.HiddenNamespace
}

// tunnel is the kind of an interface for which the kernel listens on this port:
// vxlan, geneve.
func (s *space) tunnel(k *socket) string {
	i := slices.IndexFunc(s.links, func(n link) bool { return k.proto == "udp" && n.port != 0 && n.port == k.port })
	if i < 0 {
		return ""
	}
	return s.links[i].kind
}

// kernelPart names the part of the kernel that holds a socket, where there is
// evidence of it other than the number: an interface of that kind, or a kernel
// thread that serves this port.
func (l *lister) kernelPart(s *space, k *socket) string {
	if k.proto == "udp" && slices.ContainsFunc(s.links, func(n link) bool { return n.kind == "wireguard" }) {
		return "wireguard"
	}
	for _, part := range []struct {
		thread string
		port   uint16
	}{{"nfsd", 2049}, {"nfsd", 20049}, {"ksmbd", 445}, {"iscsi_np", 3260}, {"o2net", 7777}} {
		if part.port == k.port && slices.ContainsFunc(l.scan.pids, func(pid int) bool {
			q := l.people.process(pid)
			return q != nil && q.kernel && strings.HasPrefix(q.Name, part.thread)
		}) {
			return part.thread
		}
	}
	return ""
}
