//go:build !linux

package main

import "fmt"

func main() { fmt.Println("the services bench needs Linux and its network namespaces") }
