//go:build linux

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/portlore/portlore/scan"
)

// ours scans in the network namespace it runs in, and prints what it found as
// JSON: the package as a program, so that it can be measured like the others.
func ours(arguments []string) error {
	flags := flag.NewFlagSet("ours", flag.ExitOnError)
	tcp := flags.String("tcp", "", "`ports`")
	udp := flags.String("udp", "", "`ports`")
	syn := flags.Bool("syn", false, "by hand-made packets")
	discover := flags.Bool("discover", false, "look first who is there")
	rate := flags.Float64("rate", 0, "packets/s in all")
	perHost := flags.Float64("per-host", 0, "packets/s per host")
	stop := flags.Duration("stop", 0, "stop after")
	show := flags.Bool("show", false, "print every answer")
	_ = flags.Parse(arguments)
	order := scan.Order{TCP: ports(*tcp), UDP: ports(*udp), Discover: *discover, Rate: *rate, PerHost: *perHost}
	if *syn {
		order.Method = scan.SYN
	}
	var ranges []scan.Range
	for _, arg := range flags.Args() {
		if p, err := netip.ParsePrefix(arg); err == nil {
			ranges = append(ranges, scan.RangeOf(p))
		} else if a, err := netip.ParseAddr(arg); err == nil {
			ranges = append(ranges, scan.Range{First: a, Last: a})
		} else {
			return err
		}
	}
	var err error
	if order.Hosts, err = scan.NewHosts(ranges...); err != nil {
		return err
	}
	ctx := context.Background()
	if *stop > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *stop)
		defer cancel()
	}
	var last time.Duration
	begin := time.Now()
	tally, err := scan.Run(ctx, order, func(a scan.Answer) {
		last = time.Since(begin)
		if *show && a.State != scan.Closed {
			fmt.Fprintf(os.Stderr, "%v %s/%d %v %s %v %d %q\n", a.Addr, a.Proto, a.Port, a.State, a.Why, a.From, a.TTL, a.Data)
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if len(tally.Hosts) > 3 && !*show {
		tally.Hosts = tally.Hosts[:3]
	}
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return json.NewEncoder(os.Stdout).Encode(struct {
		scan.Tally
		Last time.Duration
		CPU  float64
		RSS  int64
	}{tally, last, time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds(), used.Maxrss})
}

func ports(list string) (all []uint16) {
	for part := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.Atoi(first)
		b, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil {
			continue
		}
		for p := a; p <= b; p++ {
			all = append(all, uint16(p))
		}
	}
	return all
}
