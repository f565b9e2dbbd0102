package portlore_test

import (
	"reflect"
	"testing"

	"github.com/portlore/portlore"
)

func TestAlike(t *testing.T) {
	ports := func(numbers ...uint16) (all []portlore.Service) {
		for _, n := range numbers {
			all = append(all, portlore.Service{Proto: "tcp", Port: n})
		}
		return all
	}
	one := portlore.Finding{Class: "probe.proxy", Word: portlore.Note, Sources: 1, Services: ports(3128, 8080)}
	turned, other, udp, word, class, role, group, muted, many, more := one, one, one, one, one, one, one, one, one, one
	turned.Services = ports(8080, 3128) // the busiest first: the order says nothing
	other.Services = ports(3128, 1080)
	udp.Services = []portlore.Service{{Proto: "udp", Port: 3128}, {Proto: "tcp", Port: 8080}}
	word.Word = portlore.Check
	class.Class = "scan.port.vertical"
	role.Role = portlore.Ours
	group.Sources = 2
	muted.Muted = "ours"
	many.Services = ports(1, 2, 3, 4, 5, 6, 7, 8, 9)
	more.Services = ports(11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
	for _, test := range []struct {
		name     string
		findings []portlore.Finding
		want     [][]int
	}{
		{"none", nil, nil},
		{"the same", []portlore.Finding{one, one, one}, [][]int{{0, 1, 2}}},
		{"in any order", []portlore.Finding{one, other, turned, other}, [][]int{{0, 2}, {1, 3}}},
		{"other ports", []portlore.Finding{one, other, udp}, [][]int{{0}, {1}, {2}}},
		{"many ports are many ports", []portlore.Finding{many, one, more}, [][]int{{0, 2}, {1}}},
		{"another word, class, role", []portlore.Finding{one, word, class, role}, [][]int{{0}, {1}, {2}, {3}}},
		{"several sources are a block by themselves", []portlore.Finding{group, group}, [][]int{{0}, {1}}},
		{"muted", []portlore.Finding{muted, one, muted}, [][]int{{1}}},
	} {
		if got := portlore.Alike(test.findings); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
