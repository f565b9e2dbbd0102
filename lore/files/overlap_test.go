package files

import (
	"encoding/binary"
	"os"
	"slices"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// No sentence of ours is one of the old port list, whose licence does not allow
// it. The list is not here, only the hashes of its wording.
func TestNoWordingOfTheOldList(t *testing.T) {
	old, err := os.ReadFile("../testdata/seed_shingles.bin")
	if err != nil {
		t.Fatal(err)
	}
	n := len(old) / 8
	if n < 1000 {
		t.Fatalf("only %d hashes", n)
	}
	hashes := make([]uint64, n)
	for i := range hashes {
		hashes[i] = binary.LittleEndian.Uint64(old[8*i:])
	}
	if !slices.IsSorted(hashes) {
		t.Fatal("hashes are not sorted")
	}
	tree, err := Read(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range sentences(tree.Contents()) {
		for _, s := range []string{text.EN, text.ZH} {
			for _, hash := range Shingles(s) {
				if _, found := slices.BinarySearch(hashes, hash); found {
					t.Errorf("%s shares a run of words with the old list: %s", where, s)
					break
				}
			}
		}
	}
}

func TestShingles(t *testing.T) {
	for _, test := range []struct {
		a, b   string
		shared bool
	}{
		{"一二三四五六七八九十甲乙", "零一二三，四五六 a 七八九十甲乙丙", true},
		{"一二三四五六七八九十甲", "一二三四五六七八九十甲", false}, // only 11
		{"It listens on port 80 for Everyone who", "it listens on port 80 for everyone, who asks", true},
		{"one two three four five six seven", "one two three four five six seven", false},
	} {
		shared := slices.ContainsFunc(Shingles(test.a), func(h uint64) bool { return slices.Contains(Shingles(test.b), h) })
		if shared != test.shared {
			t.Errorf("%q and %q: shared %v, want %v", test.a, test.b, shared, test.shared)
		}
	}
}

// sentences are all of our own texts, each with a name for where it stands.
func sentences(k lore.Contents) func(func(string, portlore.Text) bool) {
	return func(yield func(string, portlore.Text) bool) {
		for _, e := range k.Entries {
			for _, c := range e.Claims {
				if !yield("claim "+c.ID, c.Text) {
					return
				}
			}
			if !yield("title of service "+e.Service, e.Title) || !yield("check of service "+e.Service, e.Check) {
				return
			}
		}
		for _, t := range k.Threats {
			if !yield("threat "+t.ID, t.Text) {
				return
			}
		}
		for _, c := range k.Classes {
			for _, text := range append(append([]portlore.Text{c.Title, c.Means}, c.Do...), c.Unless...) {
				if !yield("class "+c.ID, text) {
					return
				}
			}
		}
	}
}
