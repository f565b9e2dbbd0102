//go:build !linux && !darwin && !freebsd

package format

import "os"

func passHole(*os.File) int64 { return 0 }
