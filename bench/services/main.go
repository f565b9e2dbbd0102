//go:build linux

// Command services judges portlore's scan against daemons of which is known what
// they are and what is wrong with them: real ones, of Debian, in a network namespace
// of their own. It must run as root on Linux; it installs nothing, and what the
// daemons write is thrown away.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	var j judging
	var (
		keep    = flag.Bool("keep", false, "leave the world up until interrupted, and say where it is")
		only    = flag.String("only", "", "daemons (redis) or endpoints (tcp/6379) to start, with commas between them; none: all")
		debs    = flag.String("debs", "/var/cache/portlore-debs", "directory of packages that cannot be installed side by side: they are unpacked in the world")
		list    = flag.Bool("list", false, "print the table, and start nothing")
		install = flag.Bool("install", false, "print the commands that bring the packages, and start nothing")
		at      = flag.String("at", "", "judge in this world, which another run keeps: the name of its network namespace (services-123-out)")
		within  = flag.String("inside", "", "internal: be the world, mounted here")
		actor   = flag.Bool("play", false, "internal: be daemons that no package brings")
	)
	flag.StringVar(&j.portlore, "judge", "", "portlore to judge; none: only start the world, and end it")
	flag.IntVar(&j.runs, "runs", 1, "how often portlore scans the world")
	flag.BoolVar(&j.others, "others", true, "judge nmap too, where it is installed")
	flag.StringVar(&j.record, "record", "", "add the figures to this file, as Markdown")
	flag.BoolVar(&j.verbose, "v", false, "show what is just not known, too, and what was heard")
	flag.Parse()
	want := chosen(*only)
	var err error
	switch {
	case *within != "":
		err = inside(*within, *debs, want)
	case *actor:
		err = play(flag.Args())
	case *list:
		for _, e := range want {
			fmt.Printf("%-20s %-10s %-22s %-20s %s\n", e.by, e.key(), e.service, e.product, e.checks)
		}
	case *install:
		fmt.Println(installation(*debs))
	case *at != "":
		err = j.judge(&world{out: *at, in: strings.TrimSuffix(*at, "-out") + "-in", up: want})
	default:
		err = run(want, *debs, *keep, j)
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

func run(want []endpoint, debs string, keep bool, j judging) error {
	begin := time.Now()
	w, err := raise(want, debs)
	if err != nil {
		return err
	}
	defer w.end()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stop
		w.end()
		os.Exit(130)
	}()
	for _, f := range w.failed {
		fmt.Fprintln(os.Stderr, "did not start:", f)
	}
	if len(w.absent) > 0 {
		fmt.Fprintln(os.Stderr, "not installed:", strings.Join(w.absent, " "))
	}
	fmt.Fprintf(os.Stderr, "%d of %d endpoints are up after %.0f s\n", len(w.up), len(want), time.Since(begin).Seconds())
	if err := j.judge(w); err != nil || !keep {
		return err
	}
	tcp, udp := ports(w.up)
	pid := w.cmd.Process.Pid
	fmt.Printf("address %s\nscan    ip netns exec %s COMMAND\ninside  nsenter -a -r -w -t %d COMMAND\nfiles   /proc/%d/root/srv/daemons/NAME/log\ntcp     %s\nudp     %s\n",
		address, w.out, pid, pid, tcp, udp)
	select {}
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
