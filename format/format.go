// Package format is the way from bytes to Observations.
//
// Open opens an input whatever its compression, Read cuts it into lines, takes
// the stamp and the syslog header off each and offers the message to the
// formats of [All]; or, by its first bytes, into the frames of a capture. What
// is understood goes to a sink as an [portlore.Observation]; what is not is
// counted, and the counts always close: lines = understood + other + malformed.
//
// To add a kind of evidence, write one file with a Format value, name it in
// the list, and put cases into testdata/NAME/*.txtar.
package format

//go:generate go test -run TestPage -update .

import (
	"slices"
	"time"

	"github.com/portlore/portlore"
)

// A Format knows one kind of evidence: one that comes in lines, or a capture of
// frames, or datagrams inside of those. It has read, frames or datagram.
type Format struct {
	Name string // its id, in every language; stands in Input.Format
	Doc  string // what it reads, in one sentence
	Spec string // where its producer describes it

	// read looks at one line. Understood: ob, which came in zeroed, holds what
	// the message says; Pos, Time and the counts are the driver's business.
	// Opened: l.doors holds what it says. Malformed: l.fault says why and where.
	// It must not allocate, but for doors, and must keep neither l nor ob.
	read func(l *line, ob *portlore.Observation) outcome

	// marks are words of which one stands in every line of the format: a line that
	// lacks a character of each is not offered, but below a header. They go by the
	// telling characters that they are made of, so their order does not matter, and
	// a 0 stands for any digit. Behind "^" stands with what the line begins, its text
	// or its message. Nil: such a line may hold anything.
	marks []string

	// header reads a line that names the columns of those below it, and tells
	// whether it is one of this format. Nil: there is no such line. While such a
	// line is the last header above, read finds its layout in l.layout.
	header func(text []byte, o Options) (layout, bool)

	// frames finds the frames of a capture that starts with one of magics, one
	// after the other, and hands them to s, to the end of it. What is inside
	// them, internal/packet reads. The error says why the rest is unread.
	frames func(s *stream) error
	magics []string

	// datagram reads a datagram that exports flows, and tells whether it is one of
	// this format. It must be certain: anything may stand in a datagram.
	datagram func(x *exports, b []byte) bool
}

// All is the list of formats, in the order in which a line is offered to them
// when nothing else is known about the input.
func All() []*Format {
	return slices.Concat(logs(), captures(), exporters())
}

func logs() []*Format {
	return []*Format{
		netfilter,
		filterlog,
		windows,
		routeros,
		asa,
		ios,
		fortigate,
		ulogd,
		conntrack,
		nfdump,
		silk,
		argus,
		zeek,
		suricata,
		snort,
		ipchains,
		junos,
		screenos,
		panos,
		kernel,
		tcpdump,
		tshark,
		netgear,
		dlink,
		zyxel,
		netscan,
		awsflow,
		azureflow,
		gcpflow,
		jsonflow,
		scanlogd,
		portsentry,
		psad,
		crowdsec,
		fail2ban,
		sshguard,
		denyhosts,
		sshLogins,
		ftpLogins,
		mailLogins,
		asterisk,
		bind,
		telnetLogins,
		databaseLogins,
		windowsLogon,
		sonicwall,
		checkpoint,
		cef,
		leef,
		ss,
		netstat,
		lsof,
		sockstat,
		procNet,
		powershell,
		osquery,
		ours,
		nmap,
		masscan,
		naabu,
		rustscan,
		zmap,
		csv, // last: it takes any table
	}
}

func captures() []*Format {
	return []*Format{
		pcap,
		pcapng,
	}
}

// exporters are read inside of captures.
func exporters() []*Format {
	return []*Format{
		netflow,
		sflow,
	}
}

// outcome is what became of one line. Every line has exactly one.
type outcome uint8

const (
	other      outcome = iota // not evidence of this kind
	understood                // an observation
	opened                    // one or more doors
	malformed                 // evidence of this kind, but impossible or cut
)

// Options are what the evidence itself may leave open.
type Options struct {
	// Now is the clock against which year-less stamps are resolved. Zero: that
	// of this machine.
	Now time.Time

	// Zone is where stamps without a zone were written. Nil: UTC.
	Zone *time.Location

	// Year is the year of year-less stamps. Zero: the latest year in which the
	// stamp lies no more than a day after Now.
	Year int

	// Columns are columns of a table that the reader names, or numbers from 1, by
	// what they are: "src" is the source address; see [ColumnKeys]. Nil: none.
	Columns map[string]string
}

// A Sink takes observations one by one. What they lend is valid during the
// call only.
type Sink func(*portlore.Observation)
