//go:build linux

package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"syscall"
	"time"
)

// send writes the frames that stand on r to an interface, each at its time.
// It runs inside a namespace, as a process of its own.
func send(name string, r io.Reader) error {
	dev, err := net.InterfaceByName(name)
	if err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	to := &syscall.SockaddrLinklayer{Ifindex: dev.Index}
	in, start := bufio.NewReader(r), time.Now()
	var head [10]byte
	for {
		if _, err := io.ReadFull(in, head[:]); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		frame := make([]byte, binary.BigEndian.Uint16(head[8:]))
		if _, err := io.ReadFull(in, frame); err != nil {
			return err
		}
		time.Sleep(time.Until(start.Add(time.Duration(binary.BigEndian.Uint64(head[:])))))
		if err := syscall.Sendto(fd, frame, 0, to); err != nil {
			return err
		}
	}
}
