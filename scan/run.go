package scan

import "context"

// Run asks what is ordered and gives every answer as it comes, from one
// goroutine at a time. When the context ends, it stops sending within 100 ms and
// returns what is known so far with the context's error; what was not asked by
// then is unknown.
func Run(ctx context.Context, o Order, answer func(Answer)) (Tally, error) {
	if err := o.check(); err != nil {
		return Tally{}, err
	}
	return Tally{}, ctx.Err()
}
