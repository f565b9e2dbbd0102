package format

import (
	"bytes"
	"math"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/packet"
)

// Routers and probes export flows in datagrams, to a collector; a capture of those
// is evidence of flows, not of packets between a router and its collector. Since
// templates that say what a datagram holds come once in a while, such a capture is
// read in its order, by one worker.

// An exports reads the datagrams of a capture that export flows.
type exports struct {
	sink Sink
	ob   portlore.Observation
	flow flowRecord

	decoder packet.Decoder // of sampled packets

	templates map[templateKey]*template
	rates     map[domain]uint32 // of sampling, as options say it
	waiting   []waiting         // for their templates, in order
	lacking   map[templateKey]bool
	held      int // bytes of those that wait

	frames, datagrams, flows int64 // what was read
	sampled                  int64 // flows that stand for more packets than were looked at
	first, last              int64 // when flows began

	at       portlore.Pos
	nanos    int64 // when the frame was captured
	exporter netip.Addr
}

// A domain is what templates hold for: one exporter and a part of it.
type domain struct {
	exporter netip.Addr
	version  uint16
	id       uint32
}

// waiting is a set of records whose template did not come yet.
type waiting struct {
	of    templateKey
	at    portlore.Pos
	nanos int64
	base  timeBase
	data  []byte
}

// What is kept in memory on the word of a datagram is bounded.
const (
	mostTemplates = 1 << 12
	mostFields    = 1 << 9
	mostHeld      = 16 << 20
	heldWith      = 128 // bytes that come with each set that waits
)

func newExports() *exports {
	return &exports{templates: map[templateKey]*template{}, rates: map[domain]uint32{}, lacking: map[templateKey]bool{}, first: math.MaxInt64}
}

// holdsExports says that at least half of the packets at the start of a capture
// export flows. A few among others are somebody's traffic: to read them as
// evidence would let anyone who can send a datagram write it.
func holdsExports(f *Format, head []byte) bool {
	x := newExports()
	res := newResult("")
	readFramesOf(&res, f, 0, bytes.NewReader(head), Options{}, []Sink{func(*portlore.Observation) {}}, nil, sniffSize, x)
	return x.datagrams > 0 && 2*x.datagrams >= x.frames
}

// read reads a datagram, and tells whether it exports flows. Ob is what its own
// headers say.
func (x *exports) read(ob *portlore.Observation, content []byte, sink Sink) bool {
	x.sink = sink
	x.frames++
	if ob.Has&portlore.HasProto == 0 || ob.Proto != portlore.UDP || len(content) < 16 {
		return false
	}
	x.at, x.nanos, x.exporter = ob.Pos, ob.Time, ob.Src
	for _, f := range exporters() {
		if f.datagram(x, content) {
			x.datagrams++
			return true
		}
	}
	return false
}

// emit passes on a flow.
func (x *exports) emit(ob *portlore.Observation) {
	x.flows++
	ob.Pos, ob.Count, ob.Packets = x.at, 1, max(1, ob.Packets)
	if ob.Time >= portlore.SinceBoot {
		x.first, x.last = min(x.first, ob.Time), max(x.last, ob.Time)
	}
	x.sink(ob)
}

// notes are the sentences about them.
func (x *exports) notes(say func(n int64, en, zh string)) {
	say(x.datagrams, "packets that export flows (NetFlow, IPFIX, sFlow): %d; what is judged are the flows in them, not these packets", "导出流记录（NetFlow、IPFIX、sFlow）的数据包：%d；判读的是其中的流，不是这些包本身")
	say(x.sampled, "flows or packets that an exporter sampled: %d; numbers of packets and bytes are estimates by its sampling rate", "由导出设备抽样得到的流或数据包：%d；包数和字节数按抽样率估算")
	say(int64(len(x.waiting)), "sets of flows whose template is not in the capture: %d; they could not be read", "抓包中缺少对应模板的流记录集：%d；无法读取")
}
