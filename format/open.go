package format

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/portlore/portlore"
)

// patience is how long a FIFO may be without anybody who writes to it.
const patience = 5 * time.Second

// openFile opens a file that has a name.
func openFile(ctx context.Context, name string) (*os.File, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory: name the files in it, or let Expand find them", name)
	case info.Mode()&fs.ModeNamedPipe == 0:
		return os.Open(name)
	}
	waiting, stop := context.WithTimeout(ctx, patience)
	defer stop()
	file, err := within(waiting, func() (*os.File, error) { return os.Open(name) })
	if errors.Is(err, context.DeadlineExceeded) {
		err = Refusal{portlore.Text{
			EN: fmt.Sprintf("%s: a FIFO that nobody writes to; start the writer first", name),
			ZH: fmt.Sprintf("%s：这是命名管道，没有程序往里写；请先启动写入方", name),
		}}
	}
	return file, err
}

// within does something that may never end, until ctx does. Then it goes on
// behind the caller's back, and what comes of it is dropped.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := do()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// A Refusal is why an input is not read, or not to its end, in both languages.
type Refusal struct{ portlore.Text }

func (r Refusal) Error() string { return r.EN }

var errShrank = errors.New("the file became shorter while it was read")

func noText(name string) error {
	return Refusal{portlore.Text{
		EN: name + ": a device that gives no text",
		ZH: name + "：这是设备文件，读到的不是文本",
	}}
}

func neverEnds(compression string) error {
	return Refusal{portlore.Text{
		EN: fmt.Sprintf("the %s data unpacks to more than %d GiB without a line end: no log does that, so the rest was not read", compression, mostUnpacked>>30),
		ZH: fmt.Sprintf("%s 数据解压后超过 %d GiB 仍无换行，不可能是日志，其余未读", compression, mostUnpacked>>30),
	}}
}
