package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portlore/portlore/report/site"
)

// siteList is the file in the directory of a site that names its files. By it
// an export knows that the directory is its own, and which pages are gone.
const (
	siteList = "portlore-site.txt"
	siteHead = "Written by portlore lore export --html, which replaces and removes these files:"
)

// errNotOurs keeps an export from mixing with files of somebody else.
var errNotOurs = errors.New("there are files in it that no export wrote: name a new or an empty directory, or one of an earlier export (it has a " + siteList + ")")

// exportSite writes the pages of everything that is known.
func exportSite(e *env, dir string) int {
	pages, err := site.Pages(openLore(e))
	if err == nil {
		err = writeSite(dir, pages)
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return e.fail(exitDenied, "lore: %s: %v", dir, err)
	case err != nil:
		return e.fail(exitUnread, "lore: %s: %v", dir, err)
	}
	fmt.Fprintf(e.stdout, "%s: %d pages\n", filepath.Join(dir, pages[0].Name), len(pages))
	return exitDone
}

// writeSite puts pages into a directory. Each file is always whole, the old one
// or the new one; after an interruption the same command finishes the work.
// Files that are not of the list stay as they are: a site may lie in git.
func writeSite(dir string, pages []site.Page) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir) // a link in it leads nowhere else
	if err != nil {
		return err
	}
	defer root.Close()
	old, err := siteFiles(root)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range pages {
		names = append(names, p.Name)
	}
	if err := putList(root, slices.Concat(names, old)); err != nil {
		return err
	}
	for _, p := range pages {
		data, err := p.Bytes()
		if err != nil {
			return err
		}
		if err := root.MkdirAll(path.Dir(p.Name), 0o777); err != nil {
			return err
		}
		if err := put(root, p.Name, data); err != nil {
			return err
		}
	}
	for _, name := range old {
		if slices.Contains(names, name) {
			continue
		}
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return putList(root, names)
}

// siteFiles are the files that an earlier export wrote; none in an empty
// directory.
func siteFiles(root *os.Root) ([]string, error) {
	list, err := root.ReadFile(siteList)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		have, err := fs.ReadDir(root.FS(), ".")
		if err == nil && len(have) > 0 {
			err = errNotOurs
		}
		return nil, err
	case err != nil:
		return nil, err
	}
	lines := strings.Split(strings.TrimRight(string(list), "\n"), "\n")
	if lines[0] != siteHead {
		return nil, errNotOurs
	}
	return lines[1:], nil
}

func putList(root *os.Root, names []string) error {
	names = slices.Clone(names)
	slices.Sort(names)
	list := append([]string{siteHead}, slices.Compact(names)...)
	return put(root, siteList, []byte(strings.Join(list, "\n")+"\n"))
}

// put writes a file that is either the old one or the new one, never a part.
func put(root *os.Root, name string, data []byte) error {
	tmp := name + ".new"
	err := root.WriteFile(tmp, data, 0o666)
	if err == nil {
		err = root.Rename(tmp, name)
	}
	if err != nil {
		root.Remove(tmp)
	}
	return err
}
