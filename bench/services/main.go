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
	var (
		keep    = flag.Bool("keep", false, "leave the world up until interrupted, and say where it is")
		only    = flag.String("only", "", "daemons (redis) or endpoints (tcp/6379) to start, with commas between them; none: all")
		debs    = flag.String("debs", "/var/cache/portlore-debs", "directory of packages that exclude one another: they are unpacked in the world")
		list    = flag.Bool("list", false, "print the table, and start nothing")
		install = flag.Bool("install", false, "print the commands that bring the packages, and start nothing")
		within  = flag.String("inside", "", "internal: be the world, mounted here")
		actor   = flag.Bool("play", false, "internal: be daemons that no package brings")
	)
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
			fmt.Printf("%-20s %-10s %-20s %-14s %s\n", e.by, e.key(), e.service, e.product, e.checks)
		}
	case *install:
		fmt.Println(installation(*debs))
	default:
		err = run(want, *debs, *keep)
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

func run(want []endpoint, debs string, keep bool) error {
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
	tcp, udp := ports(w.up)
	fmt.Fprintf(os.Stderr, "%d of %d endpoints are up after %.0f s\n", len(w.up), len(want), time.Since(begin).Seconds())
	if keep {
		fmt.Printf("address %s\nscan    ip netns exec %s COMMAND\ninside  ip netns exec %s COMMAND; nsenter -at %d COMMAND\nfiles   /proc/%d/root/srv/daemons/NAME/log\ntcp     %s\nudp     %s\n",
			address, w.out, w.in, w.cmd.Process.Pid, w.cmd.Process.Pid, tcp, udp)
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
		<-stop
		return nil
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
