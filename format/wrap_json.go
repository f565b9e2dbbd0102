package format

import (
	"bytes"
	"cmp"
)

// An object is what is known of a JSON object that may be a wrapping. Its
// members are of a closed list: what carries lines writes these and no others,
// or betrays itself by some of them.
type object struct {
	as      wrapping
	message []byte // as it is written
	at      int    // of message
	rank    int    // of the name that it stands under
	nested  bool   // the message is an object itself

	time, program         []byte
	timeRank, programRank int

	container bool // the program is a container: nobody knows what runs in it
	sure      bool // no other object has such a member
	words     bool // members in which a program tells of itself
	record    bool // the object itself is a record of a sensor
	foreign   bool // a member that is not of the list
}

// object takes the line out of a JSON object that begins at an offset in the
// text of l. It tells whether the object is a wrapping; of one that is not, l.json
// says so.
func (l *line) object(at int) bool {
	text := l.text[at:]
	var o object
	whole := eachMember(text, func(key, value []byte, at int) { o.member(key, value, at) })
	if !o.isWrapping() || l.wrap().depth == mostLayers {
		l.json = skipSpace(text, 1) < len(text) && text[skipSpace(text, 1)] == '"'
		return false
	}
	if !whole && l.around.cut.why == "" {
		l.around.cut = fault{at: l.base + len(l.text), field: "} of the JSON object", why: isMissing}
	}
	if when := l.clock.value(inner(o.time)); when.size > 0 {
		l.when = when
	}
	if isRelay(l.program) {
		l.program = nil
	}
	at += o.at
	message := o.message
	if !o.nested {
		if message[0] == '"' {
			at++
		}
		message = bytes.TrimRight(l.decode(message), "\r\n")
		switch {
		case o.container || len(l.program) > 0:
		case o.rank >= 6: // the whole line, with a head of its own
			l.around.program = inner(o.program)
		default:
			message = l.named(inner(o.program), message)
		}
	}
	l.into(message, at, cmp.Or(o.as, wrapShipper))
	return true
}

// named notes the program that a wrapping names. Devices that name none have the
// beginning of their message there; it is put back.
func (l *line) named(program, message []byte) []byte {
	program = bytes.TrimSuffix(program, []byte(":"))
	if len(program) == 0 || isRelay(program) {
		return message
	}
	if bytes.ContainsAny(program, "%,=") || program[0] == '[' {
		if bytes.HasPrefix(message, program) {
			return message
		}
		b := append(l.around.decoded[mostLayers][:0], program...)
		if program[0] == '%' {
			b = append(b, ':')
		}
		b = append(append(b, ' '), bytes.TrimLeft(message, " ")...)
		l.around.decoded[mostLayers] = b
		return b
	}
	if i := bytes.IndexByte(program, '['); i > 0 {
		program = program[:i]
	}
	l.program = program
	if string(program) == "kernel" {
		l.program = kernelName
	}
	return message
}

// isWrapping says that the object is no more than what is around a line.
func (o *object) isWrapping() bool {
	named := len(o.program) > 0 || o.container
	switch {
	case len(o.message) == 0:
		return false
	case o.record && o.rank < 8:
		return len(o.message) > 1 && o.message[1] == '{' // the record as it came
	case o.words && o.rank < 8 && !named:
		return false
	}
	return o.sure || named || !o.foreign
}

