// Package firewall says whom a set of packet filter rules lets in.
//
// It reads what `nft -j list ruleset` and `iptables-save` print, and follows a
// new packet to one port through the hooks as the kernel would: ingress,
// prerouting, then input, or forward where an address is translated. The packet
// is concrete but for its source: that is a set of addresses, which every rule
// splits into those it catches and those it lets pass. So one walk answers for
// all strangers at once, and for a blocklist as exactly as for a single address.
//
// What is not understood may match or not, whichever lets more in: a rule that
// might accept does, a rule that might drop does not. The answer is therefore
// never narrower than the truth, and says on which rules it is not certain.
//
// Everything here is a pure function of text; nothing is run and no file is read.
package firewall
