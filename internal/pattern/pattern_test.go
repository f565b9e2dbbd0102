package pattern

import "testing"

func TestNew(t *testing.T) {
	digits := New(`^\d+$`)
	first := digits()
	if !first.MatchString("22") || first.MatchString("ssh") || digits() != first {
		t.Error("a pattern is not the one that was given, or not compiled once")
	}
}
