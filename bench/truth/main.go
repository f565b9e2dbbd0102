//go:build linux

// Command truth judges portlore against evidence whose truth is known: real
// tools and inert crafted packets, played in network namespaces. It must run
// as root on Linux; it installs nothing and touches nothing outside its
// namespaces but one setting of the kernel's log, which it puts back.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

func main() {
	var (
		out      = flag.String("out", "", "directory for the evidence")
		seed     = flag.Uint64("seed", 1, "moves addresses, ports, pace and counts")
		only     = flag.String("only", "", "scenarios to play, with commas between them; none: all")
		list     = flag.Bool("list", false, "list the scenarios and play none")
		judge    = flag.String("judge", "", "portlore to judge; none: only make the evidence")
		noPlay   = flag.Bool("judge-only", false, "judge the evidence that is in -out")
		rivals   = flag.Bool("others", true, "judge psad and CrowdSec too, where they are installed")
		verbose  = flag.Bool("v", false, "show every verdict that is not right")
		parallel = flag.Int("parallel", 6, "scenarios at a time")
		sender   = flag.String("send", "", "internal: send frames to this interface")
		server   = flag.Bool("serve", false, "internal: play servers")
		talker   = flag.Bool("talk", false, "internal: play clients")
	)
	flag.Parse()
	var err error
	switch {
	case *sender != "":
		err = send(*sender, os.Stdin)
	case *server:
		err = serve(flag.Args())
	case *talker:
		err = talk(os.Stdin)
	case *list:
		for _, s := range scenarios() {
			kind := "hostile"
			if s.benign() {
				kind = "benign"
			}
			fmt.Printf("%-24s %-8s %s\n", s.name, kind, s.title)
		}
	case *out == "":
		err = fmt.Errorf("-out says where the evidence goes")
	default:
		if !*noPlay {
			err = play(*out, *seed, *only, *parallel)
		}
		if err == nil && *judge != "" {
			err = judgeAll(os.Stdout, *out, *judge, *verbose, *rivals)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

// packages are the Debian packages that bring the tools, tool by tool.
var packages = [][2]string{
	{"ip", "iproute2"},
	{"iptables-restore", "iptables"},
	{"tcpdump", "tcpdump"},
	{"ulogd", "ulogd2"},
	{"softflowd", "softflowd"},
	{"nfcapd", "nfdump"},
	{"nmap", "nmap"},
	{"masscan", "masscan"},
	{"zmap", "zmap"},
	{"hping3", "hping3"},
	{"fping", "fping"},
	{"hydra", "hydra"},
	{"snmpwalk", "snmp"},
	{"snmpd", "snmpd"},
	{"dig", "bind9-dnsutils"},
	{"dnsmasq", "dnsmasq-base"},
	{"tftp", "tftp-hpa"},
	{"in.tftpd", "tftpd-hpa"},
	{"ike-scan", "ike-scan"},
	{"nbtscan", "nbtscan"},
	{"svmap", "sipvicious"},
	{"traceroute", "traceroute"},
	{"curl", "curl"},
	{"ping", "iputils-ping"},
	{"sshd", "openssh-server"},
	{"ssh", "openssh-client"},
	{"vsftpd", "vsftpd"},
	{"dhclient", "isc-dhcp-client"},
	{"avahi-daemon", "avahi-daemon"},
	{"arp-scan", "arp-scan"},
	{"conntrack", "conntrack"},
	{"rdisc6", "ndisc6"},
	{"ntpdig", "ntpsec-ntpdig"},
}

// missing lists the packages of tools that are not installed.
func missing() []string {
	var out []string
	for _, p := range packages {
		if _, err := exec.LookPath(p[0]); err != nil && !slices.Contains(out, p[1]) {
			out = append(out, p[1])
		}
	}
	return out
}

// play plays the scenarios and leaves their evidence.
func play(out string, seed uint64, only string, parallel int) error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("network namespaces need root")
	}
	if m := missing(); len(m) > 0 {
		return fmt.Errorf("tools are missing: apt-get install --no-install-recommends %s", strings.Join(m, " "))
	}
	out, err := filepath.Abs(out) // the tools run elsewhere
	if err != nil {
		return err
	}
	all := scenarios()
	if only != "" {
		names := strings.Split(only, ",")
		all = slices.DeleteFunc(all, func(s scenario) bool { return !slices.Contains(names, s.name) })
	}
	k, err := openKernelLog()
	if err != nil {
		return err
	}
	defer k.close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	slots, wg := make(chan bool, parallel), sync.WaitGroup{}
	interrupted := false
	for i, s := range all {
		select {
		case <-stop:
			interrupted = true
		case slots <- true:
		}
		if interrupted {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			st := &stage{scenario: s, world: newWorld(seed, s.name), dir: filepath.Join(out, s.name), tag: tag(i)}
			id := fmt.Sprintf("pl%d-%d", os.Getpid(), i)
			st.far, st.isp, st.fw, st.lan = id+"far", id+"isp", id+"fw", id+"lan"
			st.style = styles()[st.IntN(len(styles()))]
			if err := st.perform(k, seed); err != nil {
				st.problem("%v", err)
			}
			for _, p := range st.problems {
				fmt.Fprintf(os.Stderr, "%s: %s\n", s.name, p)
			}
		})
	}
	wg.Wait()
	if interrupted {
		return fmt.Errorf("interrupted")
	}
	return nil
}

// tag marks the lines of one scenario in the kernel log, and of one run: others
// may run at the same time. With a prefix it must fit into 29 bytes.
func tag(i int) string {
	run := int64(os.Getpid()) % (36 * 36)
	return fmt.Sprintf("%02s%02s|", strconv.FormatInt(run, 36), strconv.FormatInt(int64(i), 36))
}

// perform is one scenario from nothing to its evidence and truth.
func (s *stage) perform(k *kernelLog, seed uint64) error {
	defer s.strike()
	err := os.RemoveAll(s.dir)
	if err == nil {
		err = os.MkdirAll(s.dir, 0o755)
	}
	if err == nil {
		s.scratch, err = os.MkdirTemp("", "truth-")
	}
	if err == nil {
		s.notes, err = os.Create(filepath.Join(s.dir, "tools.txt"))
	}
	if err != nil {
		return err
	}
	if err := s.build(); err != nil {
		return err
	}
	s.serves(s.fw, "tcp:80:http")
	s.serves(s.far, "tcp:80:http", "tcp:443:bulk")
	r, err := record(s)
	if err != nil {
		return err
	}
	done := func() {}
	if !s.quiet {
		done = s.bystand()
	}
	s.scenario.play(s)
	done()
	if err := r.stop(k); err != nil {
		return err
	}
	return s.tell(seed)
}
