package portlore

// A Door is one listening socket or one scanned port.
type Door struct {
	Address string      `json:"address"`
	Proto   string      `json:"proto"`
	Port    uint16      `json:"port"`
	State   string      `json:"state"` // open, closed, filtered, unknown
	Word    Word        `json:"word"`
	Reach   string      `json:"reach"` // loopback, vpn, lan, internet; empty: not known
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

// DoorProcess is the owner of a socket. Zero PID: not seen; Hidden says why.
type DoorProcess struct {
	PID       int    `json:"pid"`
	Name      string `json:"name"`
	Exe       string `json:"exe"`
	User      string `json:"user"`
	Unit      string `json:"unit"`
	Container string `json:"container"`
	Hidden    string `json:"hidden"`
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
