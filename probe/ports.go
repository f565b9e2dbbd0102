package probe

import "slices"

// UDPPorts are the ports at which services live that some probe has a question for,
// in order.
func UDPPorts() []uint16 {
	var all []uint16
	for _, p := range All() {
		if p.transport() == "udp" && p.Ask != "" && !p.OT {
			all = append(all, p.Ports...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Untouchable says that printers or industrial controllers listen at a port: a
// question may print pages there, or stop a machine.
func Untouchable(port uint16) bool { return slices.Contains(untouchable, port) }
