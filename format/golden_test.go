package format

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A golden is one case of testdata/FORMAT/NAME.txtar: a comment that says what
// it shows, the options "now", "zone" and "year" where they matter, an input in
// which \xNN and \r stand for bytes, and what must come of it. The input of a
// capture is described in words; see writer.
type golden struct {
	path    string
	capture bool
	archive *txtar.Archive
	options Options
	input   []byte
}

func goldens(t testing.TB) []golden {
	t.Helper()
	paths, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no golden files", err)
	}
	var all []golden
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g := golden{path: path, archive: a, options: Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}}
		for line := range strings.Lines(string(section(a, "options"))) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch key {
			case "now":
				g.options.Now, err = time.Parse(time.RFC3339, value)
			case "zone":
				g.options.Zone, err = time.LoadLocation(value)
			case "year":
				g.options.Year, err = strconv.Atoi(value)
			case "map":
				g.options.Columns = map[string]string{}
				for _, pair := range strings.Split(value, ",") {
					k, v, _ := strings.Cut(pair, "=")
					g.options.Columns[k] = v
				}
			default:
				err = fmt.Errorf("unknown option %q", key)
			}
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		}
		if dir := filepath.Base(filepath.Dir(path)); slices.Contains([]string{pcap.Name, pcapng.Name, netflow.Name, sflow.Name}, dir) {
			g.capture = true
			g.input = captureBytes(t, section(a, "input"))
		} else {
			g.input = unescapeBytes(section(a, "input"))
		}
		all = append(all, g)
	}
	return all
}

// logGoldens are the cases that come in lines.
func logGoldens(t testing.TB) []golden {
	return slices.DeleteFunc(goldens(t), func(g golden) bool { return g.capture })
}

func TestGolden(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(g.path), ".txtar"), func(t *testing.T) {
			var got bytes.Buffer
			sink := func(ob *portlore.Observation) { dump(&got, ob) }
			res, err := Read(context.Background(), "input", 0, bytes.NewReader(g.input), g.options, []Sink{sink}, nil)
			if (err != nil) != (res.Unread != "") || err != nil && !g.capture {
				t.Fatal(err, res.Unread)
			}
			if g.capture {
				checkCapture(t, res, g.input)
			} else {
				checkAccount(t, res, g.input)
			}
			dumpResult(&got, res)
			if *update {
				setSection(g.archive, "want", got.Bytes())
				if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := section(g.archive, "want"); !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", g.archive.Comment, got.Bytes(), want)
			}
		})
	}
}

