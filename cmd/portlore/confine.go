package main

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portlore/portlore"
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

// asking is what listen needs once it knows the doors, before it hears what answers
// there: to connect to them, and to write. It is not ok to give up the rest where more
// has to be read: when the list is made again and again, or a door is in another
// network namespace, to which a file of /proc leads.
func asking(doors []portlore.Door, opt *listenOptions) (rules sandbox.Rules, ok bool) {
	rules.Connect = []uint16{}
	for i := range doors {
		if doors[i].Netns != "" {
			return rules, false
		}
		if doors[i].Proto == "tcp" {
			rules.Connect = append(rules.Connect, doors[i].Port)
		}
	}
	rules.Write = writing(opt.output)
	if opt.save != "" {
		rules.Write = append(rules.Write, filepath.Dir(opt.save))
	}
	return rules, !opt.watch
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
