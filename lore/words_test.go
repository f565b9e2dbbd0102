package lore

import (
	"slices"
	"testing"

	"github.com/portlore/portlore"
)

// The words lead to the same things as Search does.
func TestWords(t *testing.T) {
	b := Open()
	words := b.Words()
	for want, list := range map[Hit][]string{
		{Threat: "glacier"}: {"glacier", "binghe", "bh", "冰河", "giscier"},
		{Port: 3128}:        {"squid", "openproxy", "开放代理", "ndlaas", "proxy", "代理"},
		{Port: 6379}:        {"redis", "database", "数据库"},
	} {
		for _, word := range list {
			if !slices.Contains(words[want], word) {
				t.Errorf("%q does not lead to %+v: %q", word, want, words[want])
			}
			if !slices.ContainsFunc(b.Search(word), func(h Hit) bool { return h.Port == want.Port && h.Threat == want.Threat }) {
				t.Errorf("Search(%q) does not find %+v", word, want)
			}
		}
	}
}

// Every kind and platform that a threat has is said in both languages.
func TestThreatWords(t *testing.T) {
	for _, threat := range Open().Threats() {
		if kind := ThreatKind(threat.Kind); kind.EN == "" || kind.ZH == "" {
			t.Errorf("%s: no words for the kind %s", threat.ID, threat.Kind)
		}
		if p := threat.Platform; p != "" && p != "any" && PlatformName(p) == (portlore.Text{}) {
			t.Errorf("%s: no words for the platform %s", threat.ID, p)
		}
	}
}
