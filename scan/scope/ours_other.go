//go:build !unix

package scope

import "os"

// ours takes a file as it is: who may write it, its own directory decides here.
func ours(*os.File) error { return nil }
