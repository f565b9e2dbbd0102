package report

import "github.com/portlore/portlore"

// A level is how much a SIEM makes of an answer.
type level struct {
	ocsf int    // severity_id
	name string // its caption
	ecs  int    // event.severity
}

// Levels of OCSF (severity_id of its base event). The figures beside them are
// those that Elastic Security gives to the severities of its detection rules
// (low 21, medium 47, high 73, critical 99).
func levels() [6]level {
	return [...]level{{0, "Unknown", 0}, {1, "Informational", 1}, {2, "Low", 21}, {3, "Medium", 47}, {4, "High", 73}, {5, "Critical", 99}}
}

// severityTable says what a word and a severity come to together. What needs
// nothing wakes nobody up: fine is always informational, a NOTE at most medium.
// What must be done now is never lost among the rest: a FIX is high at least.
// docs/exports.md prints it, and a test compares.
func severityTable() map[portlore.Word][5]int {
	return map[portlore.Word][5]int{
		//               info low medium high critical
		portlore.Fine:  {1, 1, 1, 1, 1},
		portlore.Note:  {1, 2, 3, 3, 3},
		portlore.Check: {2, 3, 3, 4, 5},
		portlore.Fix:   {4, 4, 4, 4, 5},
	}
}

func levelOf(w portlore.Word, s portlore.Severity) level { return levels()[severityTable()[w][s]] }

// doorLevel is the level of a door, which has a word and no severity: low for a
// NOTE, medium for a CHECK, high for a FIX.
func doorLevel(w portlore.Word) level { return levelOf(w, portlore.Low) }
