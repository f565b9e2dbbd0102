// Package examples holds evidence to try portlore on.
package examples

import _ "embed"

// Mixed is mixed.log: what a firewall wrote in four seconds in which somebody
// scanned, somebody looked for amplifiers, and a flood elsewhere and an old
// download left their traces.
//
//go:embed mixed.log
var Mixed []byte
