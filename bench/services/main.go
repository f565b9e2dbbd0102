//go:build linux

// Command services judges portlore's scan against daemons of which is known what
// they are and what is wrong with them: real ones, of Debian, in a network namespace
// of their own. It must run as root on Linux; it installs nothing, and what the
// daemons write is thrown away.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	var (
		keep    = flag.Bool("keep", false, "leave the world up until interrupted, and say where it is")
		only    = flag.String("only", "", "daemons (redis) or endpoints (tcp/6379) to start, with commas between them; none: all")
		debs    = flag.String("debs", "/var/cache/portlore-debs", "directory of packages that cannot be installed side by side: they are unpacked in the world")
		list    = flag.Bool("list", false, "print the table, and start nothing")
		install = flag.Bool("install", false, "print the commands that bring the packages, and start nothing")
		within  = flag.String("inside", "", "internal: be the world, mounted here")
		judged  = flag.String("judge", "", "portlore to judge; none: only start the world, and end it")
		at      = flag.String("at", "", "judge in this world, which another run keeps: the name of its network namespace (services-123-out)")
		others  = flag.Bool("others", true, "judge nmap too, where it is installed")
		runs    = flag.Int("runs", 1, "how often portlore scans the world")
		record  = flag.String("record", "", "add the figures to this file, as Markdown")
		verbose = flag.Bool("v", false, "show what is just not known, too, and what was heard")
		actor   = flag.Bool("play", false, "internal: be daemons that no package brings")
	)
	flag.Parse()
	want := chosen(*only)
	judge := func(w *world) error {
		if *judged == "" {
			return nil
		}
		return w.judge(*judged, *runs, *others, *record, *verbose)
	}
	var err error
	switch {
	case *within != "":
		err = inside(*within, *debs, want)
	case *actor:
		err = play(flag.Args())
	case *list:
		for _, e := range want {
			fmt.Printf("%-20s %-10s %-20s %-14s %s\n", e.by, e.key(), e.service, e.product, e.checks)
		}
	case *at != "":
		w := &world{out: *at, in: strings.TrimSuffix(*at, "-out") + "-in", up: want}
		err = judge(w)
	case *install:
		fmt.Println(installation(*debs))
	default:
		err = run(want, *debs, *keep, judge)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "services:", err)
		os.Exit(1)
	}
}

// chosen are the endpoints that are named by themselves or by their daemons.
func chosen(only string) []endpoint {
	names := strings.Split(only, ",")
	return slices.DeleteFunc(table(), func(e endpoint) bool {
		return only != "" && !slices.Contains(names, e.by) && !slices.Contains(names, e.key())
	})
}

func run(want []endpoint, debs string, keep bool, judge func(*world) error) error {
	begin := time.Now()
	w, err := raise(want, debs)
	if err != nil {
		return err
	}
	defer w.end()
	for _, f := range w.failed {
		fmt.Fprintln(os.Stderr, "did not start:", f)
	}
	if len(w.absent) > 0 {
		fmt.Fprintln(os.Stderr, "not installed:", strings.Join(w.absent, " "))
	}
	fmt.Fprintf(os.Stderr, "%d of %d endpoints are up after %.0f s\n", len(w.up), len(want), time.Since(begin).Seconds())
	if err := judge(w); err != nil {
		return err
	}
	if keep {
		tcp, udp := ports(w.up)
		fmt.Printf("address %s\nscan    ip netns exec %s COMMAND\ninside  ip netns exec %s COMMAND; nsenter -a -r -w -t %d COMMAND\nfiles   /proc/%d/root/srv/daemons/NAME/log\ntcp     %s\nudp     %s\n",
			address, w.out, w.in, w.cmd.Process.Pid, w.cmd.Process.Pid, tcp, udp)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
		<-stop
		return nil
	}
	return nil
}

// judge lets portlore scan the world, and nmap beside it.
func (w *world) judge(binary string, runs int, others bool, record string, verbose bool) error {
	home, err := os.MkdirTemp("", "portlore-home-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	before := w.alive()
	scans := []scan{}
	try := func(s scan, err error) error {
		now := w.alive()
		for _, e := range w.up {
			if before[e.key()] && !now[e.key()] {
				s.lost = append(s.lost, e)
			}
		}
		before = now
		scans = append(scans, s)
		return err
	}
	for range runs {
		if err := try(w.portlore(binary, home)); err != nil {
			return err
		}
	}
	if _, err := exec.LookPath("nmap"); err == nil && others {
		if err := try(w.nmap()); err != nil {
			return err
		}
	}
	out := []io.Writer{os.Stdout}
	if record != "" {
		f, err := os.OpenFile(record, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		defer f.Close()
		out = append(out, f)
	}
	fmt.Fprintf(io.MultiWriter(out...), "\n%s\n\n", circumstances(time.Now(), len(w.up)))
	compare(io.MultiWriter(out...), w.up, scans)
	for _, s := range scans {
		explain(io.MultiWriter(out...), w.up, s, !verbose)
	}
	return nil
}

// ports are the ports of endpoints in ascending order, with commas between them.
func ports(all []endpoint) (tcp, udp string) {
	lists := map[string][]uint16{}
	for _, e := range all {
		lists[e.proto] = append(lists[e.proto], e.port)
	}
	join := func(ports []uint16) string {
		slices.Sort(ports)
		return strings.ReplaceAll(strings.Trim(fmt.Sprint(ports), "[]"), " ", ",")
	}
	return join(lists["tcp"]), join(lists["udp"])
}
