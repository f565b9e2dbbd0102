package detect_test

import (
	"net/netip"
	"testing"

	"github.com/portlore/portlore"
)

// Asking why changes nothing but that the tests are there, in both languages,
// and that they agree with their figures.
func TestWhyChangesNothing(t *testing.T) {
	tested := 0
	for _, s := range scenes(t) {
		o := s.options
		plain := judge(o, s.observations)
		for _, f := range plain.Findings {
			for _, text := range append(f.Subjects, f.Targets...) {
				if a, err := netip.ParseAddr(text); err == nil {
					o.Why = append(o.Why, a)
				}
			}
			if f.Tests != nil {
				t.Errorf("%s: tests that nobody asked for", s.path)
			}
		}
		if len(o.Why) == 0 {
			continue
		}
		var said [2]int
		for _, o.Lang = range []portlore.Lang{portlore.Chinese, portlore.English} {
			asked := judge(o, s.observations)
			for i := range asked.Findings {
				for _, test := range asked.Findings[i].Tests {
					said[o.Lang]++
					if test.Passed != (test.Have >= test.Need && test.Bound == "least" || test.Have <= test.Need && test.Bound == "most") ||
						test.Text == "" || test.Detector == "" || test.Class == "" {
						t.Errorf("%s: %+v", s.path, test)
					}
				}
				asked.Findings[i].Tests = nil
			}
			asked.Detectors = nil
			if o.Lang == s.options.Lang && document(t, asked) != document(t, plain) {
				t.Errorf("%s:\n%s", s.path, difference(document(t, asked), document(t, plain)))
			}
		}
		if said[0] != said[1] {
			t.Errorf("%s: %d tests in one language, %d in the other", s.path, said[0], said[1])
		}
		tested += said[0]
	}
	if tested < 100 {
		t.Errorf("only %d tests in all cases", tested)
	}
}
