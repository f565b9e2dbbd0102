// Package portlore holds the words of the domain: what a firewall, a sniffer, a
// scanner or the host itself said ([Observation], [Door]), and what portlore
// answers ([Finding], [Report]).
//
//	evidence ──Format──▶ Observation ──▶ Table ──Detector──▶ Finding ──▶ Report
//	                 └─▶ Door ─────────────┴───────────────▶   ▲
//	                                                  lore ─────┘
//
// Everywhere in this package a zero value means "the evidence does not say".
// Where zero is itself a value that evidence can state (port 0, TTL 0, protocol
// 0), the bit in [Observation.Has] tells the two apart. Nothing is guessed.
//
// The package imports only the standard library and knows no other package of
// this module.
package portlore
