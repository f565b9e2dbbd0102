// Package detect judges a [table.Table] and says what it means.
//
// A [Detector] looks at what nobody has claimed yet and claims what it knows.
// The order of [All] is the order of the tests: what is about a target first
// (floods, reflection), then cheap exclusions (broadcasts, impossible addresses,
// answers), then shapes, then intents, then single probes. That order keeps most
// innocents from being accused: whoever only answers late is gone before anyone
// asks about scans.
//
// Every observation has one owner, so the account closes to the last one:
// findings + noise + unexplained = everything that was understood.
package detect

//go:generate go test -run "TestVerdicts|TestPages" -update .

import (
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/table"
)

// A Detector knows one family of verdicts.
type Detector struct {
	Name string
	Doc  string // what it claims, and on which conditions
	run  func(*Case)
}

// All is the list of detectors in the order in which they claim.
func All() []*Detector {
	return []*Detector{
		reflection,
		floods,
		forged,
		malformed,
		decoys,
		protocols,
		us,
		lan,
		abuse,
		ours,
		sessions,
		osDetection,
		answers,
		callbacks,
		backdoors,
		streams,
		traceroute,
		afterglow,
		worms,
		distributed,
		scans,
		icmpErrors,
		pings,
		enumerations,
		leftovers,
		guessing,
		trojans,
		regular,
		hammers,
		logins,
		sensors,
		probes,
		sessionEnds,
		rest,
		campaigns,
		gaps,
	}
}

// Options are what the reader of the report chose.
type Options struct {
	Base   *lore.Base
	Lang   portlore.Lang
	Home   []netip.Prefix // networks that are ours; empty: inferred
	Source netip.Addr     // only this address; zero: all
	Inputs []portlore.Input
	Doors  []portlore.Door // of all inputs, as they were read
	Charts bool            // also make the series that a page draws; the table must have a sample
	Why    []netip.Addr    // addresses of which every test is written down; empty: of none
	// Time writes a time of the evidence, in nanoseconds; zero gives "".
	Time func(int64) string
}

// Judge judges everything in t. It changes t: addresses of one IPv6 /64 become
// one row.
func Judge(t *table.Table, o Options) portlore.Report {
	c := newCase(t, o)
	for _, d := range All() {
		c.why.turn(d)
		d.run(c)
	}
	return c.report()
}
