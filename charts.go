package portlore

// Bounds of what is drawn.
const (
	MostCells    = 168 // of an Axis: a week by the hour
	MostPoints   = 256 // of a Series
	MostSources  = 40
	MostServices = 100 // of a Source
)

// Charts are what a page draws beyond the numbers of a Report: made only for
// renderers that draw, bounded, and in no document for programs, which count for
// themselves and on their own axis.
type Charts struct {
	Axis    Axis
	Sources []Source // the busiest, at most MostSources
	About   bool     // amounts in the Series are estimates from a part of the evidence
}

// An Axis is time in cells of one length. No cells: the evidence has no times.
type Axis struct {
	From    int64 // begin of the first cell in seconds since 1970, or since boot (SinceBoot)
	Seconds int64 // length of a cell
	Cells   int   // at most MostCells
}

// A Series is when the observations of a finding, or of a group of noise, were
// made.
type Series struct {
	Cells  []uint64 // observations per cell of the axis; nil: none has a time
	Points []Point  // some of them, at most MostPoints, in no order; of noise none
}

// A Point is one observation of a port.
type Point struct {
	Time int64 // nanoseconds, since the same moment as Axis.From
	Port uint16
}

// A Source is an address that was seen sending, and at which ports.
type Source struct {
	Address      string
	Class        string // of the gravest finding about it; else of most of its noise
	Word         Word
	Observations uint64
	First, Last  string         // RFC 3339; empty: not said
	Services     []ServiceCount // the busiest first, at most MostServices
	ServicesMore uint64         // distinct services beyond those, at least
}

// ServiceCount is how many observations of a source were about a service.
type ServiceCount struct {
	Service
	Observations uint64
}
