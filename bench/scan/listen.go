//go:build linux

package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

// listen takes connections on ports and hangs up, until its input ends.
func listen(ports []string) error {
	for _, port := range ports {
		l, err := net.Listen("tcp", ":"+port)
		if err != nil {
			return err
		}
		go func() {
			for {
				if c, err := l.Accept(); err == nil {
					c.Close()
				}
			}
		}()
	}
	fmt.Println("ready")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
