//go:build unix

package scope

import (
	"os"
	"syscall"

	"github.com/portlore/portlore"
)

// ours refuses a file that others than its reader, or root, could have written.
func ours(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const others = 0o022
	s, ok := info.Sys().(*syscall.Stat_t)
	if info.Mode().Perm()&others != 0 || ok && s.Uid != 0 && int(s.Uid) != os.Geteuid() {
		return Refusal{portlore.Text{
			EN: f.Name() + ": others can write it, so it permits nothing; look at it, then chmod 600 and chown it to yourself",
			ZH: f.Name() + "：其他用户可写，不能作为授权依据；请检查内容，再执行 chmod 600 并改为自己所有",
		}}
	}
	return nil
}
