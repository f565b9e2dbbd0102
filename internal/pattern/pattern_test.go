package pattern

import "testing"

func TestNew(t *testing.T) {
	digits := New(`^\d+$`)
	if !digits().MatchString("22") || digits().MatchString("ssh") || digits() != digits() {
		t.Error("a pattern is not the one that was given, or not compiled once")
	}
}
