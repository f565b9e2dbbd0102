package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/sandbox"
)

// env is the world a verb runs in, so that a test can give it another one.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	// confine gives up, for good, what the rules do not name. The tests share
	// one process and give nothing up.
	confine func(sandbox.Rules) sandbox.State

	logs []string // where firewalls usually write
}

// Exit codes. Where several apply the worst wins, in the order 2, 130, 4, 3, 1.
const (
	exitDone   = 0
	exitFound  = 1 // what was asked to fail on was found
	exitUsage  = 2
	exitUnread = 3 // an input was not read, or a question has no answer
	exitDenied = 4

	exitInterrupted = 130
)

// worse is the exit code that wins.
func worse(a, b int) int {
	for _, code := range []int{exitUsage, exitInterrupted, exitDenied, exitUnread, exitFound} {
		if a == code || b == code {
			return code
		}
	}
	return exitDone
}

// say prints a message. Whatever it quotes is made inert here.
func (e *env) say(s string) {
	fmt.Fprintf(e.stderr, "portlore: %s\n", safetext.Clean(s))
}

// fail prints a message and hands the exit code through.
func (e *env) fail(code int, format string, args ...any) int {
	e.say(fmt.Sprintf(format, args...))
	return code
}

// lang is the language asked for, else that of the environment.
func (e *env) lang(asked string) (portlore.Lang, error) {
	switch strings.ToLower(asked) {
	case "en":
		return portlore.English, nil
	case "zh", "zh-cn", "zh-hans":
		return portlore.Chinese, nil
	case "":
	default:
		return 0, fmt.Errorf("--lang %s: want en or zh", asked)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := e.getenv(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "zh") {
				return portlore.Chinese, nil
			}
			return portlore.English, nil
		}
	}
	return portlore.English, nil
}

// parse parses flags that may stand before, between and after the arguments,
// and returns the arguments. What follows "--" is no flag.
func parse(set *flag.FlagSet, args []string) ([]string, error) {
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	var rest, literal []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, literal = args[:i], args[i+1:]
	}
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if args = set.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return append(rest, literal...), nil
}
