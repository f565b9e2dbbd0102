package lore

import (
	"testing"

	"github.com/portlore/portlore"
)

func TestService(t *testing.T) {
	b := Open()
	for _, test := range []struct {
		proto portlore.Proto
		port  uint16
		want  Service
	}{
		{portlore.TCP, 22, Service{"ssh", "ssh"}},
		{portlore.UDP, 513, Service{"who", "who"}},
		{portlore.TCP, 6005, Service{"x11", "x11"}},
		{portlore.TCP, 65533, Service{ID: "unlisted"}},
		{portlore.TCP, 49999, Service{ID: "unlisted"}},
		{portlore.ICMP, 22, Service{ID: "unlisted"}},
		{portlore.UDPLite, 53, b.Service(portlore.UDP, 53)},
		{DCCP, 9, Service{"discard", "discard"}},
	} {
		if got := b.Service(test.proto, test.port); got != test.want {
			t.Errorf("Service(%v, %d) = %+v, want %+v", test.proto, test.port, got, test.want)
		}
	}
}

func TestServiceAllocs(t *testing.T) {
	b := Open()
	port := uint16(0)
	if n := testing.AllocsPerRun(1000, func() { b.Service(portlore.TCP, port); port += 17 }); n != 0 {
		t.Errorf("Service allocates %v times", n)
	}
	if n := testing.AllocsPerRun(1000, func() { b.Family(portlore.UDP, port); port += 17 }); n != 0 {
		t.Errorf("Family allocates %v times", n)
	}
}

func BenchmarkService(b *testing.B) {
	base := Open()
	port := uint16(0)
	for b.Loop() {
		base.Service(portlore.TCP, port)
		port += 17
	}
}

func TestFamily(t *testing.T) {
	b := Open()
	for _, test := range []struct {
		proto portlore.Proto
		port  uint16
		want  string
	}{
		{portlore.TCP, 23, "iot"},
		{portlore.UDP, 53, "amplifier"},
		{portlore.TCP, 49999, "other"},
		{portlore.ICMP, 0, "other"},
	} {
		f := b.Family(test.proto, test.port)
		if f.ID != test.want || f.Title.EN == "" || f.Title.ZH == "" || b.Families()[f.Rank] != f {
			t.Errorf("Family(%v, %d) = %+v, want %s", test.proto, test.port, f, test.want)
		}
	}
}

func TestClass(t *testing.T) {
	b := Open()
	for id, want := range map[string]string{
		"probe.service.ssh":  "probe.service",
		"probe.service":      "probe.service",
		"worm.mirai":         "worm",
		"probe.enum.snmp":    "probe.enum",
		"tool.nmap":          "tool",
		"scan.port.vertical": "scan.port.vertical",
		"unknown":            "unknown",
		"probe":              "",
		"scan.port.other":    "",
		"scan.slow.x":        "",
		"":                   "",
		".":                  "",
	} {
		c, ok := b.Class(id)
		if c.ID != want || ok != (want != "") {
			t.Errorf("Class(%q) = %q, %v, want %q", id, c.ID, ok, want)
		}
	}
	flood, _ := b.Class("dos.synflood")
	if flood.Word != portlore.Check || flood.SeverityLow != portlore.Medium || flood.SeverityHigh != portlore.Critical || flood.Role != portlore.Victim || flood.Kind != "class" {
		t.Errorf("dos.synflood = %+v", flood)
	}
}
