package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// An attribute of a published schema: of which type it is, whether it must be
// there whenever its object is, and which values it may have (none: any).
type attribute struct {
	kind     string
	required bool
	values   []any
}

// ocsfAttributes are those attributes of the class Detection Finding that portlore
// writes, as OCSF 1.5.0 has them: types, requirements and enumerations of
// schema.ocsf.io/1.5.0/classes/detection_finding and of the objects finding_info,
// analytic, attack, technique, sub_technique, evidences, network_endpoint,
// network_connection_info, process, user, resource_details, remediation, observable,
// metadata and product.
func ocsfAttributes() map[string]attribute {
	text, must := attribute{kind: "text"}, attribute{kind: "text", required: true}
	whole := attribute{kind: "integer"}
	ms := attribute{kind: "milliseconds"}
	one := func(v any) attribute { return attribute{"integer", true, []any{v}} }
	enum := func(required bool, v ...any) attribute { return attribute{"integer", required, v} }
	return map[string]attribute{
		"activity_id": enum(true, 0, 1, 2, 3, 99), "activity_name": text, "category_uid": one(2), "category_name": text,
		"class_uid": one(2004), "class_name": text, "type_uid": one(200401), "type_name": text,
		"severity_id": enum(true, 0, 1, 2, 3, 4, 5, 6, 99), "severity": {"text", false, []any{"Unknown", "Informational", "Low", "Medium", "High", "Critical", "Fatal"}},
		"status_id": enum(false, 0, 1, 2, 3, 4, 5, 99), "status": {"text", false, []any{"New"}}, "is_alert": {kind: "boolean"},
		"time": {kind: "milliseconds", required: true}, "start_time": ms, "end_time": ms, "count": whole, "message": text,
		"confidence_id": enum(false, 0, 1, 2, 3, 99), "confidence": {"text", false, []any{"Low", "Medium", "High"}}, "confidence_score": whole,

		"finding_info.uid": must, "finding_info.title": text, "finding_info.desc": text, "finding_info.types[]": text,
		"finding_info.first_seen_time": ms, "finding_info.last_seen_time": ms,
		"finding_info.analytic.type_id": enum(true, 0, 1, 2, 3, 4, 5, 99), "finding_info.analytic.type": text, "finding_info.analytic.uid": text, "finding_info.analytic.name": text,
		"finding_info.attacks[].technique.uid": text, "finding_info.attacks[].sub_technique.uid": text,

		"evidences[].src_endpoint.ip": {kind: "ip"}, "evidences[].dst_endpoint.ip": {kind: "ip"}, "evidences[].dst_endpoint.port": {kind: "port"}, "evidences[].dst_endpoint.svc_name": text,
		"evidences[].connection_info.direction_id": enum(true, 0, 1, 2, 3, 99), "evidences[].connection_info.protocol_name": {"text", false, []any{"tcp", "udp", "sctp"}},
		"evidences[].process.pid": whole, "evidences[].process.name": text, "evidences[].process.path": text, "evidences[].process.cmd_line": text, "evidences[].process.user.name": text,

		"resources[].name": text, "resources[].type": text, "resources[].ip": {kind: "ip"}, "resources[].hostname": text,
		"remediation.desc":   must,
		"observables[].name": text, "observables[].type_id": enum(true, 2, 12), "observables[].type": {"text", false, []any{"IP Address", "Subnet"}}, "observables[].value": text,
		"metadata.version": {"text", true, []any{"1.5.0"}}, "metadata.uid": text,
		"metadata.product.name": text, "metadata.product.vendor_name": text, "metadata.product.version": text, "metadata.product.lang": {"text", false, []any{"en", "zh"}},
	}
}

