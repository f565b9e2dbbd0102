//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// patience is how long daemons may take until they listen: two of them are
// written in Java and Erlang, and all start at once.
const patience = 90 * time.Second

// settling is for those that listen already and are not ready yet.
const settling = 3 * time.Second

// inside is the first process of the world. It ends when its input does, and then
// the kernel ends all others.
func inside(dir, debs string, want []endpoint) error {
	in := bufio.NewReader(os.Stdin)
	if _, err := in.ReadString('\n'); err != nil {
		return err
	}
	if err := settle(dir, debs); err != nil {
		return err
	}
	started := map[int]*daemon{} // by PID
	all := daemons()
	for i := range all {
		d := &all[i]
		serves := func(e endpoint) bool { return e.by == d.name }
		if slices.ContainsFunc(table(), serves) && !slices.ContainsFunc(want, serves) {
			continue // what serves only the others is always there
		}
		if _, err := exec.LookPath(d.needs); err != nil {
			fmt.Println("absent", d.pkg)
			continue
		}
		pid, err := d.start()
		if err != nil {
			fmt.Println("failed", d.name, err)
			continue
		}
		started[pid] = d
	}
	ended := make(chan int, len(all))
	go reap(ended)
	await(want, started, ended)
	time.Sleep(settling)
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, in)
	return nil
}

// settle makes the file system of the world: what is written stays in memory.
func settle(dir, debs string) error {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	packages, _ := filepath.Glob(filepath.Join(debs, "*.deb"))
	root := filepath.Join(dir, "root")
	mount := func(fs, target string, flags uintptr, data string) {
		if err == nil {
			if err = syscall.Mount(fs, target, fs, flags, data); err != nil {
				err = fmt.Errorf("mount %s at %s: %w", fs, target, err)
			}
		}
	}
	mount("none", "/", syscall.MS_REC|syscall.MS_PRIVATE, "")
	mount("tmpfs", dir, 0, "mode=755")
	for _, d := range []string{"upper", "work", "root"} {
		if err == nil {
			err = os.Mkdir(filepath.Join(dir, d), 0o755)
		}
	}
	mount("overlay", root, 0, fmt.Sprintf("lowerdir=/,upperdir=%s/upper,workdir=%s/work", dir, dir))
	if err == nil {
		err = syscall.Mount("/dev", root+"/dev", "", syscall.MS_BIND|syscall.MS_REC, "")
	}
	mount("proc", root+"/proc", 0, "")
	mount("sysfs", root+"/sys", 0, "")
	mount("tmpfs", root+"/run", 0, "mode=755")
	mount("tmpfs", root+"/tmp", 0, "mode=1777")
	if err != nil {
		return err
	}
	for _, deb := range packages {
		if out, err := exec.Command("sh", "-c", `dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"`, deb, root).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", deb, err, out)
		}
	}
	if err := syscall.Chroot(root); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	_ = syscall.Sethostname([]byte("world"))
	for name, text := range map[string]string{
		"/etc/hosts":           "127.0.0.1 localhost\n" + address + " world.example.org world\n" + scanner + " scanner.example.org\n",
		"/etc/nsswitch.conf":   "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\nrpc: files\n",
		"/etc/resolv.conf":     "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
		"/etc/hosts.allow":     "",
		"/etc/hosts.deny":      "",
		"/var/lib/rsyslog/.ok": "",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil && filepath.Dir(name) == "/etc" {
			return err
		}
	}
	for _, d := range []string{"/srv/daemons", "/srv/pki", "/run/lock", "/run/dbus"} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile("/srv/services", self, 0o755); err != nil {
		return err
	}
	return certificates("/srv/pki")
}

// start runs the script of a daemon in a directory of its own.
func (d *daemon) start() (pid int, err error) {
	home := filepath.Join("/srv/daemons", d.name)
	if err := os.MkdirAll(home, 0o755); err != nil {
		return 0, err
	}
	log, err := os.Create(filepath.Join(home, "log"))
	if err != nil {
		return 0, err
	}
	defer log.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-euc", d.script}, &os.ProcAttr{
		Dir:   home,
		Env:   []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin", "HOME=" + home, "LANG=C.UTF-8", "USER=root"},
		Files: []*os.File{null, log, log},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return 0, err
	}
	return p.Pid, nil
}

// said is the end of what a daemon wrote, in one line.
func (d *daemon) said() string {
	text, _ := os.ReadFile(filepath.Join("/srv/daemons", d.name, "log"))
	return strings.Join(strings.Fields(string(text[max(0, len(text)-300):])), " ")
}

// reap waits for every process that the world inherits, and tells who failed.
func reap(ended chan<- int) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.ECHILD:
			time.Sleep(time.Second)
		case err == nil && (status.Signaled() || status.ExitStatus() != 0):
			select {
			case ended <- pid:
			default: // nobody listens any more
			}
		}
	}
}

// await tells of every endpoint when it listens, and of the daemons that never did.
func await(want []endpoint, started map[int]*daemon, ended <-chan int) {
	missing := slices.DeleteFunc(slices.Clone(want), func(e endpoint) bool {
		for _, d := range started {
			if d.name == e.by {
				return false
			}
		}
		return true
	})
	giveUp := func(d *daemon) {
		if slices.ContainsFunc(missing, func(e endpoint) bool { return e.by == d.name }) {
			fmt.Println("failed", d.name+":", d.said())
			missing = slices.DeleteFunc(missing, func(e endpoint) bool { return e.by == d.name })
		}
	}
	look := func() {
		open := listening(func(table string) []byte {
			text, _ := os.ReadFile("/proc/net/" + table)
			return text
		})
		missing = slices.DeleteFunc(missing, func(e endpoint) bool {
			if open[e.key()] {
				fmt.Println("up", e.key())
			}
			return open[e.key()]
		})
	}
	for begin := time.Now(); len(missing) > 0 && time.Since(begin) < patience; {
		select {
		case pid := <-ended:
			if d := started[pid]; d != nil {
				look()
				giveUp(d)
			}
		case <-time.After(200 * time.Millisecond):
			look()
		}
	}
	for _, d := range started {
		giveUp(d)
	}
}

// listening are the ports that a socket is bound to, as "tcp/22". Each table is one
// of /proc/net.
func listening(read func(table string) []byte) map[string]bool {
	out := map[string]bool{}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for line := range strings.Lines(string(read(table))) {
			f := strings.Fields(line)
			var port uint16
			if len(f) < 4 || strings.HasPrefix(table, "tcp") && f[3] != "0A" { // TCP_LISTEN
				continue
			}
			at := strings.LastIndexByte(f[1], ':')
			if _, err := fmt.Sscanf(f[1][at+1:], "%X", &port); err == nil && !loopback(f[1][:at]) {
				out[fmt.Sprintf("%s/%d", strings.TrimSuffix(table, "6"), port)] = true
			}
		}
	}
	return out
}

// loopback says that an address of /proc/net is one of 127.0.0.0/8 or ::1.
func loopback(hex string) bool {
	return len(hex) == 8 && strings.HasSuffix(hex, "7F") || hex == "00000000000000000000000001000000"
}
