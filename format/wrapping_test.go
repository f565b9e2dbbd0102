package format

import (
	"strings"
	"testing"
)

func TestWrapping(t *testing.T) {
	const message = "[UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.44 DST=203.0.113.20"
	for text, want := range map[string]string{
		"Nov 16 03:15:34 gw kernel: " + message:                                   "RFC 3164",
		"Nov 16 03:15:34 gw kernel: [ 5280.576178] " + message:                    "RFC 3164",
		"2025-11-16T03:15:34+01:00 gw kernel: " + message:                         "year and zone",
		"2025-11-16 03:15:34 gw kernel: " + message:                               "without a zone",
		"<4>1 2025-11-16T03:15:34Z gw kernel - - - " + message:                    "RFC 5424",
		"[ 5280.576178] " + message:                                               "ring buffer",
		"kernel: " + message:                                                      "without a time",
		message:                                                                   "nothing around it",
		`{"__REALTIME_TIMESTAMP":"1763262934000000","MESSAGE":"` + message + `"}`: "JSON object",
		`{"MESSAGE":"` + message + `","_TRANSPORT":"kernel"}`:                     "JSON object",
		`{"log":"` + message + `\n","stream":"stdout"}`:                           "Docker",
		"Nov 16 03:15:35 relay Nov 16 03:15:34 gw kernel: " + message:             "syslog server",
		"2025-11-16T03:15:34.123456789Z stdout F " + message:                      "container",
		`{"version":"1.1","host":"gw","short_message":"` + message + `"}`:         "GELF",
		`{"_index":"x","_source":{"message":"` + message + `"}}`:                  "log shipper (Filebeat, Fluentd, Vector and others), in a hit of Elasticsearch",
		`["1763262934000000000","` + message + `"]`:                               "Loki",
		"\x1b[32m[ 5280.576178] \x1b[0m" + message:                                "ring buffer",
	} {
		got, inner := Wrapping([]byte(text), Options{})
		if !strings.Contains(got.EN, want) || got.ZH == "" {
			t.Errorf("%s: %+v, want %q", text, got, want)
		}
		if inner != message {
			t.Errorf("%s: message %q", text, inner)
		}
	}
	for _, text := range []string{"", "{", "{}", "<4>", "<4>1 ", "\x00", "[", "{\"MESSAGE\":null}"} {
		if got, _ := Wrapping([]byte(text), Options{}); got.EN == "" || got.ZH == "" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