// checkAccount holds what must be true of every result.
func checkAccount(t testing.TB, res Result, input []byte) {
	t.Helper()
	if res.Lines != res.Understood+res.Other+res.Malformed {
		t.Errorf("%d lines, but %d understood + %d other + %d malformed", res.Lines, res.Understood, res.Other, res.Malformed)
	}
	if res.Bytes != int64(len(input)) {
		t.Errorf("%d bytes, want %d", res.Bytes, len(input))
	}
	if res.Ambiguous > res.Understood || res.Quoted > res.Other {
		t.Errorf("%d ambiguous of %d understood, %d quoted of %d other", res.Ambiguous, res.Understood, res.Quoted, res.Other)
	}
	lines := bytes.SplitAfter(linesOf(t, input), []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	if res.Lines != int64(len(lines)) {
		t.Errorf("%d lines, want %d", res.Lines, len(lines))
	}
	if len(res.Errors) != int(min(res.Malformed, errorsShown)) {
		t.Errorf("%d errors shown of %d", len(res.Errors), res.Malformed)
	}
	for _, e := range res.Errors {
		if e.Line < 1 || e.Line > res.Lines || e.Column < 1 || e.Column > len(lines[e.Line-1])+1 {
			t.Errorf("error outside of the input: %v", e)
		}
	}
}

// linesOf is an input as the readers of lines see it.
func linesOf(t testing.TB, input []byte) []byte {
	t.Helper()
	head, r := peek(bytes.NewReader(input))
	head, r, _ = plainText(head, r)
	_, r, cut := recut(head, r)
	if cut == nil {
		return input
	}
	lines, _ := io.ReadAll(r) // what was read until an error counts
	return lines
}

// dump writes one observation in one line. What the evidence does not say is
// left out.
func dump(w *bytes.Buffer, ob *portlore.Observation) {
	fmt.Fprintf(w, "%d:", ob.Pos.Line)
	switch {
	case ob.Time == 0:
	case ob.Time < portlore.SinceBoot:
		fmt.Fprintf(w, " boot+%v", time.Duration(ob.Time))
	default:
		fmt.Fprintf(w, " %s", time.Unix(0, ob.Time).UTC().Format(time.RFC3339Nano))
	}
	ports := ob.Has&portlore.HasPorts != 0
	fmt.Fprintf(w, " %s > %s %s", end(ob.Src.String(), ob.SrcPort, ports), end(ob.Dst.String(), ob.DstPort, ports), ob.Proto)
	field := func(bit portlore.Fields, name string, value any) {
		if ob.Has&bit != 0 {
			fmt.Fprintf(w, " %s=%v", name, value)
		}
	}
	if ob.Has&portlore.LacksSrcPort != 0 {
		w.WriteString(" no-source-port")
	}
	field(portlore.HasFlags, "flags", strings.ReplaceAll(ob.Flags.String(), " ", ","))
	field(portlore.HasICMP, "icmp", fmt.Sprint(ob.ICMPType, "/", ob.ICMPCode))
	field(portlore.HasTTL, "ttl", ob.TTL)
	field(portlore.HasID, "id", ob.ID)
	field(portlore.HasWindow, "window", ob.Window)
	field(portlore.HasSeq, "seq", ob.Seq)
	if ob.Options != 0 {
		fmt.Fprintf(w, " options=%08x", ob.Options)
	}
	fmt.Fprintf(w, " length=%d in=%s out=%s %s", ob.Length, ob.InIf, ob.OutIf, [...]string{"way-unsaid", "in", "out", "forward"}[ob.Way])
	fmt.Fprintf(w, " %s", [...]string{"unsaid", "blocked", "accepted"}[ob.Verdict])
	if len(ob.Label) > 0 {
		fmt.Fprintf(w, " label=%q", ob.Label)
	}
	if ob.Fragment {
		w.WriteString(" fragment")
	}
	if ob.LinkCast {
		w.WriteString(" linkcast")
	}
	if ob.Answered {
		w.WriteString(" answered")
	}
	if ob.Count != 1 || ob.Packets != 1 || ob.Bytes != uint64(ob.Length) {
		fmt.Fprintf(w, " count=%d packets=%d bytes=%d", ob.Count, ob.Packets, ob.Bytes)
	}
	if ob.Has&portlore.HasInner != 0 {
		in := ob.Inner
		fmt.Fprintf(w, " inner[%s > %s %s]", end(in.Src.String(), in.SrcPort, in.SrcPort != 0), end(in.Dst.String(), in.DstPort, in.DstPort != 0), in.Proto)
	}
	if s := ob.Said; s != nil {
		fmt.Fprintf(w, " said[%s %s %s %q %q]", s.Sensor, [...]string{"?", "alert", "ban", "login-refused", "login-accepted", "transfer-refused", "martian", "syn-flood"}[s.Claim],
			[...]string{"unsaid", "low", "medium", "high"}[s.Level], s.Rule, s.Message)
	}
	if len(ob.Payload) > 0 {
		fmt.Fprintf(w, " payload=%q", ob.Payload)
	}
	w.WriteString("\n")
}

func end(address string, port uint16, has bool) string {
	if !has {
		return address
	}
	return fmt.Sprintf("%s|%d", address, port)
}

// dumpDoor writes one door in one line, without what nobody said.
func dumpDoor(w *bytes.Buffer, d *portlore.Door) {
	fmt.Fprintf(w, "door %s|%d %s %s", d.Address, d.Port, d.Proto, d.State)
	for _, v := range []struct{ name, value string }{
		{"reach", d.Reach},
		{"process", d.Process.Name},
		{"exe", d.Process.Exe},
		{"user", d.Process.User},
		{"hidden", d.Process.Hidden},
		{"service", d.Service.Name},
		{"product", d.Service.Product},
		{"version", d.Service.Version},
		{"proof", d.Service.Proof},
		{"banner", d.Service.Banner},
	} {
		if v.value != "" {
			fmt.Fprintf(w, " %s=%q", v.name, v.value)
		}
	}
	if d.Process.PID != 0 {
		fmt.Fprintf(w, " pid=%d", d.Process.PID)
	}
	if d.Service.TLS {
		w.WriteString(" tls")
	}
	w.WriteString("\n")
}

func dumpResult(w *bytes.Buffer, res Result) {
	for i := range res.Doors {
		dumpDoor(w, &res.Doors[i])
	}
	fmt.Fprintf(w, "format %q: %d lines = %d understood + %d other + %d malformed", res.Format, res.Lines, res.Understood, res.Other, res.Malformed)
	if res.Zone != "" {
		fmt.Fprintf(w, "; %s to %s, zone %s", res.From, res.To, res.Zone)
	}
	w.WriteString("\n")
	for _, e := range res.Errors {
		fmt.Fprintf(w, "error %d:%d: %s\n", e.Line, e.Column, e.Error)
	}
	for _, n := range res.Notes {
		fmt.Fprintf(w, "note: %s\n", n.EN)
	}
	if res.Unread != "" {
		fmt.Fprintf(w, "unread: %s\n", res.Unread)
	}
	if res.LooksLike.EN != "" {
		fmt.Fprintf(w, "looks like: %s\n", res.LooksLike.EN)
	}
}

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setSection(a *txtar.Archive, name string, data []byte) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = data
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: data})
}

var escaped = regexp.MustCompile(`\\x[0-9a-f]{2}|\\r`)

func unescapeBytes(b []byte) []byte {
	return escaped.ReplaceAllFunc(b, func(e []byte) []byte {
		if string(e) == `\r` {
			return []byte("\r")
		}
		n, _ := strconv.ParseUint(string(e[2:]), 16, 8)
		return []byte{byte(n)}
	})
}
