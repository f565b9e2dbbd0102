package host

import (
	"cmp"
	"context"
	"slices"

	"github.com/portlore/portlore"
)

// Options narrow what is listed. The zero value lists everything.
type Options struct {
	Port    uint16 // only doors with this number; zero: all
	OwnOnly bool   // only this network namespace
}

// Doors lists the doors of this machine, in the order of namespace, port,
// protocol and address. The notes say what could not be seen. With an error
// nothing is known.
func Doors(ctx context.Context, o Options) ([]portlore.Door, []portlore.Text, error) {
	doors, notes, err := list(ctx, o)
	doors = slices.DeleteFunc(doors, func(d portlore.Door) bool {
		numbered := d.Proto != "raw" && d.Proto != "packet" // what these have is no port
		return o.Port != 0 && !(numbered && d.Port == o.Port)
	})
	slices.SortStableFunc(doors, func(a, b portlore.Door) int {
		return cmp.Or(cmp.Compare(a.Netns, b.Netns), cmp.Compare(a.Port, b.Port),
			cmp.Compare(a.Proto, b.Proto), cmp.Compare(a.Address, b.Address))
	})
	return doors, notes, err
}
