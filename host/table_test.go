package host

import (
	"fmt"
	"testing"
)

// TestTable prints the doors of this machine: go test -v -run TestTable ./host.
func TestTable(t *testing.T) {
	doors, notes, err := Doors(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !testing.Verbose() {
		return
	}
	for _, d := range doors {
		p := d.Process
		fmt.Printf("%s %s %s:%d owner %s %s %s %d %s %s\n\t%s\n\t%s\n", d.Reach, d.Proto, d.Address, d.Port, p.User, p.Hidden, p.Name, p.PID, d.Netns, d.To, d.ReachBy.EN, d.ReachBy.ZH)
	}
	for _, n := range notes {
		fmt.Println("note:", n.EN, n.ZH)
	}
}
