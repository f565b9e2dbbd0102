package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/portlore/portlore"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework whose
// class Detection Finding is written (schema.ocsf.io/1.5.0/classes/detection_finding).
const ocsfVersion = "1.5.0"

// An ocsfFinding has the attributes of a Detection Finding that portlore knows
// something for. Times are in milliseconds since 1970.
type ocsfFinding struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryUID  int              `json:"category_uid"`
	CategoryName string           `json:"category_name"`
	ClassUID     int              `json:"class_uid"`
	ClassName    string           `json:"class_name"`
	TypeUID      int              `json:"type_uid"`
	TypeName     string           `json:"type_name"`
	SeverityID   int              `json:"severity_id"`
	Severity     string           `json:"severity"`
	StatusID     int              `json:"status_id"`
	Status       string           `json:"status"`
	IsAlert      bool             `json:"is_alert"`
	Time         int64            `json:"time"`
	StartTime    int64            `json:"start_time,omitempty"`
	EndTime      int64            `json:"end_time,omitempty"`
	Count        int64            `json:"count,omitempty"`
	Message      string           `json:"message"`
	ConfidenceID int              `json:"confidence_id,omitempty"`
	Confidence   string           `json:"confidence,omitempty"`
	Score        int              `json:"confidence_score,omitempty"`
	Info         ocsfInfo         `json:"finding_info"`
	Evidences    []ocsfEvidence   `json:"evidences,omitempty"`
	Resources    []ocsfResource   `json:"resources,omitempty"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Observables  []ocsfObservable `json:"observables,omitempty"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Unmapped     map[string]any   `json:"unmapped"`
}

type ocsfInfo struct {
	UID       string       `json:"uid"`
	Title     string       `json:"title"`
	Desc      string       `json:"desc,omitempty"`
	Types     []string     `json:"types,omitempty"`
	FirstSeen int64        `json:"first_seen_time,omitempty"`
	LastSeen  int64        `json:"last_seen_time,omitempty"`
	Analytic  ocsfAnalytic `json:"analytic"`
	Attacks   []ocsfAttack `json:"attacks,omitempty"`
}

type ocsfAnalytic struct {
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	UID    string `json:"uid"`
	Name   string `json:"name"`
}

type ocsfUID struct {
	UID string `json:"uid"`
}

type ocsfAttack struct {
	Technique    ocsfUID  `json:"technique"`
	SubTechnique *ocsfUID `json:"sub_technique,omitempty"`
}

type ocsfEvidence struct {
	Source     *ocsfEndpoint   `json:"src_endpoint,omitempty"`
	Target     *ocsfEndpoint   `json:"dst_endpoint,omitempty"`
	Connection *ocsfConnection `json:"connection_info,omitempty"`
	Process    *ocsfProcess    `json:"process,omitempty"`
	Data       map[string]any  `json:"data,omitempty"`
}

type ocsfEndpoint struct {
	IP      string `json:"ip,omitempty"`
	Port    uint16 `json:"port,omitempty"`
	Service string `json:"svc_name,omitempty"`
}

type ocsfConnection struct {
	DirectionID int    `json:"direction_id"` // 0: not known
	Protocol    string `json:"protocol_name,omitempty"`
}

type ocsfProcess struct {
	PID     int       `json:"pid,omitempty"`
	Name    string    `json:"name,omitempty"`
	Path    string    `json:"path,omitempty"`
	Command string    `json:"cmd_line,omitempty"`
	User    *ocsfUser `json:"user,omitempty"`
}

type ocsfUser struct {
	Name string `json:"name"`
}

type ocsfResource struct {
	Name     string `json:"name,omitempty"`
	Type     string `json:"type"`
	IP       string `json:"ip,omitempty"`
	Hostname string `json:"hostname,omitempty"`
}

type ocsfRemediation struct {
	Desc string `json:"desc"`
}

type ocsfObservable struct {
	Name   string `json:"name"` // which attribute it is
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type ocsfMetadata struct {
	Version string      `json:"version"`
	UID     string      `json:"uid"`
	Product ocsfProduct `json:"product"`
}

type ocsfProduct struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version"`
	Lang    string `json:"lang"`
}

