//go:build linux

package main

import "testing"

// What the tools print, counted.
func TestFound(t *testing.T) {
	for name, tt := range map[string]struct {
		count  func([]byte) int
		output string
		want   int
	}{
		"nmap":     {inNmap, "# Nmap 7.93\nHost: 10.79.0.2 ()\tStatus: Up\nHost: 10.79.0.2 ()\tPorts: 22/open/tcp//ssh///, 1329/open/tcp/////\tIgnored State: closed (65533)\n", 2},
		"masscan":  {lines("open tcp"), "#masscan\nopen tcp 22 10.79.0.2 1795860000\nopen tcp 1329 10.79.0.2 1795860001\n# end\n", 2},
		"zmap":     {lines("."), "10.80.0.1\n10.80.0.2\n10.80.0.3\n", 3},
		"portlore": {inJSON, `{"Open":50,"Closed":65485,"Sent":65535}`, 50},
		"a rate":   {perSecond, `{"Sent":500,"Last":4995606724}`, 100},
		"nothing":  {inJSON, "", 0},
	} {
		if got := tt.count([]byte(tt.output)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
