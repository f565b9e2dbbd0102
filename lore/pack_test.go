package lore

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

func sample() Contents {
	tcp, udp := []portlore.Proto{portlore.TCP}, []portlore.Proto{portlore.UDP}
	return Contents{
		Registry: "2026-08-17",
		Entries: []Entry{
			{
				From: 3128, To: 3128, Service: "squid", Family: "proxy", Transport: tcp,
				Title: portlore.Text{EN: "squid, HTTP proxy", ZH: "Squid，HTTP 代理"}, Related: []uint16{80}, Expose: "restrict",
				Names:  []Name{{"squid", tcp}},
				Claims: []Claim{{ID: "p3128-x", Kind: "probe", Situation: "probed", Text: portlore.Text{EN: "Wants a relay.", ZH: "找跳板。"}, Era: Era{From: 1998}, Sources: []string{"s"}, Confidence: "A", BAF: "1.5", CVE: []string{"CVE-2026-1"}}},
				Close:  Close{Linux: "x", Windows: "y"},
			},
			{From: 3100, To: 3199, Service: "range", Transport: tcp},
			{From: 3128, To: 3129, Service: "pair", Transport: udp},
		},
		Records: []Record{
			{From: 3128, To: 3128, Transport: append(tcp, udp...), Status: "assigned", Name: "NDL-AAS", Registered: "2002-01"},
			{From: 6000, To: 6063, Transport: tcp, Status: "assigned", Name: "x11"},
		},
		Threats: []Threat{
			{
				ID: "glacier", Names: portlore.Text{EN: "Glacier", ZH: "冰河"}, Aliases: []string{"Giscier"}, Kind: "rat", Era: Era{1999, 2006},
				Ports: []ThreatPort{{7626, 7626, tcp, "B"}, {7620, 7630, tcp, "C"}}, Text: portlore.Text{EN: "A trojan.", ZH: "木马。"},
			},
		},
		Sources:  []Source{{ID: "s", Title: "A source", Year: "1999", Kind: "list"}},
		Classes:  []Class{{ID: "tool", Open: true, Kind: "attribute"}, {ID: "scan", Kind: "class", Word: portlore.Fix, SeverityHigh: portlore.Critical, Role: portlore.Ours, Do: []portlore.Text{{EN: "a", ZH: "b"}}}},
		Families: []Family{{ID: "proxy", Title: portlore.Text{EN: "Proxies", ZH: "代理"}}, {ID: "other", Rank: 1}},
		Members:  []Member{{portlore.TCP, 8080, "proxy"}},
		Pinyin:   map[rune]string{'冰': "bing", '河': "he", '代': "dai", '理': "li"},
	}
}

func sampleBase() *Base {
	b := blob(Pack(sample()))
	return &Base{b, b}
}

// What is packed is read back as it was.
func TestPackAndRead(t *testing.T) {
	k, b := sample(), sampleBase()
	if err := b.blob.check(); err != nil {
		t.Fatal(err)
	}
	same := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
		}
	}
	same("port 3128", b.Port(0, 3128), []Entry{k.Entries[0], k.Entries[2], k.Entries[1]})
	same("port 3128/udp", b.Port(portlore.UDP, 3128), []Entry{k.Entries[2]})
	same("port 3150", b.Port(0, 3150), []Entry{k.Entries[1]})
	same("port 3200", b.Port(0, 3200), []Entry(nil))
	same("entries", len(b.Entries()), 3)
	same("record of 6063", b.Records(portlore.TCP, 6063), []Record{k.Records[1]})
	same("record of 6064", b.Records(portlore.TCP, 6064), []Record(nil))
	same("registry", b.Registry(), k.Records)
	same("date", b.RegistryDate(), "2026-08-17")
	same("threats on 7626", b.ThreatsOn(portlore.TCP, 7626), k.Threats)
	same("threats on 7630", b.ThreatsOn(0, 7630), k.Threats)
	same("threats on 7626/udp", b.ThreatsOn(portlore.UDP, 7626), []Threat(nil))
	same("sources", b.Sources(), k.Sources)
	same("families", b.Families(), k.Families)
	same("classes", b.Classes(), []Class{k.Classes[1], k.Classes[0]})
	for port, want := range map[uint16]string{3128: "squid", 3127: "range", 6001: "x11", 1: "unlisted"} {
		same("service", b.Service(portlore.TCP, port).ID, want)
	}
	same("service of 3128/udp", b.Service(portlore.UDP, 3128).ID, "pair")
	same("family of an entry", b.Family(portlore.TCP, 3128).ID, "proxy")
	same("family that lists a port", b.Family(portlore.TCP, 8080).ID, "proxy")
	same("family of none", b.Family(portlore.UDP, 8080).ID, "other")
	same("packed twice", string(Pack(k)), string(b.blob))
}

