package host

import (
	"errors"
	"fmt"

	"github.com/portlore/portlore"
)

// errElsewhere: the door is in a namespace that nobody here can lead to.
var errElsewhere = errors.New("in another network namespace, with no process to lead there")

// within runs do in the network namespace of a door.
func within(d *portlore.Door, do func()) error {
	switch {
	case d.Netns == "":
		do()
		return nil
	case d.Process.PID == 0:
		return errElsewhere
	}
	return inside(fmt.Sprintf("/proc/%d/ns/net", d.Process.PID), do)
}
