package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/portlore/portlore"
)

// openOutput is standard output, or the file of -o. Whoever has written to it
// calls done with the error of that, which gives the last word: a file is the
// old one or the new one as a whole, never a part.
func openOutput(e *env, name string) (w io.Writer, done func(error) error, err error) {
	if name == "" || name == "-" {
		return e.stdout, quietly, nil
	}
	to := final(name)
	old, err := os.Stat(to)
	if err == nil && (!old.Mode().IsRegular() || to == name && isLink(name)) {
		return inPlace(to) // a pipe, a device, /dev/stdout
	}
	// A report is full of addresses: others need not read it, unless its owner
	// has let them.
	mode := fs.FileMode(0o600)
	if err == nil {
		mode = old.Mode().Perm()
	}
	part := fmt.Sprintf("%s.%d.part", to, os.Getpid())
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrPermission) && old != nil: // a file of ours in a directory of others
		return inPlace(to)
	case err != nil:
		return nil, nil, err
	}
	return f, func(err error) error {
		if err == nil && old != nil {
			err = f.Chmod(mode) // whatever the umask
		}
		if err = errors.Join(err, f.Close()); err == nil {
			err = os.Rename(part, to)
		}
		if err != nil {
			os.Remove(part)
		}
		return err
	}, nil
}

func inPlace(name string) (io.Writer, func(error) error, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return nil, nil, err
	}
	return f, func(err error) error { return quietly(errors.Join(err, f.Close())) }, nil
}

// quietly forgets that nobody reads any more: `| head` has seen enough.
func quietly(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// final is where a path leads when all links are followed. What is below /dev
// and /proc stays: /dev/stdout is where the caller has sent it, also when that
// is a file.
func final(name string) string {
	if strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") {
		return name
	}
	if to, err := filepath.EvalSymlinks(name); err == nil {
		return to
	}
	return name
}

// isLink says that a path is a link that final has left alone.
func isLink(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// unwritten says why there is no report.
func unwritten(name string, err error) portlore.Text {
	var at *fs.PathError
	why := err
	if errors.As(err, &at) {
		why = at.Err
	}
	if name == "" || name == "-" {
		return portlore.Text{EN: fmt.Sprintf("the output was not written: %v", why), ZH: fmt.Sprintf("输出没有写成：%v", why)}
	}
	say := portlore.Text{EN: fmt.Sprintf("-o %s: not written: %v", name, why), ZH: fmt.Sprintf("-o %s：没有写成：%v", name, why)}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		say = portlore.Text{EN: fmt.Sprintf("-o %s: not written: the disk is full", name), ZH: fmt.Sprintf("-o %s：没有写成：磁盘已满", name)}
	case errors.Is(err, fs.ErrPermission):
		say = portlore.Text{EN: fmt.Sprintf("-o %s: not written: no permission", name), ZH: fmt.Sprintf("-o %s：没有写成：没有写入权限", name)}
	}
	return say
}