// member takes in a member of the object.
func (o *object) member(key, value []byte, at int) {
	switch string(key) {
	case "_source", "result": // a hit of Elasticsearch, a result of Splunk
		if value[0] == '{' {
			o.said(value, at, 9)
			o.nested = o.rank == 9
		}
	case "_index", "_id":
		o.is(wrapElastic)
	case "preview":
		o.is(wrapSplunk)
	case "_raw":
		o.is(wrapSplunk)
		o.text(value, at, 8)
	case "event", "fields": // the "original" of ECS; fields of a hit are arrays
		if value[0] == '{' {
			o.ecs(value, at)
		}
	case "event.original", "rawmsg", "raw_message", "RAWMSG":
		o.text(value, at, 8)
	case "full_message":
		o.text(value, at, 6)
	case "short_message":
		o.is(wrapGELF)
		o.text(value, at, 2)
	case "MESSAGE":
		o.is(wrapJournal)
		o.said(value, at, 5)
	case "log":
		if value[0] == '"' {
			o.text(value, at, 4)
		}
	case "stream":
		if string(value) == `"stdout"` || string(value) == `"stderr"` {
			o.is(wrapDocker)
		}
	case "line":
		o.text(value, at, 4)
	case "labels", "kubernetes", "docker":
		if value[0] == '{' && string(key) == "labels" {
			o.as = max(o.as, wrapLoki)
		}
		o.sure = o.sure || string(key) != "labels"
	case "@message", "textPayload", "SyslogMessage":
		o.is(wrapCloud)
		o.text(value, at, 3)
	case "ingestionTime", "logStreamName", "logGroup", "@ptr", "@logStream", "insertId", "logName":
		o.is(wrapCloud)
	case "message", "msg":
		o.text(value, at, 3)
	case "@version", "agent", "ecs", "beat", "prospector", "data_stream", "source_type":
		o.sure = true

	case "_SOURCE_REALTIME_TIMESTAMP":
		o.when(value, 5)
	case "__REALTIME_TIMESTAMP":
		o.is(wrapJournal)
		o.when(value, 4)
	case "timereported", "UNIXTIME", "ISODATE", "S_ISODATE", "generated_at":
		o.as = max(o.as, wrapSyslogJSON)
		o.when(value, 4)
	case "time", "timestamp", "_time", "@timestamp", "date", "DATE", "EventTime", "eventTime", "ts":
		o.when(value, 3)
	case "R_ISODATE", "timegenerated", "TimeGenerated", "receiveTimestamp", "received_at", "observed_timestamp":
		o.when(value, 2)

	case "_TRANSPORT":
		if string(value) == `"kernel"` {
			o.by(inner(value), 9)
		}
	case "PROGRAM", "programname":
		if o.as == wrapNone || o.as == wrapJournal {
			o.as = wrapSyslogJSON
		}
		o.by(value, 5)
	case "SYSLOG_IDENTIFIER", "program", "appname", "app_name", "app-name", "application_name", "_application_name", "ident", "ProcessName", "process.name":
		o.by(value, 4)
	case "_COMM":
		o.by(value, 2)
	case "syslogtag", "syslog-tag", "syslog_tag":
		o.by(value, 3)
	case "process":
		if value[0] == '{' {
			eachMember(value, func(key, value []byte, _ int) {
				if string(key) == "name" {
					o.by(value, 3)
				}
			})
		} else {
			o.by(value, 3)
		}
	case "CONTAINER_ID", "CONTAINER_NAME", "CONTAINER_ID_FULL", "_container_id", "_container_name", "container_id", "container_name":
		o.container = true

	case "level", "lvl", "loglevel", "levelname":
		o.words = o.words || value[0] == '"' && len(value) > 2 && !isNumber(inner(value))
	case "log.level", "log.logger", "logger", "logger_name", "caller", "thread", "thread_name", "stack_trace", "stacktrace", "exc_info", "exception", "error", "err", "req", "res", "request", "response", "body", "method", "url", "uri", "status", "trace_id", "span_id":
		o.words = true
	case "eventid", "event_type", "id.orig_h", "src_ip", "srcip", "signature", "rule", "note":
		o.record = true

	case "version":
		o.foreign = o.foreign || len(value) > 5 // of GELF "1.1", of syslog 1
	case "host", "hostname", "HOST", "HOST_FROM", "SOURCEIP", "fromhost", "fromhost-ip", "source", "source_ip", "source_name", "sourcetype", "index", "path", "file", "filename", "offset", "lastrow",
		"facility", "severity", "priority", "pri", "FACILITY", "PRIORITY", "LEVEL", "PRI", "TAG", "TAGS", "tag", "tags", "_tag", "type", "input", "input_type", "container", "container_source", "image", "cloud", "service", "attrs",
		"procid", "procID", "proc_id", "PID", "pid", "msgid", "msg_id", "MSGID", "structured-data", "structured_data", "SDATA", "uuid", "inputname", "protocol-version", "severity_label", "facility_label", "severity_text", "facility_text",
		"id", "eventId", "partition", "partitionTime", "sort", "highlight", "ignored_field_values", "kafka", "metadata", "@metadata", "syslog", "resource", "receiver", "sequence", "sec", "usec", "parsed", "user", "time_nano", "log.file.path", "host.name", "app", "_p", "logtag", "orig_host",
		"LEGACY_MSGHDR", "SEQNUM", "STAMP", "_score", "_type", "_version", "_seq_no", "_primary_term":
	default:
		o.foreign = o.foreign || len(key) == 0 || key[0] != '_' && (key[0] < 'A' || key[0] > 'Z' || o.as != wrapJournal)
	}
}

// is notes a member that says which wrapping it is.
func (o *object) is(w wrapping) {
	if !o.sure || o.as == wrapNone {
		o.as = w
	}
	o.sure = true
}

// said takes a message, of which the one with the highest rank counts.
func (o *object) said(value []byte, at, rank int) {
	if rank > o.rank && len(value) > 0 {
		o.message, o.at, o.rank = value, at, rank
	}
}

// text takes a message that is a string and not empty.
func (o *object) text(value []byte, at, rank int) {
	switch {
	case len(value) == 0 || value[0] != '"':
		o.foreign = o.foreign || rank != 4
	case len(value) > 2:
		o.said(value, at, rank)
	}
}

func (o *object) when(value []byte, rank int) {
	if rank > o.timeRank && len(value) > 0 && value[0] != '{' && value[0] != '[' {
		o.time, o.timeRank = value, rank
	}
}

func (o *object) by(value []byte, rank int) {
	if rank > o.programRank && len(inner(value)) > 0 && string(value) != "null" && string(value) != `"-"` {
		o.program, o.programRank = value, rank
	}
}

// ecs takes a message out of event: {"original": …}, or out of the fields of a
// hit, where each is an array.
func (o *object) ecs(b []byte, at int) {
	eachMember(b, func(key, value []byte, inside int) {
		inside += at
		if value[0] == '[' && len(value) > 2 {
			value = value[1:valueEnd(value, 1)]
			inside++
		}
		switch string(key) {
		case "original", "event.original":
			o.text(value, inside, 8)
		case "message":
			o.text(value, inside, 3)
		case "@timestamp":
			o.when(value, 3)
		}
	})
}
