package report

import (
	"slices"
	"strings"
	"time"

	"github.com/portlore/portlore"
)

// ecsVersion is the version of the Elastic Common Schema whose fields are written.
const ecsVersion = "9.4.0"

// An ecsEvent has the fields that portlore knows something for. What ECS has no
// field for stands below portlore, where no field of ECS will ever be.
type ecsEvent struct {
	Timestamp string       `json:"@timestamp"`
	ECS       ecsECS       `json:"ecs"`
	Message   string       `json:"message"`
	Event     ecsFacts     `json:"event"`
	Rule      ecsRule      `json:"rule"`
	Threat    *ecsThreat   `json:"threat,omitempty"`
	Source    *ecsEndpoint `json:"source,omitempty"`
	Target    *ecsEndpoint `json:"destination,omitempty"`
	Server    *ecsEndpoint `json:"server,omitempty"`
	Network   *ecsNetwork  `json:"network,omitempty"`
	Host      *ecsHost     `json:"host,omitempty"`
	Process   *ecsProcess  `json:"process,omitempty"`
	User      *ecsName     `json:"user,omitempty"`
	Service   *ecsService  `json:"service,omitempty"`
	Related   *ecsRelated  `json:"related,omitempty"`
	Observer  ecsObserver  `json:"observer"`
	Portlore  ecsOwn       `json:"portlore"`
}

type ecsECS struct {
	Version string `json:"version"`
}

type ecsFacts struct {
	Kind     string   `json:"kind"`
	Category []string `json:"category"`
	Type     []string `json:"type"`
	ID       string   `json:"id"`
	Module   string   `json:"module"`
	Dataset  string   `json:"dataset"`
	Severity int      `json:"severity"`
	Created  string   `json:"created,omitempty"`
	Start    string   `json:"start,omitempty"`
	End      string   `json:"end,omitempty"`
}

type ecsRule struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Category    string `json:"category"`
	Description string `json:"description,omitempty"`
	Ruleset     string `json:"ruleset"`
	Version     string `json:"version"`
}

type ecsThreat struct {
	Framework string       `json:"framework"`
	Technique ecsTechnique `json:"technique"`
}

type ecsTechnique struct {
	ID   []string `json:"id"`
	Part *ecsIDs  `json:"subtechnique,omitempty"`
}

type ecsIDs struct {
	ID []string `json:"id"`
}

type ecsEndpoint struct {
	Address string `json:"address,omitempty"`
	IP      string `json:"ip,omitempty"`
	Port    uint16 `json:"port,omitempty"`
	Packets uint64 `json:"packets,omitempty"`
}

type ecsNetwork struct {
	Transport string `json:"transport,omitempty"`
	Packets   uint64 `json:"packets,omitempty"`
}

type ecsHost struct {
	Name string `json:"name"`
}

type ecsProcess struct {
	PID     int    `json:"pid,omitempty"`
	Name    string `json:"name,omitempty"`
	Exe     string `json:"executable,omitempty"`
	Command string `json:"command_line,omitempty"`
}

type ecsName struct {
	Name string `json:"name"`
}

type ecsService struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

type ecsRelated struct {
	IP []string `json:"ip"`
}

type ecsObserver struct {
	Vendor  string `json:"vendor"`
	Product string `json:"product"`
	Version string `json:"version"`
}

// ecsOwn is what only portlore says.
type ecsOwn struct {
	Word         portlore.Word        `json:"word"`
	Class        string               `json:"class,omitempty"`
	Also         []string             `json:"also,omitempty"`
	Role         string               `json:"role,omitempty"`
	Confidence   float64              `json:"confidence,omitempty"` // 0 to 1
	Observations uint64               `json:"observations,omitempty"`
	Sources      uint64               `json:"sources,omitempty"`
	Networks     []string             `json:"networks,omitempty"`      // of subjects that stand for many addresses
	NotAttackers []string             `json:"not_attackers,omitempty"` // seen sending, but victims or forged
	Outcome      *portlore.Outcome    `json:"outcome,omitempty"`
	Evidence     []portlore.Evidence  `json:"evidence,omitempty"`
	Reach        string               `json:"reach,omitempty"`
	State        string               `json:"state,omitempty"`
	Proof        string               `json:"proof,omitempty"`
	Checks       []portlore.DoorCheck `json:"checks,omitempty"`
	Do           []string             `json:"do,omitempty"`
	Unless       []string             `json:"unless,omitempty"`
}

// ecs are the findings and the doors that want something done, as alerts.
func (x *Export) ecs() []ecsEvent {
	var all []ecsEvent
	for _, f := range x.findings() {
		all = append(all, x.ecsOf(f))
	}
	for _, d := range x.alarming() {
		all = append(all, x.ecsDoor(d))
	}
	return all
}

