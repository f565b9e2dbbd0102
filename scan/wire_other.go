//go:build !linux

package scan

import "context"

// A wire sends packets that are made by hand, which is done on Linux only.
type wire struct{}

func openWire() (*wire, error) { return nil, ErrPrivilege }

func (*wire) close()        {}
func (*wire) drops() uint64 { return 0 }

func (b *block) syn(ctx context.Context) error { return b.connect(ctx) }
