package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/goreleaser/nfpm/v2/files"
)

// debian are the files that only a .deb has: the copyright in Debian's format
// (debian.org/doc/packaging-manuals/copyright-format/1.0), a changelog of the
// packaging, and the word to lintian that the binary is static on purpose.
func (r *release) debian(b binary, made string) (files.Contents, error) {
	var all files.Contents
	for _, f := range []struct {
		to, text string
		packed   bool
	}{
		{doc + "copyright", `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: portlore
Source: https://github.com/portlore/portlore

Files: *
Copyright: 2026 The portlore authors
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.
`, false},
		{doc + "changelog.Debian.gz", fmt.Sprintf("portlore (%s-1) unstable; urgency=medium\n\n  * What changed is in changelog.gz.\n\n -- %s  %s\n",
			debianVersion(b.version), maintainer, r.time.Format(time.RFC1123Z)), true},
		{"/usr/share/lintian/overrides/portlore", "# one file for every system, and a sandbox that binds all of its threads\nportlore: statically-linked-binary [usr/bin/portlore]\n", false},
	} {
		from := filepath.Join(made, filepath.Base(f.to)+b.String())
		if err := os.WriteFile(from, []byte(f.text), 0o644); err != nil {
			return nil, err
		}
		if f.packed {
			if err := compress(from, from); err != nil {
				return nil, err
			}
		}
		all = append(all, r.entry(from, f.to, 0o644))
	}
	return all, nil
}

// redHat are the files that only an .rpm has.
func (r *release) redHat(binary, string) (files.Contents, error) {
	return files.Contents{r.entry(filepath.Join(r.root, "LICENSE"), "/usr/share/licenses/portlore/LICENSE", 0o644)}, nil
}
