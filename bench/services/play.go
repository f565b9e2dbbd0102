//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"time"
)

// play listens on a port as what no package brings: arguments are "KIND:PORT".
func play(roles []string) error {
	for _, r := range roles {
		kind, port, ok := strings.Cut(r, ":")
		if !ok {
			return fmt.Errorf("%q: want KIND:PORT", r)
		}
		l, err := net.Listen("tcp4", ":"+port)
		if err != nil {
			return err
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go act(c, kind)
			}
		}()
	}
	select {}
}

// act plays one conversation. No command is ever run.
func act(c net.Conn, kind string) {
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	in := bufio.NewReader(c)
	switch kind {
	case "shell": // as of "nc -l -e /bin/sh -i"
		shell(c, in, "# ", "sh: 1: %s: not found\n")
	case "bash": // as of "bash -i"
		shell(c, in, "root@world:/# ", "bash: %s: command not found\n")
	case "cmd":
		fmt.Fprint(c, "Microsoft Windows [Version 10.0.19045.3803]\r\n(c) Microsoft Corporation. All rights reserved.\r\n\r\n")
		shell(c, in, "C:\\Windows\\system32>", "'%s' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n\r\n")
	case "silent": // takes everything, says nothing
		for {
			if _, err := in.ReadByte(); err != nil {
				return
			}
		}
	case "closing": // as a wrapper does that knows us not
	case "tarpit": // one line without meaning every second, for ever
		for i := 0; ; i++ {
			if _, err := fmt.Fprintf(c, "%x\r\n", i*i*2654435761); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
}

func shell(c net.Conn, in *bufio.Reader, prompt, unknown string) {
	for {
		fmt.Fprint(c, prompt)
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if words := strings.Fields(line); len(words) > 0 {
			fmt.Fprintf(c, unknown, words[0])
		}
	}
}
