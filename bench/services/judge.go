//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A judging is what is judged, and what becomes of it.
type judging struct {
	portlore string // the binary; empty: nothing is judged
	runs     int
	others   bool
	record   string // file; empty: none
	verbose  bool
}

// judge lets portlore scan the world, and nmap beside it.
func (j judging) judge(w *world) error {
	if j.portlore == "" {
		return nil
	}
	if len(w.up) == 0 {
		return errors.New("nothing is up, so nothing can be judged")
	}
	home, err := os.MkdirTemp("", "portlore-home-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	before := w.alive()
	var scans []scan
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
	for range j.runs {
		if err := try(w.portlore(j.portlore, home)); err != nil {
			return err
		}
	}
	if _, err := exec.LookPath("nmap"); err == nil && j.others {
		if err := try(w.nmap()); err != nil {
			return err
		}
	}
	out := io.Writer(os.Stdout)
	if j.record != "" {
		f, err := os.OpenFile(j.record, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		defer f.Close()
		out = io.MultiWriter(os.Stdout, f)
	}
	fmt.Fprintf(out, "\n%s\n\n", circumstances(time.Now(), len(w.up)))
	compare(out, w.up, scans)
	for _, s := range scans {
		explain(out, w.up, s, !j.verbose)
	}
	return nil
}

// A scan is what one program said of all endpoints, and how long it took.
type scan struct {
	title   string
	seconds map[string]float64 // by transport; "both" where one run asks both
	said    map[string]answer  // by key
	lost    []endpoint         // whose daemons did not survive it
	asks    bool               // what is wrong with them, too
}

// What is read of the JSON of portlore.
type document struct {
	Targets []struct {
		Doors []door `json:"doors"`
	} `json:"targets"`
}

type door struct {
	Proto   string `json:"proto"`
	Port    uint16 `json:"port"`
	Service struct {
		Name    string `json:"name"`
		Product string `json:"product"`
		TLS     bool   `json:"tls"`
		Proof   string `json:"proof"`
		Banner  string `json:"banner"`
	} `json:"service"`
	Checks []struct {
		ID   string `json:"id"`
		Word string `json:"word"`
	} `json:"checks"`
}

// portlore scans all endpoints in one run.
func (w *world) portlore(binary, home string) (scan, error) {
	var list []string
	for _, e := range w.up {
		list = append(list, fmt.Sprintf("%d/%s", e.port, e.proto))
	}
	cmd := w.beside(binary, "scan", address, "--json", "--udp", "--ot", "--ports", strings.Join(list, ","))
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	out, seconds, err := timed(cmd)
	if err != nil {
		return scan{}, err
	}
	said, err := readPortlore(out)
	return scan{title: "portlore", seconds: map[string]float64{"both": seconds}, said: said, asks: true}, err
}

func readPortlore(out []byte) (map[string]answer, error) {
	var doc document
	if err := json.Unmarshal(out, &doc); err != nil {
		return nil, fmt.Errorf("portlore's JSON: %w", err)
	}
	said := map[string]answer{}
	for _, t := range doc.Targets {
		for _, d := range t.Doors {
			a := answer{tls: d.Service.TLS, product: d.Service.Product, heard: d.Service.Banner}
			if d.Service.Proof == "answer" {
				a.service = d.Service.Name
			}
			for _, c := range d.Checks {
				if c.Word == "FIX" || c.Word == "CHECK" || c.Word == "NOTE" {
					a.checks = append(a.checks, c.ID)
				}
			}
			said[fmt.Sprintf("%s/%d", d.Proto, d.Port)] = a
		}
	}
	return said, nil
}

// What is read of the XML of nmap.
type nmapRun struct {
	Ports []struct {
		Proto   string `xml:"protocol,attr"`
		Port    uint16 `xml:"portid,attr"`
		Service struct {
			Name    string `xml:"name,attr"`
			Product string `xml:"product,attr"`
			Method  string `xml:"method,attr"`
			Tunnel  string `xml:"tunnel,attr"`
		} `xml:"service"`
	} `xml:"host>ports>port"`
}

// nmap scans the endpoints in one run for each transport. It leaves out no port.
func (w *world) nmap() (scan, error) {
	tcp, udp := ports(w.up)
	s := scan{title: "nmap -sV -T4", seconds: map[string]float64{}, said: map[string]answer{}}
	for _, run := range [][2]string{{"tcp", "-sS"}, {"udp", "-sU"}} {
		list := map[string]string{"tcp": tcp, "udp": udp}[run[0]]
		if list == "" {
			continue
		}
		out, seconds, err := timed(w.beside("nmap", "-n", "-Pn", "-T4", "-sV", "--allports", run[1], "-p", list, "-oX", "-", address))
		if err != nil {
			return s, err
		}
		s.seconds[run[0]] = seconds
		if err := readNmap(out, s.said); err != nil {
			return s, err
		}
	}
	return s, nil
}

// readNmap adds what nmap says. A name that it took from its table of ports is none.
func readNmap(out []byte, said map[string]answer) error {
	var doc nmapRun
	if err := xml.Unmarshal(out, &doc); err != nil {
		return fmt.Errorf("nmap's XML: %w", err)
	}
	for _, p := range doc.Ports {
		a := answer{product: p.Service.Product, tls: p.Service.Tunnel == "ssl"}
		if n := p.Service.Name; p.Service.Method == "probed" && n != "unknown" && n != "tcpwrapped" {
			a.service = n
		}
		if a.tls && a.service == "ssl" {
			a.service = ""
		}
		said[fmt.Sprintf("%s/%d", p.Proto, p.Port)] = a
	}
	return nil
}

// timed runs a command to its end.
func timed(cmd *exec.Cmd) (out []byte, seconds float64, err error) {
	var said bytes.Buffer
	cmd.Stderr = &said
	begin := time.Now()
	out, err = cmd.Output()
	seconds = time.Since(begin).Seconds()
	if err != nil {
		text := said.String()
		err = fmt.Errorf("%s: %w: %s", cmd.Args[4], err, text[:min(len(text), 2000)])
	}
	return out, seconds, err
}
