package table

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"github.com/portlore/portlore"
)

// Hashes are the same in every run and on every machine, because samples are
// chosen by them and the same evidence must give the same answer. The mixer is
// the multiply-and-fold step of wyhash (Wang Yi, 2019).
const (
	seed1 = 0xa0761d6478bd642f
	seed2 = 0xe7037ed1a0b428db
)

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^seed1, b^seed2)
	return hi ^ lo
}

// address is a netip.Addr as two words: IPv4 in mapped form, the zero Addr as
// zero. Zones are dropped.
type address struct{ hi, lo uint64 }

func addressOf(a netip.Addr) address {
	if !a.IsValid() {
		return address{}
	}
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (a address) addr() netip.Addr {
	if a == (address{}) {
		return netip.Addr{}
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], a.hi)
	binary.BigEndian.PutUint64(b[8:], a.lo)
	return netip.AddrFrom16(b).Unmap()
}

func (a address) is6() bool { return a.hi != 0 || a.lo>>32 != 0xffff && a.lo != 0 }

func (a address) hash() uint64 { return mix(mix(a.hi, 1), a.lo) }

// PeerKey is the key under which an address stands in a set of peers.
func PeerKey(a netip.Addr) uint64 { return addressOf(a).hash() }

// portKey puts a hash above the value itself, so that a sample of the smallest
// keys is a fair one and each key still says which port it is. The hash of a
// value is a bijection of it: no two ports share a key.
func portKey(proto portlore.Proto, port uint16) uint64 {
	v := uint32(proto)<<16 | uint32(port)
	return uint64(scatter(v))<<32 | uint64(v)
}

// scatter is the finaliser of MurmurHash3 (Austin Appleby): a bijection of 32 bits.
func scatter(v uint32) uint32 {
	v ^= v >> 16
	v *= 0x85ebca6b
	v ^= v >> 13
	v *= 0xc2b2ae35
	return v ^ v>>16
}

// station is the bit that tells the keys of stations from those of interfaces.
const station = 1 << 31

// stationKey is the key of a link address among interfaces.
func stationKey(link uint64) uint32 { return uint32(mix(link, 1)) | station }

// hashName is FNV-1a (Fowler, Noll, Vo): names of interfaces are a few bytes.
func hashName(name []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range name {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}
