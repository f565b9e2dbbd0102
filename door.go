package portlore

// A Door is one listening socket or one scanned port.
type Door struct {
	Address string      `json:"address"`
	Proto   string      `json:"proto"`
	Port    uint16      `json:"port"`
	State   string      `json:"state"` // open, closed, filtered, unknown
	Word    Word        `json:"word"`
	Reach   string      `json:"reach"`             // one of the Reach constants; empty: not known
	ReachBy Text        `json:"reach_by,omitzero"` // by which address, route and rule it is so
	From    []string    `json:"from,omitempty"`    // the only networks that a firewall lets in; empty: no such limit
	To      string      `json:"to,omitempty"`      // where it is forwarded to, address:port; empty: nowhere
	Netns   string      `json:"netns,omitempty"`   // network namespace; empty: the one that portlore runs in
	Process DoorProcess `json:"process"`
	Service DoorService `json:"service"`
	Checks  []DoorCheck `json:"checks"`
	Why     string      `json:"why"`
	Means   string      `json:"means"`
	Do      []string    `json:"do"`
	Lore    []string    `json:"lore"`

	// Answered says that it is a port that somebody asked, and what State says is
	// the answer. False: it is a socket that its own host lists, and whether
	// anybody else can reach it is open.
	Answered bool `json:"-"`
}

// Who can reach a door at worst, from nobody else to anybody.
const (
	ReachLoopback = "loopback"
	ReachVPN      = "vpn"
	ReachLAN      = "lan"
	ReachInternet = "internet"
)

// Why the owner of a socket is not seen.
const (
	HiddenPermission = "permission" // another user's: the superuser would see it
	HiddenRefused    = "refused"    // of a process that not even the superuser may look at
	HiddenNamespace  = "namespace"  // it lives outside this PID namespace: nobody here can see it
	HiddenKernel     = "kernel"     // the kernel itself holds it; Name says which part, where that is known
	HiddenForward    = "forward"    // no socket: the firewall sends it on, see Door.To
	HiddenGone       = "gone"       // it ended, or let go of the socket, while portlore looked
)

// DoorProcess is the owner of a socket. Zero PID: not seen; Hidden says why.
type DoorProcess struct {
	PID       int    `json:"pid"`
	Name      string `json:"name"`
	Exe       string `json:"exe"`
	User      string `json:"user"`
	Unit      string `json:"unit"`
	Container string `json:"container"`
	Hidden    string `json:"hidden"`

	Command string       `json:"command,omitempty"` // its command line, cut at 4 KiB
	Cwd     string       `json:"cwd,omitempty"`     // its working directory
	Started string       `json:"started,omitempty"` // RFC 3339, to the second
	Parents []DoorParent `json:"parents,omitempty"` // who started it: the parent first, the first process last
}

// DoorParent is one ancestor of a process.
type DoorParent struct {
	PID  int    `json:"pid"`
	Name string `json:"name"`
}

// DoorService is what is behind a door, and by what it is known.
type DoorService struct {
	Name    string `json:"name"`
	Product string `json:"product"`
	Version string `json:"version"`
	TLS     bool   `json:"tls"`
	Proof   string `json:"proof"` // answer, process, number (a guess), none
	Banner  string `json:"banner"`
}

// DoorCheck is the outcome of one safe question asked at a door.
type DoorCheck struct {
	ID       string   `json:"id"`
	Word     Word     `json:"word"`
	Evidence string   `json:"evidence"`
	Means    string   `json:"means"`
	Do       []string `json:"do"`
}
