package lore

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"
)

// question is a line of testdata/queries.tsv.
type question struct{ query, want string }

func questions(t testing.TB) (list []question) {
	t.Helper()
	data, err := os.ReadFile("testdata/queries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\r\n"); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 2 {
			t.Fatalf("%q: want a query, a tab and an answer", line)
		}
		list = append(list, question{f[0], f[1]})
	}
	return list
}

// answers are what a question leads to, the best first, as the list writes it.
func answers(b *Base, query string) (list []string) {
	q, byNumber, err := ParsePorts(query)
	switch {
	case err != nil:
		return []string{err.Error()}
	case byNumber && q.From != q.To:
		s := fmt.Sprintf("ports %d-%d", q.From, q.To)
		if q.Proto != 0 {
			s += "/" + TransportName(q.Proto)
		}
		return []string{s}
	case byNumber && q.Proto != 0:
		return []string{fmt.Sprintf("port %d/%s", q.From, TransportName(q.Proto))}
	case byNumber:
		return []string{mainPort(b, q.From)}
	}
	for _, h := range b.Search(query) {
		if h.Threat != "" {
			list = append(list, "threat "+h.Threat)
		} else {
			list = append(list, mainPort(b, h.Port))
		}
	}
	return list
}

// mainPort is a port with its main transport.
func mainPort(b *Base, port uint16) string {
	proto := "tcp"
	if e := b.Port(0, port); len(e) > 0 {
		proto = TransportName(e[0].Transport[0])
	} else if r := b.Records(0, port); len(r) > 0 && len(r[0].Transport) > 0 {
		proto = TransportName(r[0].Transport[0])
	}
	return fmt.Sprintf("port %d/%s", port, proto)
}

// The first answer is the one that somebody who knows expects. Every miss is
// named with its rank.
func TestQueries(t *testing.T) {
	b := Open()
	var all, first [2]int // Latin, Chinese
	for _, q := range questions(t) {
		script := 0
		if strings.ContainsFunc(q.query, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			script = 1
		}
		all[script]++
		got, rank := answers(b, q.query), 0
		for i, a := range got {
			if a == q.want {
				rank = i + 1
				break
			}
		}
		if rank == 1 {
			first[script]++
			continue
		}
		t.Errorf("%q: want %s, got %q (rank %d of %d)", q.query, q.want, got[:min(3, len(got))], rank, len(got))
	}
	t.Logf("first answers: %d of %d in Latin script, %d of %d in Chinese", first[0], all[0], first[1], all[1])
}

// What only makes a question of a name does not count.
func TestBare(t *testing.T) {
	for query, want := range map[string]string{
		"what's the port of Redis?": "redis",
		"mysql数据库的端口是多少？":           "mysql",
		"远程桌面用哪个端口":                 "远程桌面",
		"冰河木马":                      "冰河",
		"ms-sql on 1433":            "ms-sql 1433",
		"back orifice 2000":         "back orifice 2000",
		"什么是端口":                     "",
	} {
		if got := strings.Join(bare(wordsIn(query)), " "); got != want {
			t.Errorf("of %q remains %q, want %q", query, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"MS-SQL": "mssql", "ＭＳ　ＳＱＬ": "mssql", "灰鴿子": "灰鸽子", "網絡公牛": "网络公牛", "震盪波": "震荡波", "冰河": "冰河", "３３８９": "3389", "Späher": "späher",
	} {
		if got := fold(s); got != want {
			t.Errorf("fold(%q) = %q, want %q", s, got, want)
		}
	}
	table := []rune(traditional)
	for i := 2; i < len(table); i += 2 {
		if table[i] <= table[i-2] {
			t.Errorf("the traditional characters %c and %c are not in order", table[i-2], table[i])
		}
	}
	for i := 1; i < len(table); i += 2 {
		if c := simplified(table[i]); c != table[i] {
			t.Errorf("%c, the simplified form of %c, is folded to %c", table[i], table[i-1], c)
		}
	}
	if n := len(traditional); n != 3*len(table) || len(table)%2 != 0 {
		t.Errorf("%d bytes and %d characters: want pairs of three bytes each", n, len(table))
	}
}

func BenchmarkSearch(b *testing.B) {
	base := Open()
	for _, query := range []string{"re", "redis", "kubernates", "数据库", "what uses port 5353", "no such thing"} {
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				base.Search(query)
			}
		})
	}
}
