//go:build !linux

package sandbox

import "runtime"

// Enter does nothing here.
func Enter(Rules) State {
	return State{Why: "there is no sandbox for " + runtime.GOOS + " yet"}
}
