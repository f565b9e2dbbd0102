//go:build linux

package main

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// An other is a program of the same field. It names attackers and nothing
// else, so that is all that is scored.
type other struct {
	name    string
	present func() bool
	script  string // run in namespaces of its own, in a scratch directory, on the log $1
	says    *regexp.Regexp
}

func others() []other {
	return []other{
		{
			name: "psad", present: func() bool { return installed("psad") },
			// It writes where its configuration says: over memory, for us.
			script: `mkdir -p /var/lib/psad /var/log/psad
mount -t tmpfs none /var/lib/psad && mount -t tmpfs none /var/log/psad && mount -t tmpfs none /run
exec psad -A -m "$1" --no-whois --no-rdns`,
			says: regexp.MustCompile(`SRC:\s+(\S+), DL: [1-9]`),
		},
		{
			name: "CrowdSec", present: func() bool { return installed("crowdsec") && installed("cscli") && hub() != "" },
			script: `hub=` + hub() + `
mkdir -p etc/parsers/s00-raw etc/parsers/s01-parse etc/parsers/s02-enrich etc/scenarios data hub
cp $hub/parsers/s00-raw/crowdsecurity/syslog-logs.yaml etc/parsers/s00-raw/
cp $hub/parsers/s01-parse/crowdsecurity/iptables-logs.yaml etc/parsers/s01-parse/
cp $hub/parsers/s02-enrich/crowdsecurity/dateparse-enrich.yaml etc/parsers/s02-enrich/
cp $hub/scenarios/crowdsecurity/iptables-scan-multi_ports.yaml etc/scenarios/
cp $hub/.index.json hub/
for p in /etc/crowdsec/patterns $hub/../../../../etc/crowdsec/patterns; do [ -d $p ] && cp -r $p etc/; done
echo 'simulation: false' >etc/simulation.yaml
cat >config.yaml <<.
common: {daemonize: false, log_media: stdout, log_level: info}
config_paths: {config_dir: $PWD/etc/, data_dir: $PWD/data/, simulation_path: $PWD/etc/simulation.yaml, hub_dir: $PWD/hub/, index_path: $PWD/hub/.index.json}
crowdsec_service: {acquisition_path: "", parser_routines: 1}
db_config: {log_level: info, type: sqlite, db_path: $PWD/data/crowdsec.db}
api: {client: {credentials_path: $PWD/login.yaml}, server: {listen_uri: "127.0.0.1:8080", profiles_path: $PWD/profiles.yaml}}
prometheus: {enabled: false}
.
printf 'name: all\nfilters:\n - Alert.Remediation == true\ndecisions:\n - type: ban\n   duration: 4h\non_success: break\n' >profiles.yaml
ip link set lo up
cscli -c config.yaml machines add bench -p bench -f login.yaml
exec crowdsec -c config.yaml -dsn "file://$1" -type syslog`,
			says: regexp.MustCompile(`Ip (\S+) performed`),
		},
	}
}

func installed(tool string) bool {
	_, err := exec.LookPath(tool)
	return err == nil
}

// hub is where the Debian package keeps CrowdSec's parsers and scenarios.
func hub() string {
	bin, err := exec.LookPath("crowdsec")
	if err != nil {
		return ""
	}
	dir := filepath.Join(filepath.Dir(bin), "../share/crowdsec/hub")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// flags are the addresses that the program calls attackers.
func (o other) flags(log string) ([]netip.Addr, error) {
	dir, err := os.MkdirTemp("", "truth-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	log, err = filepath.Abs(log)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("unshare", "-m", "-n", "timeout", "60", "sh", "-c", o.script, o.name, log)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var found []netip.Addr
	for _, m := range o.says.FindAllStringSubmatch(string(out), -1) {
		if a, err := netip.ParseAddr(strings.TrimSuffix(m[1], ",")); err == nil {
			found = append(found, a)
		}
	}
	if len(found) == 0 && err != nil {
		return nil, fmt.Errorf("%s: %w", o.name, err)
	}
	return found, nil
}

// A score is how often a program flagged whom, in plain logs.
type score struct{ hostile, found, benign, accused, innocents, harmed int }

func (s *score) add(flagged []netip.Addr, t truthFile, seen map[netip.Addr]int) {
	flags := func(p netip.Prefix) bool {
		for _, f := range flagged {
			if p.Contains(f) {
				return true
			}
		}
		return false
	}
	actors := t.actors()
	for i, a := range t.Actors {
		p := actors[i]
		if a.LogLines == 0 {
			continue
		}
		hit := flags(p)
		if within(a.Verdict, innocent) {
			s.benign++
			if hit {
				s.accused++
			}
		} else {
			s.hostile++
			if hit {
				s.found++
			}
		}
	}
	for a := range seen {
		if !covers(actors, a) {
			s.innocents++
			if flags(netip.PrefixFrom(a, a.BitLen())) {
				s.harmed++
			}
		}
	}
}

func (s score) row(w io.Writer, name string) {
	fmt.Fprintf(w, "| %s | %s | %d of %d | %d of %d |\n", name, share(s.found, s.hostile), s.accused, s.benign, s.harmed, s.innocents)
}

// compare prints what the others make of the plain logs, beside portlore.
func compare(w io.Writer, truths []truthFile, dirs []string, ours score) {
	fmt.Fprint(w, "Plain logs (kern.log): who is called an attacker.\n\n| program | hostile actors flagged | benign actors accused | innocent addresses accused |\n|---|---|---|---|\n")
	ours.row(w, "portlore")
	for _, o := range others() {
		if !o.present() {
			fmt.Fprintf(w, "| %s | not installed | | |\n", o.name)
			continue
		}
		var s score
		var mu sync.Mutex
		var wg sync.WaitGroup
		slots, failed := make(chan bool, 4), 0
		for i, t := range truths {
			slots <- true
			wg.Go(func() {
				defer func() { <-slots }()
				log := filepath.Join(dirs[i], "kern.log")
				seen, err := senders(log)
				if err != nil || len(seen) == 0 {
					return
				}
				flagged, err := o.flags(log)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed++
				}
				s.add(flagged, t, seen)
			})
		}
		wg.Wait()
		name := o.name
		if failed > 0 {
			name = fmt.Sprintf("%s (failed on %d logs)", o.name, failed)
		}
		s.row(w, name)
	}
	fmt.Fprintln(w)
}