// ocsf are the findings and the doors that want something done, as Detection
// Findings.
func (x *Export) ocsf() []ocsfFinding {
	var all []ocsfFinding
	for _, f := range x.findings() {
		all = append(all, x.ocsfOf(f))
	}
	for _, d := range x.alarming() {
		all = append(all, x.ocsfDoor(d))
	}
	return all
}

// detection is a Detection Finding (2004) of the category Findings (2) that was
// created (1) and is new (1).
func (x *Export) detection(w portlore.Word, l level, id, message string) ocsfFinding {
	const class, activity = 2004, 1
	made, _ := time.Parse(time.RFC3339, x.Time)
	return ocsfFinding{
		ActivityID: activity, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings",
		ClassUID: class, ClassName: "Detection Finding", TypeUID: class*100 + activity, TypeName: "Detection Finding: Create",
		SeverityID: l.ocsf, Severity: l.name, StatusID: 1, Status: "New", IsAlert: w >= portlore.Check,
		Time: made.UnixMilli(), Message: message,
		Metadata: ocsfMetadata{ocsfVersion, id, ocsfProduct{"portlore", "portlore", x.Version, x.Lang.String()}},
	}
}

func (x *Export) ocsfOf(f *portlore.Finding) ocsfFinding {
	o := x.detection(f.Word, levelOf(f.Word, f.Severity), f.ID, x.message(f))
	o.Count = int64(min(f.Observations, math.MaxInt64))
	o.Score = int(math.Round(100 * f.Confidence.P))
	o.ConfidenceID, o.Confidence = ocsfConfidence(f.Confidence.P)
	if t, ok := moment(f.First); ok {
		o.StartTime = t.UnixMilli()
	}
	if t, ok := moment(f.Last); ok {
		o.EndTime = t.UnixMilli()
	}
	o.Info = ocsfInfo{
		UID: f.ID, Title: f.Title, Desc: f.Means, Types: append([]string{f.Class}, f.Also...), FirstSeen: o.StartTime, LastSeen: o.EndTime,
		Analytic: ocsfAnalytic{2, "Behavioral", f.Class, f.Class},
	}
	for _, id := range f.Attack {
		base, _, isPart := strings.Cut(id, ".")
		attack := ocsfAttack{Technique: ocsfUID{base}}
		if isPart {
			attack.SubTechnique = &ocsfUID{id}
		}
		o.Info.Attacks = append(o.Info.Attacks, attack)
	}
	o.Evidences = ocsfEvidences(f)
	for _, ip := range addressesOf(f.Targets) {
		o.Resources = append(o.Resources, ocsfResource{Type: "Host", IP: ip})
	}
	if len(f.Do) > 0 {
		o.Remediation = &ocsfRemediation{strings.Join(f.Do, " ")}
	}
	o.Unmapped = map[string]any{"word": f.Word, "role": f.Role, "unless": f.Unless, "outcome": f.Outcome, "packets": f.Packets, "sources": f.Sources}
	if !didIt(f) {
		o.Unmapped["not_attackers"] = f.Subjects
		return o
	}
	for _, ip := range addressesOf(f.Subjects) {
		o.Observables = append(o.Observables, ocsfObservable{"evidences[].src_endpoint.ip", 2, "IP Address", ip})
	}
	for _, net := range networksOf(f.Subjects) {
		o.Observables = append(o.Observables, ocsfObservable{"evidences[].data.subnet", 12, "Subnet", net})
	}
	return o
}

