//go:build !linux && !darwin && !freebsd && !windows

package host

import (
	"context"
	"fmt"
	"runtime"

	"github.com/portlore/portlore"
)

func list(context.Context, Options) ([]portlore.Door, []portlore.Text, error) {
	return nil, nil, fmt.Errorf("listing sockets is not supported on %s: save the output of netstat and let portlore explain it", runtime.GOOS)
}
