package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portlore/portlore/internal/sandbox"
)

// now is when the tests take place, for evidence that does not say its year.
const now = "2026-01-01T00:00:00Z"

// A result is what one command printed, and its exit code.
type result struct {
	code           int
	stdout, stderr string
}

// invoke runs a command in this process, in an environment without settings.
func invoke(args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(&env{strings.NewReader(""), &stdout, &stderr, func(string) string { return "" }, unconfined, nil}, args)
	return result{code, stdout.String(), stderr.String()}
}

// unconfined is the sandbox of commands that share the tests' process: none.
func unconfined(sandbox.Rules) sandbox.State { return sandbox.State{Why: "a test"} }

// root makes the root of the repository the working directory.
func root(t *testing.T) { t.Chdir(filepath.Join("..", "..")) }

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// exitCode is how a command ended; -1: by a signal.
func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return exitDone
}
