package sandbox

import "testing"

// What the versions of Landlock brought, and nothing of it without.
func TestState(t *testing.T) {
	for abi, want := range [][5]bool{
		{},
		{true},
		{true},
		{true, true},
		{true, true, true},
		{true, true, true, true},
		{true, true, true, true},
		{true, true, true, true, true},
	} {
		s := State{Landlock: abi}
		if got := [5]bool{s.Files(), s.Truncate(), s.TCP(), s.Devices(), s.Signals()}; got != want {
			t.Errorf("version %d: %v, want %v", abi, got, want)
		}
	}
}