// ocsfEvidences are who did it, to whom: one for each subject. Of subjects that did
// nothing only what was hit is told.
func ocsfEvidences(f *portlore.Finding) []ocsfEvidence {
	var target *ocsfEndpoint
	if ip := only(addressesOf(f.Targets)); ip != "" {
		target = &ocsfEndpoint{ip, only(f.Services).Port, ""}
	}
	var connection *ocsfConnection
	if proto := only(transports(f.Services)); proto != "" {
		connection = &ocsfConnection{0, proto}
	}
	places := map[string]any{"evidence": f.Evidence}
	if !didIt(f) {
		return []ocsfEvidence{{Target: target, Connection: connection, Data: places}}
	}
	var all []ocsfEvidence
	for _, ip := range addressesOf(f.Subjects) {
		all = append(all, ocsfEvidence{Source: &ocsfEndpoint{IP: ip}, Target: target, Connection: connection})
	}
	for _, net := range networksOf(f.Subjects) {
		all = append(all, ocsfEvidence{Target: target, Connection: connection, Data: map[string]any{"subnet": net}})
	}
	return append(all, ocsfEvidence{Data: places})
}

// ocsfConfidence is a probability in three steps.
func ocsfConfidence(p float64) (id int, name string) {
	switch {
	case p >= 0.8:
		return 3, "High"
	case p >= 0.5:
		return 2, "Medium"
	case p > 0:
		return 1, "Low"
	}
	return 0, ""
}

func (x *Export) ocsfDoor(d *portlore.Door) ocsfFinding {
	id := doorID(x.Host, d)
	o := x.detection(d.Word, doorLevel(d.Word), id, d.Word.String()+": "+doorTitle(d))
	o.Info = ocsfInfo{UID: id, Title: doorTitle(d), Desc: d.Means, Types: []string{"open port"}, Analytic: ocsfAnalytic{1, "Rule", doorRule(d), doorRule(d)}}
	ip := only(addressesOf([]string{d.Address}))
	e := ocsfEvidence{Target: &ocsfEndpoint{ip, d.Port, proven(d)}, Connection: &ocsfConnection{0, d.Proto}}
	if p := d.Process; p.Name != "" || p.PID != 0 {
		e.Process = &ocsfProcess{PID: p.PID, Name: p.Name, Path: p.Exe, Command: p.Command}
		if p.User != "" {
			e.Process.User = &ocsfUser{p.User}
		}
	}
	if len(d.Checks) > 0 || d.Service.Banner != "" {
		e.Data = map[string]any{"checks": d.Checks, "banner": d.Service.Banner}
	}
	o.Evidences = []ocsfEvidence{e}
	resource := ocsfResource{Name: x.Host, Type: "Host", Hostname: x.Host}
	if d.Answered {
		resource.IP = ip
	}
	if resource.Name == "" {
		resource.Name = d.Address
	}
	o.Resources = []ocsfResource{resource}
	if len(d.Do) > 0 {
		o.Remediation = &ocsfRemediation{strings.Join(d.Do, " ")}
	}
	o.Unmapped = map[string]any{"word": d.Word, "reach": d.Reach, "state": d.State, "proof": d.Service.Proof}
	return o
}

// doorID is the same for the same door of the same machine, from run to run.
func doorID(host string, d *portlore.Door) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%d", host, d.Netns, d.Address, d.Proto, d.Port))
	return hex.EncodeToString(sum[:8])
}

// doorTitle says in one line which door it is, and why it is told of.
func doorTitle(d *portlore.Door) string {
	return strings.TrimSpace(fmt.Sprintf("%d/%s %s", d.Port, d.Proto, cmp.Or(d.Process.Name, proven(d)))) + ": " + d.Why
}

// doorRule names the check that gave a door its word: door.redis; door where none
// did.
func doorRule(d *portlore.Door) string {
	for _, c := range d.Checks {
		if c.Word == d.Word {
			return "door." + c.ID
		}
	}
	return "door"
}

// proven is the name of a service that answered or whose program is known. What
// only a number suggests is no name.
func proven(d *portlore.Door) string {
	if d.Service.Proof == "answer" || d.Service.Proof == "process" {
		return d.Service.Name
	}
	return ""
}

// message is a finding in one line: the word, the title, who is seen, what was
// counted.
func (x *Export) message(f *portlore.Finding) string {
	p := explainPage{r: x.Report, ExplainStyle: ExplainStyle{Lang: x.Lang, Base: x.Base}}
	parts := append([]string{f.Word.String() + ": " + f.Title}, p.factsOf(f)...)
	return strings.Join(parts, "; ")
}
