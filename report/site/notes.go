package site

import "github.com/portlore/portlore/lore"

// notes number the sources of a page in the order in which they are cited.
type notes struct{ ids []string }

// mark is the number of a source.
type mark struct {
	N  int
	ID string
}

// cited is a source at the foot of a page.
type cited struct {
	lore.Source
	N int
}

func (n *notes) marks(ids []string) []mark {
	var marks []mark
	for _, id := range ids {
		marks = append(marks, mark{n.number(id), id})
	}
	return marks
}

func (n *notes) number(id string) int {
	for i, have := range n.ids {
		if have == id {
			return i + 1
		}
	}
	n.ids = append(n.ids, id)
	return len(n.ids)
}

func (w *writer) sources(n notes) []cited {
	var list []cited
	for i, id := range n.ids {
		s, ok := w.base.Source(id)
		if !ok {
			s = lore.Source{ID: id, Title: id}
		}
		list = append(list, cited{s, i + 1})
	}
	return list
}
