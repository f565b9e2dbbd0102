//go:build linux

package main

import (
	"maps"
	"slices"
	"testing"
)

func TestListening(t *testing.T) {
	tables := map[string]string{
		"tcp": `  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   1: 00000000:0016 00000000:0000 0A 00000000:00000000
   2: 02004D0A:0050 01004D0A:9C40 01 00000000:00000000
`,
		"tcp6": `   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000000000000:0277 00000000000000000000000000000000:0000 0A
`,
		"udp": "   0: 02004D0A:0035 00000000:0000 07 00000000:00000000\n",
	}
	got := listening(func(table string) []byte { return []byte(tables[table]) })
	if want := []string{"tcp/22", "tcp/631", "udp/53"}; !slices.Equal(slices.Sorted(maps.Keys(got)), want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
