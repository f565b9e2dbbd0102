package format

import (
	"strings"
	"testing"
)

// Lines behind what was torn count, whatever was torn.
func TestTorn(t *testing.T) {
	const record = `{"timestamp":"2026-11-23T15:02:16.123456+0000","event_type":"flow","src_ip":"198.51.100.7","src_port":40000,"dest_ip":"203.0.113.10","dest_port":22,"proto":"TCP","flow":{"pkts_toserver":1,"pkts_toclient":0}}`
	array := "[\n  " + record + ",\n  " + record + "\n]\n"
	table := "src,dst,sport,dport,proto\n" + strings.Repeat("198.51.100.7,203.0.113.10,40000,22,tcp\n", 3)
	for name, tt := range map[string]struct {
		input string
		want  int64 // understood, of the torn and of three lines behind it
	}{
		"whole array":      {array, 2 + 3},
		"in a string":      {array[:strings.LastIndex(array, "dest_ip")] + "\n", 1 + 3},
		"between values":   {array[:strings.LastIndex(array, `"pkts_toclient"`)] + "\n", 1 + 3},
		"behind an escape": {array[:strings.LastIndex(array, "TCP")] + "\\\n", 1 + 3},
		"one object":       {record[:50] + "\n", 3},
		"a row":            {table[:len(table)-20] + "\n", 2 + 3},
		"a header":         {table[:12] + "\n", 3},
	} {
		res, _ := readAll(t, strings.NewReader(tt.input+strings.Repeat(goodLine, 3)), Options{}, 1, chunkSize)
		if res.Understood != tt.want {
			t.Errorf("%s: %d understood, want %d: %+v", name, res.Understood, tt.want, res.Input)
		}
	}
}
