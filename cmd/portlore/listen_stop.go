package main

import (
	"fmt"
	"os"
	"os/user"
	"runtime"
	"strings"

	"github.com/portlore/portlore"
)

// stopCommand is what stops a process, for the reader to run: nobody is killed
// here. What started it is asked first, or it would come back.
func stopCommand(p *portlore.DoorProcess) string {
	engine, id, _ := strings.Cut(p.Container, ":")
	switch {
	case (engine == "docker" || engine == "podman") && id != "":
		return "sudo " + engine + " stop " + id
	case p.PID == 0:
		return ""
	case runtime.GOOS == "windows" && p.Unit != "":
		return "sc stop " + p.Unit
	case runtime.GOOS == "windows":
		return fmt.Sprintf("taskkill /PID %d", p.PID)
	case strings.HasSuffix(p.Unit, ".socket") || strings.HasSuffix(p.Unit, ".service") && !strings.HasPrefix(p.Unit, "user@"):
		return "sudo systemctl stop " + p.Unit
	}
	kill := fmt.Sprintf("kill %d", p.PID)
	if me, err := user.Current(); os.Geteuid() != 0 && (err != nil || me.Username != p.User) {
		kill = "sudo " + kill
	}
	return kill
}
