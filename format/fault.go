package format

import "strconv"

// A fault is what is wrong with a malformed record. Its text is made only for
// the faults that are shown.
type fault struct {
	at    int    // offset in the text
	field string // "DPT"
	value []byte // lent; as it stands in the record
	why   string // empty: no fault
}

const (
	outOfRange   = "out of range"
	notANumber   = "not a number"
	notAnAddress = "not an address"
	notAProtocol = "not a protocol"
	noSuchDay    = "no such day"
	noSuchTime   = "no such time"
	isMissing    = "missing: the record is cut"
	isImpossible = "impossible"
	leadsTooFar  = "leads past the next record"
	lineTooLong  = "longer than 1 MiB: skipped"
)

// Error says what is wrong: DPT "99999": out of range. Bytes that a terminal
// would obey are escaped, and a long value is cut.
func (f fault) Error() string {
	const shown = 40
	if f.value == nil {
		return f.field + " " + f.why
	}
	if len(f.value) > shown {
		return f.field + " " + strconv.Quote(string(f.value[:shown])) + "..: " + f.why
	}
	return f.field + " " + strconv.Quote(string(f.value)) + ": " + f.why
}
