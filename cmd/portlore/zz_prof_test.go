package main

import (
	"io"
	"os"
	"testing"
)

func TestProf(t *testing.T) {
	run(&env{os.Stdin, io.Discard, io.Discard, os.Getenv}, []string{"explain", "/tmp/gen/big.log"})
}
