// Command portlore answers one question about a network: what am I seeing?
package main

import (
	"fmt"
	"os"
)

func main() {
	os.Exit(run(&env{os.Stdin, os.Stdout, os.Stderr, os.Getenv}, os.Args[1:]))
}

// run runs one verb and returns the exit code.
func run(e *env, args []string) int {
	if len(args) > 0 {
		switch args[0] {
		case "explain":
			return runExplain(e, args[1:])
		case "port":
			return runPort(e, args[1:])
		case "lore":
			return runLore(e, args[1:])
		}
	}
	fmt.Fprintln(e.stderr, "usage: portlore explain|port|lore ...")
	return exitUsage
}
