// Command genlog writes a firewall log of the netfilter kind to standard output
// and what is true of it, per actor, to a JSON file:
//
//	go run ./bench/genlog -lines 2000000 -truth truth.json > kern.log
//
// With -as pcap it writes the same packets as a capture, with -as netflow as a
// capture of the NetFlow 5 that a router would export of them, a flow a packet,
// without those of IPv6.
//
// The same seed gives the same bytes. No address belongs to a real host: all
// are from the ranges for documentation (RFC 5737, RFC 3849, RFC 9637) and
// benchmarks (RFC 2544), which stand for public addresses.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
)

// Fewer lines have no room for one actor of every kind; more would need more
// addresses than the range for benchmarks has.
const (
	minLines = 20_000
	maxLines = 5_000_000
)

func main() {
	lines := flag.Int("lines", 200_000, "how many lines to write")
	seed := flag.Uint64("seed", 1, "another seed, another log")
	as := flag.String("as", "log", "what to write: log, pcap, netflow")
	truth := flag.String("truth", "", "file for the truth; empty: none")
	flag.Parse()
	if err := run(os.Stdout, *as, *lines, *seed, *truth); err != nil {
		fmt.Fprintln(os.Stderr, "genlog:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, as string, lines int, seed uint64, truthFile string) error {
	if lines < minLines || lines > maxLines {
		return fmt.Errorf("-lines %d: from %d to %d are possible", lines, minLines, maxLines)
	}
	write, ok := map[string]func(io.Writer, []packet){"log": writeLog, "pcap": writePcap, "netflow": writeNetflow}[as]
	if !ok {
		return fmt.Errorf("-as %s: log, pcap and netflow are possible", as)
	}
	packets, actors := scene(lines, seed)
	if truthFile != "" {
		data, err := json.MarshalIndent(truth{Lines: len(packets), Home: []string{homeNet, lanNet}, Actors: actors}, "", " ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(truthFile, append(data, '\n'), 0o666); err != nil {
			return err
		}
	}
	w := bufio.NewWriterSize(out, 1<<20)
	write(w, packets)
	return w.Flush()
}

func writeLog(w io.Writer, packets []packet) {
	var line []byte
	for i := range packets {
		line = appendLine(line[:0], &packets[i])
		w.Write(line)
	}
}

// truth is what must be found in the log.
type truth struct {
	Lines  int      `json:"lines"`
	Home   []string `json:"home"` // the networks that are ours
	Actors []actor  `json:"actors"`
}

// An actor is whoever is behind some of the lines.
type actor struct {
	Kind     string   `json:"kind"`
	Class    string   `json:"class"`    // the verdict; a final * stands for anything
	Also     []string `json:"also"`     // verdicts that are right too
	Subjects []string `json:"subjects"` // sources, at most 100
	Sources  int      `json:"sources"`  // how many there are
	Lines    int      `json:"lines"`
}
