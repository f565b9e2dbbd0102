package detect_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/table"
)

const chartStart = 1794787200 // 2026-11-16 00:00 UTC

// week is a scan of so many ports, a hunt for proxies over days, and probes of as
// many strangers, in an order of the seed.
func week(ports, strangers int, seed uint64) []portlore.Observation {
	home := netip.MustParseAddr("203.0.113.9")
	var all []portlore.Observation
	add := func(src netip.Addr, t int64, port uint16, n int) {
		all = append(all, portlore.Observation{
			Src: src, Dst: home, Time: t * 1e9, Proto: portlore.TCP, Flags: portlore.SYN, SrcPort: uint16(20000 + n%40000), DstPort: port, TTL: 50, Length: 44,
			InIf: []byte("eth0"), Verdict: portlore.Blocked, Has: portlore.HasProto | portlore.HasPorts | portlore.HasFlags | portlore.HasTTL,
			Pos: portlore.Pos{Line: int64(len(all) + 1)},
		})
	}
	for i := range ports {
		add(netip.MustParseAddr("192.0.2.44"), chartStart+3600+int64(i)/10, uint16(1+i), i)
	}
	for i := range 120 {
		add(netip.MustParseAddr("192.0.2.45"), chartStart+int64(i/6*28000+i%6*60), []uint16{808, 1080, 3128, 8080, 8118, 8888}[i%6], i)
	}
	for i := range strangers {
		add(netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)}), chartStart+int64(i)*600000/int64(strangers), []uint16{22, 23, 445}[i%3], i)
	}
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func drawn(all []portlore.Observation, parts int, charts bool) portlore.Report {
	tables := make([]*table.Table, parts)
	for i := range tables {
		tables[i] = table.New(0)
		if charts {
			tables[i].Sample()
		}
	}
	for i := range all {
		tables[i%parts].Add(&all[i])
	}
	for _, u := range tables[1:] {
		tables[0].Merge(u)
	}
	return detect.Judge(tables[0], detect.Options{
		Base: lore.Open(), Home: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, Charts: charts,
		Time: func(t int64) string { return time.Unix(0, t).UTC().Format(time.RFC3339) },
	})
}

// What is drawn comes to what is counted, whatever the order and the workers; and
// drawing changes no answer.
func TestCharts(t *testing.T) {
	r := drawn(week(400, 600, 1), 1, true)
	if r.Charts == nil || r.Charts.About || r.Charts.Axis.Cells != 167 || r.Charts.Axis.Seconds != 3600 || r.Charts.Axis.From != chartStart {
		t.Fatalf("charts: %+v", r.Charts)
	}
	if len(r.Findings) < 2 || len(r.Families) < 2 {
		t.Fatalf("%d findings, %d families", len(r.Findings), len(r.Families))
	}
	check := func(title string, n uint64, s portlore.Series) {
		sum := uint64(0)
		for _, c := range s.Cells {
			sum += c
		}
		if sum != n {
			t.Errorf("%s: %d drawn, %d counted", title, sum, n)
		}
	}
	for _, f := range r.Findings {
		check(f.Class, f.Observations, f.Series)
		if len(f.Series.Points) == 0 || len(f.Series.Points) > portlore.MostPoints {
			t.Errorf("%s: %d points", f.Class, len(f.Series.Points))
		}
		for _, p := range f.Series.Points {
			if f.Class == "scan.port.vertical" && p.Time/1e9 != chartStart+3600+int64(p.Port-1)/10 {
				t.Errorf("%s: %+v", f.Class, p)
			}
		}
	}
	for _, n := range append(r.Noise, r.Families...) {
		check(n.Class+" "+n.Family, n.Observations, n.Series)
	}
	check("unknown", r.Unexplained.Observations, r.Unexplained.Series)
	if len(r.Charts.Sources) != portlore.MostSources || r.Charts.Sources[0].Address != "192.0.2.44" || r.Charts.Sources[0].Word != portlore.Note ||
		len(r.Charts.Sources[0].Services) != portlore.MostServices || r.Charts.Sources[0].ServicesMore < 200 {
		t.Errorf("sources: %+v", r.Charts.Sources[0])
	}
	for seed := range uint64(3) {
		if got := drawn(week(400, 600, seed), int(seed)+1, true); !reflect.DeepEqual(got.Charts, r.Charts) || !reflect.DeepEqual(allSeries(got), allSeries(r)) {
			t.Errorf("seed %d: other charts", seed)
		}
	}
	plain := drawn(week(400, 600, 1), 1, false)
	if plain.Charts != nil {
		t.Error("drawn without being asked")
	}
	for i := range r.Findings {
		r.Findings[i].Series = portlore.Series{}
		if !reflect.DeepEqual(r.Findings[i], plain.Findings[i]) {
			t.Errorf("drawing changes a finding: %+v, %+v", r.Findings[i], plain.Findings[i])
		}
	}
}

func allSeries(r portlore.Report) string {
	s := ""
	for _, f := range r.Findings {
		s += fmt.Sprintln(f.ID, f.Series)
	}
	for _, n := range r.Noise {
		s += fmt.Sprintln(n.Class, n.Family, n.Series)
	}
	return s
}

// Of more than a sample can hold, what is drawn is about what was counted, and
// a small finding is not lost.
func TestChartsOfASample(t *testing.T) {
	r := drawn(week(300, 2*table.Sampled, 1), 2, true)
	if !r.Charts.About {
		t.Fatal("all of it was kept")
	}
	for _, n := range r.Families {
		sum := uint64(0)
		for _, c := range n.Series.Cells {
			sum += c
		}
		if n.Observations > 1000 && (sum < n.Observations*9/10 || sum > n.Observations*11/10) {
			t.Errorf("%s: %d drawn, %d counted", n.Title, sum, n.Observations)
		}
	}
	for _, f := range r.Findings {
		if f.Class == "scan.port.vertical" && len(f.Series.Points) < 128 {
			t.Errorf("%s: %d points", f.Class, len(f.Series.Points))
		}
	}
}

// Without times there is no axis, and of evidence that counts from boot the axis
// does too.
func TestChartAxis(t *testing.T) {
	all := week(400, 10, 1)
	for i := range all {
		all[i].Time = 0
	}
	if r := drawn(all, 1, true); r.Charts.Axis != (portlore.Axis{}) || len(r.Charts.Sources) == 0 {
		t.Errorf("without times: %+v", r.Charts.Axis)
	}
	for i := range all {
		all[i].Time = int64(5+i%3) * 1e9
	}
	if a := drawn(all, 1, true).Charts.Axis; a != (portlore.Axis{From: 5, Seconds: 1, Cells: 3}) {
		t.Errorf("since boot: %+v", a)
	}
	all[0].Time, all[1].Time = chartStart*1e9, (chartStart+10)*1e9
	if a := drawn(all, 1, true).Charts.Axis; a != (portlore.Axis{From: chartStart, Seconds: 1, Cells: 11}) {
		t.Errorf("from boot and by the clock: %+v", a)
	}
}
