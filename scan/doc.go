// Package scan finds which ports answer. It knows no service and shows nothing:
// an [Order] says who is asked what, [Run] hands out one [Answer] for every
// address and port that was asked and ends with a [Tally] that accounts for all
// of them. Whether somebody may be scanned is for [Order.Permit] to say.
//
// Everything is pure Go: no libpcap, no cgo. A connect scan needs no privilege
// and works on every system; a SYN scan needs Linux and CAP_NET_RAW.
package scan
