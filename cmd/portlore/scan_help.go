package main

import "github.com/portlore/portlore"

// scanHelp is what `portlore scan --help` prints.
func scanHelp() portlore.Text { return portlore.Text{EN: "portlore scan x\n", ZH: "portlore scan y\n"} }
