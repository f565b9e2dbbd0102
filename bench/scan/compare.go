//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A comparison is one task for several tools.
type comparison struct {
	name, title string
	found       string // what the last column counts
	in, out     string // rules of their firewall
	tools       []tool
}

// A tool is a command line, and how to count what it found in what it printed.
type tool struct {
	name    string
	found   func(output []byte) int
	slow    bool // measured once
	command []string
}

const (
	patience = 150 * time.Second // for one run; masscan sometimes never ends
	loss     = "meta l4proto tcp numgen random mod 100 < 2 drop"
)

// SELF and MAC stand for this program and for their link-layer address.
var comparisons = []comparison{
	{
		"ports", "65,535 TCP ports of a host with 50 listeners; closed ones answer with a reset", "found of 50", "", "", []tool{
			{"portlore SYN", inJSON, false, strings.Fields("SELF ours -syn -tcp 1-65535 10.79.0.2")},
			{"portlore connect", inJSON, false, strings.Fields("SELF ours -tcp 1-65535 10.79.0.2")},
			{"nmap -sS -T4", inNmap, false, strings.Fields("nmap -sS -T4 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"nmap -sS -T5 --min-rate 20000", inNmap, false, strings.Fields("nmap -sS -T5 --min-rate 20000 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"nmap -sT -T4", inNmap, false, strings.Fields("nmap -sT -T4 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"masscan --rate 100000 --wait 1", lines("open tcp"), true, strings.Fields("masscan -p1-65535 --rate 100000 --wait 1 -i eth0 --router-mac MAC -oL - 10.79.0.2")},
			{"naabu -s s -rate 50000", lines(":"), true, strings.Fields("naabu -silent -s s -rate 50000 -Pn -p 1-65535 -host 10.79.0.2")},
		},
	},
	{
		"dropping", "65,535 TCP ports of a host that drops all but three", "found of 3", "tcp dport { 22, 1329, 2636 } accept\ntcp dport 1-65535 drop", "", []tool{
			{"portlore SYN", inJSON, false, strings.Fields("SELF ours -syn -tcp 1-65535 10.79.0.2")},
			{"portlore connect", inJSON, true, strings.Fields("SELF ours -tcp 1-65535 10.79.0.2")},
			{"nmap -sS -T5 --min-rate 20000 --max-retries 1", inNmap, true, strings.Fields("nmap -sS -T5 --min-rate 20000 --max-retries 1 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"nmap -sS -T4", inNmap, true, strings.Fields("nmap -sS -T4 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"nmap -sT -T4", inNmap, true, strings.Fields("nmap -sT -T4 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"masscan --rate 100000 --wait 1", lines("open tcp"), true, strings.Fields("masscan -p1-65535 --rate 100000 --wait 1 -i eth0 --router-mac MAC -oL - 10.79.0.2")},
		},
	},
	{
		"hosts", "one port of the 65,536 addresses of a /16, all of which answer", "found of 65,536", "", "", []tool{
			{"portlore SYN", inJSON, false, strings.Fields("SELF ours -syn -tcp 22 10.80.0.0/16")},
			{"portlore SYN -rate 100000", inJSON, false, strings.Fields("SELF ours -syn -rate 100000 -tcp 22 10.80.0.0/16")},
			{"portlore connect", inJSON, true, strings.Fields("SELF ours -tcp 22 10.80.0.0/16")},
			{"zmap -r 100000 -c 1", lines("."), false, strings.Fields("zmap -q -p 22 -r 100000 -c 1 -i eth0 -G MAC -b /dev/null -o - 10.80.0.0/16")},
			{"masscan --rate 100000 --wait 1", lines("open tcp"), true, strings.Fields("masscan -p22 --rate 100000 --wait 1 -i eth0 --router-mac MAC -oL - 10.80.0.0/16")},
			{"nmap -sS -T5 --min-rate 50000 --max-retries 1", inNmap, true, strings.Fields("nmap -sS -T5 --min-rate 50000 --max-retries 1 -n -Pn -p22 -oG - 10.80.0.0/16")},
		},
	},
	{
		"loss", "65,535 TCP ports of a host with 50 listeners; two packets of a hundred are lost each way", "found of 50", loss, loss, []tool{
			{"portlore SYN", inJSON, false, strings.Fields("SELF ours -syn -tcp 1-65535 10.79.0.2")},
			{"portlore connect", inJSON, false, strings.Fields("SELF ours -tcp 1-65535 10.79.0.2")},
			{"nmap -sS -T4", inNmap, true, strings.Fields("nmap -sS -T4 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"nmap -sS -T5 --min-rate 20000", inNmap, true, strings.Fields("nmap -sS -T5 --min-rate 20000 -n -Pn -p1-65535 -oG - 10.79.0.2")},
			{"masscan --rate 100000 --wait 1", lines("open tcp"), true, strings.Fields("masscan -p1-65535 --rate 100000 --wait 1 -i eth0 --router-mac MAC -oL - 10.79.0.2")},
		},
	},
	{
		"rates", "five seconds at a rate, of hosts that answer; packets by the time from the start to the last answer", "packets/s", "", "", rates(),
	},
}

// rates are the runs that hold a rate against the clock.
func rates() (tools []tool) {
	for _, method := range []string{"-syn", ""} {
		for _, rate := range []string{"100", "1000", "10000", "50000"} {
			name := "portlore SYN -rate " + rate
			if method == "" {
				name = "portlore connect -rate " + rate
				if rate == "50000" {
					continue // more connections than one processor of this kind makes
				}
			}
			tools = append(tools, tool{name, perSecond, true, strings.Fields("SELF ours " + method + " -stop 5s -rate " + rate + " -tcp 1-65535 10.80.0.0/28")})
		}
	}
	return append(tools,
		tool{"portlore SYN -per-host 100, 16 hosts", perSecond, true, strings.Fields("SELF ours -syn -stop 5s -per-host 100 -tcp 1-65535 10.80.0.0/28")},
		tool{"portlore connect -per-host 100, 16 hosts", perSecond, true, strings.Fields("SELF ours -stop 5s -per-host 100 -tcp 1-65535 10.80.0.0/28")},
	)
}

func names() string {
	var all []string
	for _, c := range comparisons {
		all = append(all, c.name)
	}
	return strings.Join(all, ",")
}

// compare measures the tools of a comparison in turn, so that a busy machine is
// busy for all of them, and prints the medians.
func (w *world) compare(c comparison, runs int, slow bool) error {
	if err := w.firewall(c.in, c.out); err != nil {
		return err
	}
	fmt.Printf("\n%s: %s\n\n", c.name, c.title)
	fmt.Printf("| tool | wall s | times | CPU s | packets | %s |\n", c.found)
	fmt.Println("|---|---|---|---|---|---|")
	all := make([][]figures, len(c.tools))
	for run := range runs {
		for i, t := range c.tools {
			if _, err := exec.LookPath(t.command[0]); err != nil && t.command[0] != "SELF" || run > 0 && t.slow || t.slow && !slow {
				continue
			}
			all[i] = append(all[i], w.measure(t))
		}
	}
	first := time.Duration(0)
	for i, t := range c.tools {
		if len(all[i]) == 0 {
			fmt.Printf("| %s | not measured | | | | |\n", t.name)
			continue
		}
		f, found := median(all[i])
		if i == 0 {
			first = f.wall
		}
		fmt.Printf("| %s | %.2f | %.2f | %.2f | %d | %s |\n", t.name, f.wall.Seconds(), f.wall.Seconds()/first.Seconds(), f.cpu.Seconds(), f.packets, found)
	}
	return nil
}

// figures are one run.
type figures struct {
	wall, cpu      time.Duration
	packets, found int
	cut            bool // it did not end
}

func (w *world) measure(t tool) figures {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := []string{"netns", "exec", w.us}
	for _, word := range t.command {
		command = append(command, strings.NewReplacer("SELF", w.self, "MAC", w.mac).Replace(word))
	}
	cmd := exec.CommandContext(ctx, "ip", command...)
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	before, begin := w.sent(), time.Now()
	_ = cmd.Run()
	f := figures{wall: time.Since(begin), cut: ctx.Err() != nil}
	f.packets = w.sent() - before
	if state := cmd.ProcessState; state != nil {
		f.cpu = state.UserTime() + state.SystemTime()
	}
	f.found = t.found(out.Bytes())
	return f
}

// median is the run of middle length, and what all of them found.
func median(all []figures) (figures, string) {
	var found []string
	for _, f := range all {
		text := fmt.Sprint(f.found)
		if f.cut {
			text += " (did not end)"
		}
		found = append(found, text)
	}
	slices.SortFunc(all, func(a, b figures) int { return int(a.wall - b.wall) })
	return all[len(all)/2], strings.Join(found, " ")
}

func inJSON(output []byte) int {
	var tally struct{ Open int }
	_ = json.Unmarshal(output, &tally)
	return tally.Open
}

// perSecond divides what was sent by the time from the start to the last answer.
func perSecond(output []byte) int {
	var tally struct {
		Sent int
		Last time.Duration
	}
	if json.Unmarshal(output, &tally) != nil || tally.Last == 0 {
		return 0
	}
	return int(float64(tally.Sent)/tally.Last.Seconds() + 0.5)
}

func inNmap(output []byte) int { return bytes.Count(output, []byte("/open/tcp/")) }

func lines(with string) func([]byte) int {
	return func(output []byte) (n int) {
		for line := range bytes.Lines(output) {
			if bytes.Contains(line, []byte(with)) {
				n++
			}
		}
		return n
	}
}