func TestSearch(t *testing.T) {
	b := sampleBase()
	for query, want := range map[string]Hit{
		"squid":       {Port: 3128},
		"SQUID":       {Port: 3128},
		"squ":         {Port: 3128},
		"sqiud":       {Port: 3128},
		"ndl-aas":     {Port: 3128},
		"NDL AAS":     {Port: 3128},
		"http 代理":     {Port: 3128},
		"代理":          {Port: 3128},
		"daili":       {Port: 3128},
		"relay":       {Port: 3128},
		"跳板":          {Port: 3128},
		"冰河":          {Threat: "glacier"},
		"binghe":      {Threat: "glacier"},
		"bh":          {Threat: "glacier"},
		"Giscier":     {Threat: "glacier"},
		"gisciers":    {Threat: "glacier"},
		"ＧＬＡＣＩＥＲ":     {Threat: "glacier"},
		"a trojan":    {Threat: "glacier"},
		"wants relay": {Port: 3128},
	} {
		hits := b.Search(query)
		if len(hits) == 0 {
			t.Errorf("Search(%q) finds nothing", query)
			continue
		}
		hits[0].Score = 0
		if hits[0] != want {
			t.Errorf("Search(%q)[0] = %+v, want %+v", query, hits[0], want)
		}
	}
	for _, query := range []string{"", "  ", "...", "zzzzzz", "\xff", "elay"} {
		if hits := b.Search(query); len(hits) > 0 {
			t.Errorf("Search(%q) = %+v, want nothing", query, hits)
		}
	}
}

func TestParsePorts(t *testing.T) {
	for s, want := range map[string]Ports{
		"3128":       {From: 3128, To: 3128},
		" 3128 ":     {From: 3128, To: 3128},
		"0":          {},
		"65535":      {From: 65535, To: 65535},
		"20-25":      {From: 20, To: 25},
		"3128/udp":   {From: 3128, To: 3128, Proto: portlore.UDP},
		"UDP/3128":   {From: 3128, To: 3128, Proto: portlore.UDP},
		"20-25/sctp": {From: 20, To: 25, Proto: portlore.SCTP},
		"port 23":    {From: 23, To: 23},
		"23端口":       {From: 23, To: 23},
		":23":        {From: 23, To: 23},
		"tcp 23":     {From: 23, To: 23, Proto: portlore.TCP},
	} {
		if got, ok, err := ParsePorts(s); got != want || !ok || err != nil {
			t.Errorf("ParsePorts(%q) = %+v, %v, %v, want %+v", s, got, ok, err, want)
		}
	}
	for s, want := range map[string]string{
		"65536":                "65536: a port is a number from 0 to 65535",
		"25-20":                "25-20: the range ends before it begins",
		"80/icmp":              `80/icmp: transport "icmp": want tcp, udp, sctp or dccp`,
		"99999999999999999999": "99999999999999999999: a port is a number from 0 to 65535",
	} {
		if _, ok, err := ParsePorts(s); !ok || err == nil || err.Error() != want {
			t.Errorf("ParsePorts(%q): %v, %v, want %s", s, ok, err, want)
		}
	}
	for _, s := range []string{"", "redis", "冰河", "-5", "20-", "tcp", "1.5", "a/b", "http/2", "22 80", "redis 6379", "what port", "::1", "fe80::1", "2026-11-28", "x11", "l2tp"} {
		if _, ok, err := ParsePorts(s); ok || err != nil {
			t.Errorf("ParsePorts(%q) = %v, %v, want no question by number", s, ok, err)
		}
	}
}

func FuzzParsePorts(f *testing.F) {
	for _, s := range []string{"3128/udp", "20-25", "tcp/1-", "redis"} {
		f.Add(s)
	}
	b := sampleBase()
	f.Fuzz(func(t *testing.T, s string) {
		q, ok, err := ParsePorts(s)
		if ok && err == nil && q.From > q.To {
			t.Errorf("ParsePorts(%q) = %+v", s, q)
		}
		for _, h := range b.Search(s) {
			if h.Score < 1 || h.Score > 100 {
				t.Errorf("Search(%q): score %d", s, h.Score)
			}
		}
	})
}

// A damaged blob gives wrong answers or an error, but never a panic.
func FuzzBlob(f *testing.F) {
	good := Pack(sample())
	f.Add(string(good))
	f.Add(string(good[:len(good)/2]))
	f.Add(strings.Replace(string(good), "glacier", "\xff\xff\xff\xff\xff\xff\xff", 1))
	f.Fuzz(func(t *testing.T, data string) {
		bl := blob(data)
		if bl.check() != nil {
			return
		}
		ask(&Base{bl, bl})
	})
}

func TestDamage(t *testing.T) {
	good := Pack(sample())
	for i := range good {
		for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff} {
			bad := bytes.Clone(good)
			bad[i] = v
			if bl := blob(bad); bl.check() == nil {
				ask(&Base{bl, bl})
			}
		}
	}
}

// ask asks everything once.
func ask(b *Base) {
	for _, port := range []uint16{0, 3128, 7626, 65535} {
		b.Service(portlore.TCP, port)
		b.Family(portlore.UDP, port)
		b.Port(0, port)
		b.Records(0, port)
		b.ThreatsOn(0, port)
	}
	b.Class("tool.x")
	b.Threat("glacier")
	b.Source("s")
	b.Families()
	b.Search("squid")
	b.Registry()
}