// ecsFields are the fields of ECS 9.4 that portlore writes, with their types (the
// field reference at elastic.co/docs/reference/ecs, and generated/csv/fields.csv of
// elastic/ecs). "[]" marks those that ECS normalises to arrays.
func ecsFields() map[string]attribute {
	text, must, ip := attribute{kind: "text"}, attribute{kind: "text", required: true}, attribute{kind: "ip"}
	date, whole, port := attribute{kind: "date"}, attribute{kind: "integer"}, attribute{kind: "port"}
	return map[string]attribute{
		"@timestamp": {kind: "date", required: true}, "ecs.version": {"text", true, []any{"9.4.0"}}, "message": must,
		"event.kind":       {"text", true, []any{"alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"}},
		"event.category[]": {"text", true, []any{"intrusion_detection", "network", "vulnerability"}}, "event.type[]": {"text", true, []any{"allowed", "denied", "info"}},
		"event.id": must, "event.module": must, "event.dataset": {"text", true, []any{"portlore.explain", "portlore.listen", "portlore.scan"}},
		"event.severity": {kind: "integer", required: true}, "event.created": date, "event.start": date, "event.end": date,
		"rule.id": must, "rule.name": text, "rule.category": text, "rule.description": text, "rule.ruleset": text, "rule.version": text,
		"threat.framework": text, "threat.technique.id[]": text, "threat.technique.subtechnique.id[]": text,
		"source.address": text, "source.ip": ip, "source.packets": whole,
		"destination.address": text, "destination.ip": ip, "destination.port": port,
		"server.address": text, "server.ip": ip, "server.port": port,
		"network.transport": {"text", false, []any{"tcp", "udp", "sctp"}}, "network.packets": whole,
		"host.name": text, "process.pid": whole, "process.name": text, "process.executable": text, "process.command_line": text, "user.name": text,
		"service.name": text, "service.version": text, "related.ip[]": ip,
		"observer.vendor": text, "observer.product": text, "observer.version": text,
	}
}

// event.type values that ECS allows for each category.
func ecsTypes() map[string][]string {
	return map[string][]string{
		"intrusion_detection": {"allowed", "denied", "info"},
		"network":             {"access", "allowed", "connection", "denied", "end", "info", "protocol", "start"},
		"vulnerability":       {"info"},
	}
}

// Every attribute that is written is one of the schema, of its type, with one of its
// values; and what is required is there.
func TestOCSF(t *testing.T) {
	x := exported()
	x.Report.Findings[0].First = "1970-01-01T00:00:12Z" // since boot: no date
	checkFields(t, x, "ocsf", ocsfAttributes(), "unmapped", "evidences[].data")
	for line := range strings.Lines(exportAs(t, x, "ocsf")) {
		var doc ocsfFinding
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.TypeUID != doc.ClassUID*100+doc.ActivityID || doc.Metadata.UID != doc.Info.UID {
			t.Errorf("%+v", doc)
		}
		for _, e := range doc.Evidences { // at_least_one of the object evidences
			if e.Source == nil && e.Target == nil && e.Connection == nil && e.Process == nil && e.Data == nil {
				t.Errorf("evidence of nothing: %s", line)
			}
		}
	}
	if x.ocsf()[0].StartTime != 0 || x.ocsf()[1].StartTime == 0 {
		t.Error("a time since boot is no date, and a date is one")
	}
}

func TestECS(t *testing.T) {
	x := exported()
	checkFields(t, x, "ecs", ecsFields(), "portlore")
	for _, e := range x.ecs() {
		for _, category := range e.Event.Category {
			for _, kind := range e.Event.Type {
				if !slices.Contains(ecsTypes()[category], kind) {
					t.Errorf("event.type %s does not go with event.category %s", kind, category)
				}
			}
		}
		if e.Portlore.Role == portlore.Victim.String() && slices.Contains(e.Event.Category, "intrusion_detection") {
			t.Error("a victim intrudes")
		}
	}
}

func checkFields(t *testing.T, x *Export, format string, fields map[string]attribute, own ...string) {
	t.Helper()
	used := map[string]bool{}
	for line := range strings.Lines(exportAs(t, x, format)) {
		here := map[string]bool{}
		for _, l := range leavesOf(t, line) {
			if slices.ContainsFunc(own, func(p string) bool { return strings.HasPrefix(l.path, p+".") || strings.HasPrefix(l.path, p+"[") }) {
				continue
			}
			here[l.path], used[l.path] = true, true
			a, known := fields[l.path]
			switch {
			case !known:
				t.Errorf("%s: no such attribute: %s", format, l.path)
			case !isType(l.value, a.kind):
				t.Errorf("%s: %s = %v: not of type %s", format, l.path, l.value, a.kind)
			case len(a.values) > 0 && !slices.ContainsFunc(a.values, func(v any) bool { return fmt.Sprint(v) == fmt.Sprint(l.value) }):
				t.Errorf("%s: %s = %v: want one of %v", format, l.path, l.value, a.values)
			}
		}
		for name, a := range fields {
			object := name[:strings.LastIndexByte(name, '.')+1]
			isThere := object == "" || slices.ContainsFunc(keys(here), func(p string) bool { return strings.HasPrefix(p, object) })
			if a.required && isThere && !here[name] {
				t.Errorf("%s: lacks %s: %s", format, name, line)
			}
		}
	}
	for name := range fields {
		if !used[name] {
			t.Errorf("%s: the test never sees %s", format, name)
		}
	}
}

func keys(m map[string]bool) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	return all
}
