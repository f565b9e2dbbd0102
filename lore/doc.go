// Package lore is what portlore knows: ports, threats, classes of verdict,
// families of noise and the IANA registry, every claim with its era, its
// sources and its confidence, in English and Chinese.
//
// People write it as small files (lore/FORMAT.md); `go generate ./lore` packs
// those into data/lore.bin, which is embedded. Nothing is parsed, indexed or
// copied when a program starts: a look-up is a binary search in the embedded
// bytes and decodes the one record it finds. The strings it returns lie in the
// blob itself.
//
//	base := lore.Open()
//	base.Service(portlore.TCP, 3128).ID // "squid"
package lore

//go:generate go run ./gen
