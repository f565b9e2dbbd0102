package host

import (
	"fmt"
	"os"
	"testing"
	"text/tabwriter"
)

// TestTable prints the doors of this machine; go test -v -run TestTable ./host.
func TestTable(t *testing.T) {
	doors, notes, err := Doors(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !testing.Verbose() {
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	for _, d := range doors {
		p := d.Process
		fmt.Fprintf(w, "%s\t%s %s:%d\t%s (%d)\t%s\t%s\t%s\t%s\t%s\t%v\n  %s\n  %s\n", d.Reach, d.Proto, d.Address, d.Port, p.Name, p.PID, p.User, p.Unit, p.Container, p.Hidden+d.Netns, d.To, d.From, d.ReachBy.EN, d.ReachBy.ZH)
	}
	w.Flush()
	for _, n := range notes {
		fmt.Println("note:", n.EN, n.ZH)
	}
}
