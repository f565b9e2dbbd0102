package format

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxDepth is how deep directories are searched.
const maxDepth = 32

// Expand turns arguments into the names of files to read: a pattern into what
// it matches, a directory into the files below it in the order of their names,
// links to directories included. "-" and everything else that exists stays.
// FIFOs and devices are read only when an argument names them directly, since
// reading one may never end. Every argument that yields nothing is an error.
func Expand(args []string) (names []string, problems []error) {
	e := expansion{visited: make(map[string]bool)}
	for _, arg := range args {
		e.argument(arg)
	}
	return e.names, e.problems
}

type expansion struct {
	names    []string
	problems []error
	visited  map[string]bool // directories, by their path without links
}

func (e *expansion) argument(arg string) {
	if arg == "-" {
		e.names = append(e.names, arg)
		return
	}
	info, err := os.Stat(arg)
	if err == nil && !info.IsDir() {
		e.names = append(e.names, arg)
		return
	}
	if err == nil {
		before := len(e.names) + len(e.problems)
		e.directory(arg, 0)
		if len(e.names)+len(e.problems) == before {
			e.problems = append(e.problems, fmt.Errorf("%s: no files in this directory", arg))
		}
		return
	}
	matches, bad := filepath.Glob(arg)
	if bad != nil || len(matches) == 0 {
		e.problems = append(e.problems, err)
		return
	}
	for _, name := range matches {
		e.found(name, 0)
	}
}

// found takes in a path that no argument names directly.
func (e *expansion) found(name string, depth int) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		e.problems = append(e.problems, err)
	case info.IsDir():
		e.directory(name, depth)
	case info.Mode().IsRegular():
		e.names = append(e.names, name)
	default:
		e.problems = append(e.problems, fmt.Errorf("%s is a %s; to read it, name it directly", name, kindOfFile(info.Mode())))
	}
}

func (e *expansion) directory(name string, depth int) {
	if depth > maxDepth {
		e.problems = append(e.problems, fmt.Errorf("%s: more than %d directories deep; name it directly", name, maxDepth))
		return
	}
	real, err := filepath.EvalSymlinks(name)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		e.problems = append(e.problems, err)
		return
	}
	if e.visited[real] {
		return
	}
	e.visited[real] = true
	entries, err := os.ReadDir(name) // sorted by name
	if err != nil {
		e.problems = append(e.problems, err)
	}
	for _, entry := range entries {
		e.found(filepath.Join(name, entry.Name()), depth+1)
	}
}

func kindOfFile(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "FIFO"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeDevice != 0:
		return "device"
	}
	return strings.ToLower(mode.Type().String()) + " file"
}
