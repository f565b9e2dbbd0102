//go:build !linux && !windows

package scan

import "syscall"

// takeNo is for Windows, which does not take a reset for an answer.
func takeNo(string, string, syscall.RawConn) error { return nil }
