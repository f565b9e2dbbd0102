//go:build !linux

package main

import "fmt"

func main() { fmt.Println("the truth bench needs Linux and its network namespaces") }
