// Package probe asks a door what is behind it, and whether it answers anybody,
// by questions that change nothing: no password is guessed, nothing is written.
//
// A probe is what to send and how to read the answer. A service speaks by its
// answer; what the number suggests only decides what is asked first. docs/probes.md
// lists them all. Who has said who it is is inspected: asked whether it lets
// strangers in, as docs/checks.md says.
package probe

//go:generate go test -run "TestPage|TestInspectPage" -update .
