package main

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portlore/portlore/internal/sandbox"
)

// reading is what explain needs of the disk once it knows what to read: its
// inputs, what it holds them against, and the place of its report.
func reading(args, names []string, opt explainOptions) sandbox.Rules {
	// The zone of the machine is read from the disk when it is first needed.
	_, _ = time.Now().Zone()
	return sandbox.Rules{
		// A directory as a whole, so that a log which is rotated meanwhile can
		// still be read; a file alone.
		Read:  slices.Concat(args, names, []string{opt.baseline, opt.mute}),
		Write: writing(opt.output),
	}
}

// writing is what a report needs of the disk: the directory that it goes to,
// since it takes the place of an older one only when it is whole, or the pipe or
// device.
func writing(output string) []string {
	if output == "" || output == "-" {
		return nil
	}
	to := final(output)
	if info, err := os.Stat(to); err == nil && !info.Mode().IsRegular() {
		return []string{to}
	}
	return []string{to, filepath.Dir(to)}
}
