package probe

import (
	"context"
	"net"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
)

// An Inspection asks a service that has said who it is whether it lets strangers
// in. It reads and never changes anything: what it sends and what it never sends
// are part of it, for the manual.
type Inspection struct {
	Services  []string // ids of lore, one of which the door has proven to be; nil: whoever speaks TLS
	Transport string   // "tcp" or "udp"
	Calls     int      // connections at most
	Sends     string   // what is asked, in order
	Never     string   // what would tell more, and is not done
	Finds     []Outcome
	Ask       func(context.Context, *Visit) []Check
}

// An Outcome is a check that an inspection may come back with.
type Outcome struct {
	ID    string
	Word  portlore.Word // at worst
	Proof string        // what proves it
}

// A Visit is a door that is being inspected, and the ways to it.
type Visit struct {
	Door *portlore.Door
	Name string // by which the user called the target; empty: by its address

	// Dial is a new connection to the door, inside TLS where the service is. Plain is
	// one without TLS; nil: Dial.
	Dial  Dial
	Plain Dial
	InTLS bool // the service is inside TLS, and Dial is so; not: it offers STARTTLS
	// Reach is a connection to another port of the same address: for the data of FTP,
	// for what a portmapper names. Nil: there is none to be had.
	Reach func(ctx context.Context, transport string, port uint16) (net.Conn, error)
	// Packets is a socket for datagrams that hears answers from any port (TFTP
	// answers from a new one). Nil: there is none to be had.
	Packets func(context.Context) (net.PacketConn, error)
	// Local is our own address as the target may call it back, for the question
	// whether a proxy is open. Invalid: it cannot.
	Local netip.Addr

	calls int                // how many connections are left
	token func(n int) []byte // random bytes; nil: really random
}

// Inspections are all there are, by service.
func Inspections() []Inspection {
	return slices.Concat(
		[]Inspection{anonymousFTP, mailRelay, zoneTransfer, openResolver("udp"), openResolver("tcp"), openTFTP, fingerUsers, identNames},
		[]Inspection{portmapper, portmapperUDP, mountExports("tcp"), mountExports("udp"), nfsTree, windowsFiles, snmpCommunities("udp"), snmpCommunities("tcp")},
		[]Inspection{openX11, openXDMCP, rdpSecurity, openShell, openADB},
		[]Inspection{openProxy, openSOCKS, openDirectory, openNews, popLogin, imapLogin},
		remoteCleartext(),
		[]Inspection{postgresTrust, mysqlRoot, openCassandra, openMQTT, openNATS, openZooKeeper, rsyncModules, openDistcc},
		webInspections(),
		smallServices(),
		amplifiers(),
		[]Inspection{tlsHealth},
	)
}

// inspect asks a door all that is asked of such a service, one after the other.
// What the door has already been found to be is not said twice.
func inspect(ctx context.Context, v *Visit) []Check {
	ctx, stop := context.WithTimeout(ctx, longestVisit)
	defer stop()
	var found []Check
	all := Inspections()
	for i := range all {
		q := &all[i]
		if !q.suits(v) || ctx.Err() != nil {
			continue
		}
		v.calls = q.Calls
		for _, c := range q.Ask(ctx, v) {
			known := func(d portlore.DoorCheck) bool { return d.ID == c.ID }
			again := func(d Check) bool { return d.ID == c.ID }
			if !slices.ContainsFunc(v.Door.Checks, known) && !slices.ContainsFunc(found, again) {
				found = append(found, c)
			}
		}
	}
	return found
}

// suits says that a door is of this service, by its own words. A number is no
// reason to ask anything; a handshake of TLS is one to look at it.
func (q *Inspection) suits(v *Visit) bool {
	d := v.Door
	switch {
	case d.State != "open" || d.Proto != q.Transport || slices.Contains(untouchable, d.Port):
		return false
	case q.Services == nil:
		return v.InTLS
	}
	return d.Service.Proof == "answer" && slices.Contains(q.Services, d.Service.Name)
}
