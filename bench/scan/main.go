//go:build linux

// Command scan measures the port scanner beside nmap, masscan, zmap and naabu,
// those that are installed, in two network namespaces of its own. It must run as
// root on Linux, and sends nothing anywhere else.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "ours" {
		exit(ours(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == "listen" {
		exit(listen(os.Args[2:]))
	}
	runs := flag.Int("runs", 3, "times that each is measured; slow ones once")
	only := flag.String("only", "", "comparisons, with commas between them: "+names()+"; none: all")
	slow := flag.Bool("slow", true, "measure also what takes minutes")
	flag.Parse()
	if os.Geteuid() != 0 {
		exit(fmt.Errorf("network namespaces need root"))
	}
	w, err := newWorld()
	if err != nil {
		w.close()
		exit(err)
	}
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stopped
		w.close()
		os.Exit(130)
	}()
	fmt.Println(w.machine())
	for _, c := range comparisons {
		if *only == "" || strings.Contains(","+*only+",", ","+c.name+",") {
			if err = w.compare(c, *runs, *slow); err != nil {
				break
			}
		}
	}
	w.close()
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
	os.Exit(0)
}