func (x *Export) alert(l level, id, message string) ecsEvent {
	return ecsEvent{
		Timestamp: x.Time, ECS: ecsECS{ecsVersion}, Message: message,
		Event: ecsFacts{
			Kind: "alert", ID: id, Module: "portlore", Dataset: "portlore." + x.Verb, Severity: l.ecs, Created: x.Time,
		},
		Observer: ecsObserver{"portlore", "portlore", x.Version},
	}
}

func (x *Export) ecsOf(f *portlore.Finding) ecsEvent {
	e := x.alert(levelOf(f.Word, f.Severity), f.ID, x.message(f))
	if t, ok := moment(f.First); ok {
		e.Event.Start = t.Format(time.RFC3339)
	}
	if t, ok := moment(f.Last); ok {
		e.Event.End = t.Format(time.RFC3339)
		e.Timestamp = e.Event.End
	}
	e.Event.Category, e.Event.Type = []string{"intrusion_detection", "network"}, ecsOutcome(f.Outcome)
	category, _, _ := strings.Cut(f.Class, ".")
	e.Rule = ecsRule{f.Class, f.Title, category, f.Means, "portlore", x.Version}
	if ids, parts := techniques(f.Attack); len(ids) > 0 {
		e.Threat = &ecsThreat{"MITRE ATT&CK", ecsTechnique{ID: ids}}
		if len(parts) > 0 {
			e.Threat.Technique.Part = &ecsIDs{parts}
		}
	}
	target := ecsEndpoint{Address: only(f.Targets), IP: only(addressesOf(f.Targets)), Port: only(f.Services).Port}
	if target != (ecsEndpoint{}) {
		e.Target = &target
	}
	e.Network = &ecsNetwork{only(transports(f.Services)), f.Packets}
	e.Portlore = ecsOwn{
		Word: f.Word, Class: f.Class, Also: f.Also, Role: f.Role.String(), Confidence: f.Confidence.P, Observations: f.Observations,
		Sources: f.Sources, Outcome: &f.Outcome, Evidence: f.Evidence, Do: f.Do, Unless: f.Unless,
	}
	related := addressesOf(f.Targets)
	if didIt(f) {
		if f.Sources <= 1 && len(f.Subjects) == 1 {
			e.Source = &ecsEndpoint{Address: f.Subjects[0], IP: only(addressesOf(f.Subjects)), Packets: f.Packets}
		}
		e.Portlore.Networks = networksOf(f.Subjects)
		related = append(addressesOf(f.Subjects), related...)
	} else {
		if f.Word < portlore.Check { // the traces of an attack on somebody else
			e.Event.Category = []string{"network"}
		}
		e.Portlore.NotAttackers = f.Subjects
		related = slices.DeleteFunc(related, func(ip string) bool { return slices.Contains(addressesOf(f.Subjects), ip) })
	}
	slices.Sort(related)
	if related = slices.Compact(related); len(related) > 0 {
		e.Related = &ecsRelated{related}
	}
	return e
}

// ecsOutcome are values of event.type that both categories allow.
func ecsOutcome(o portlore.Outcome) []string {
	var types []string
	if o.Accepted > 0 {
		types = append(types, "allowed")
	}
	if o.Blocked > 0 {
		types = append(types, "denied")
	}
	return append(types, "info")
}

func (x *Export) ecsDoor(d *portlore.Door) ecsEvent {
	e := x.alert(doorLevel(d.Word), doorID(x.Host, d), d.Word.String()+": "+doorTitle(d))
	e.Event.Category, e.Event.Type = []string{"network", "vulnerability"}, []string{"info"}
	e.Rule = ecsRule{doorRule(d), d.Why, "door", d.Means, "portlore", x.Version}
	ip := only(addressesOf([]string{d.Address}))
	e.Server = &ecsEndpoint{Address: d.Address, IP: ip, Port: d.Port}
	if d.Answered && ip != "" {
		e.Related = &ecsRelated{[]string{ip}}
	}
	e.Network = &ecsNetwork{Transport: d.Proto}
	if x.Host != "" {
		e.Host = &ecsHost{x.Host}
	}
	if p := d.Process; p.Name != "" || p.PID != 0 {
		e.Process = &ecsProcess{p.PID, p.Name, p.Exe, p.Command}
		if p.User != "" {
			e.User = &ecsName{p.User}
		}
	}
	if name := proven(d); name != "" {
		e.Service = &ecsService{name, d.Service.Version}
	}
	e.Portlore = ecsOwn{Word: d.Word, Reach: d.Reach, State: d.State, Proof: d.Service.Proof, Checks: d.Checks, Do: d.Do}
	return e
}
