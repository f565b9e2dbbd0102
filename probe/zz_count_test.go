package probe

import (
	"testing"
)

func TestCount(t *testing.T) {
	n := map[string]int{}
	s := map[string]bool{}
	for _, p := range All() {
		s[p.Service] = true
		if p.Ask != "" && !p.Home && !p.Greets && !isGeneric(p.Ask) && !p.web() && !p.OT {
			n[p.transport()]++
			t.Log(p.transport(), p.Service)
		}
	}
	t.Log(n, len(s), len(All()))
}
