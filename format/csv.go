package format

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// A table with a header, as programs export it, of which nobody said which program:
// columns between commas, semicolons or tabs, known by the names that are usual.
//
//	Time,Source IP,Source Port,Destination IP,Destination Port,Protocol,Action
//	2026-11-23 15:02:16,198.51.100.9,40001,203.0.113.10,22,TCP,Deny
//
// Upper and lower case, blanks and punctuation in names are one. There must be a
// column for the source and one for the destination. Columns may also be named by
// the reader, by name or by number from 1; by number there need not be a header.
var csv = &Format{
	Name:   "csv",
	Doc:    "a table with a header: comma, semicolon or tab; unknown columns by --map",
	Spec:   "RFC 4180; the header of each file",
	read:   readCSV,
	header: csvHeader,
}

// csvDate is a date of which the time stands in the next column.
const csvDate = fieldFirst

// csvNames are the usual names of columns, folded.
var csvNames = []struct {
	field field
	names []string
}{
	{fieldSrc, []string{
		"src", "srcip", "srcaddr", "srcaddress", "srcipaddr", "srcipaddress", "srcipv4", "source", "sourceip", "sourceaddr", "sourceaddress",
		"sourceipaddress", "sourceipaddr", "sourceipv4address", "sourceipv4", "ipsrc", "idorigh", "origh", "origin", "initiatorip", "attackerip", "attackeraddress",
		"clientaddr", "srcips", "pktsrcaddr", "connectionsrcip", "networksrcip", "srchost", "srcipv6", "sourceipv6", "sourceipv6address",
		"源地址", "源ip", "源ip地址", "来源ip", "来源地址",
	}},
	{fieldDst, []string{
		"dst", "dstip", "dstaddr", "dstaddress", "dstipaddr", "dstipaddress", "dstipv4", "dest", "destip", "destaddr", "destaddress", "destipaddress",
		"destination", "destinationip", "destinationaddr", "destinationaddress", "destinationipaddress", "destinationipaddr", "destinationipv4address",
		"destinationipv4", "ipdst", "idresph", "resph", "responderip", "targetip", "targetaddress", "serveraddr", "destips", "dstips", "pktdstaddr",
		"connectiondestip", "networkdstip", "dsthost", "dstipv6", "destipv6", "destinationipv6", "destinationipv6address",
		"目的地址", "目的ip", "目的ip地址", "目标地址", "目标ip", "目标ip地址",
	}},
	{fieldSrcPort, []string{
		"srcport", "sport", "sourceport", "srcpt", "spt", "idorigp", "origp", "sourcetransportport", "initiatorport", "srcports", "l4srcport", "clientport",
		"tcpsrcport", "udpsrcport", "connectionsrcport", "attackerport", "sourceportnumber", "源端口", "来源端口",
	}},
	{fieldDstPort, []string{
		"dstport", "dport", "destport", "destinationport", "dstpt", "dpt", "idrespp", "respp", "destinationtransportport", "responderport", "destports", "dstports",
		"l4dstport", "targetport", "serverport", "tcpdstport", "udpdstport", "connectiondestport", "destinationportnumber", "目的端口", "目标端口",
	}},
	{fieldProto, []string{
		"proto", "protocol", "ipproto", "ipprotocol", "protocolid", "protocolnumber", "protocolidentifier", "protocolname", "l4proto", "l4protocol", "transport",
		"transportprotocol", "networktransport", "connectionprotocol", "protocols", "协议", "协议类型", "传输协议",
	}},
	{fieldAction, []string{
		"action", "actions", "verdict", "disposition", "decision", "policyaction", "firewallaction", "ruleaction", "eventaction", "actiontaken", "flowstatus", "flowstatuss",
		"deviceaction", "动作", "处理动作", "策略动作", "处置动作",
	}},
	{fieldTime, []string{
		"time", "timestamp", "datetime", "ts", "start", "starttime", "flowstart", "flowstarttime", "flowstarttimet", "firstseen", "first", "eventtime", "logtime", "stime",
		"receivetime", "receivetimestamp", "generatedtime", "timegenerated", "createdat", "dateandtime", "时间", "日志时间", "开始时间", "发生时间",
	}},
	{csvDate, []string{"date", "日期"}},
	{fieldPackets, []string{
		"packets", "pkts", "numpackets", "packetcount", "packetdeltacount", "packetssent", "sentpackets", "sentpkt", "sentpkts", "spkts", "packetssrctodst", "packetssrctodest",
		"totfwdpkts", "totalfwdpackets", "inpkts", "origpkts", "connectionpackets", "包数", "报文数",
	}},
	{fieldBytes, []string{
		"bytes", "octets", "octetdeltacount", "numbytes", "bytecount", "bytessent", "sentbytes", "sentbyte", "sbytes", "bytessrctodst", "bytessrctodest", "totlenfwdpkts",
		"totallengthoffwdpackets", "inbytes", "origbytes", "字节数",
	}},
	{fieldPacketsBack, []string{
		"packetsreceived", "receivedpackets", "rcvdpkt", "rcvdpkts", "dpkts", "packetsdsttosrc", "packetsdesttosrc", "totbwdpkts", "totalbackwardpackets", "outpkts", "resppkts",
	}},
	{fieldBytesBack, []string{
		"bytesreceived", "receivedbytes", "rcvdbyte", "rcvdbytes", "dbytes", "bytesdsttosrc", "bytesdesttosrc", "totlenbwdpkts", "totallengthofbwdpackets", "outbytes", "respbytes",
	}},
	{fieldFlags, []string{"tcpflags", "flags", "tcpflag", "tcpcontrolbits"}},
	{fieldInIf, []string{"inif", "iniface", "ininterface", "srcintf", "sourceinterface", "ingressinterface", "inboundinterface", "入接口"}},
	{fieldOutIf, []string{"outif", "outiface", "outinterface", "dstintf", "destinationinterface", "egressinterface", "outboundinterface", "出接口"}},
	{fieldICMPType, []string{"icmptype"}},
	{fieldICMPCode, []string{"icmpcode"}},
	{fieldTTL, []string{"ttl", "ipttl"}},
	{fieldLength, []string{"length", "len", "packetlength", "packetlen", "iplen"}},
	{fieldLabel, []string{"rule", "rulename", "ruleid", "policy", "policyname", "policyid", "aclrule", "nsgrule", "规则", "规则名称", "策略名称"}},
}

// columnKeys are what a reader may call a column that he names.
var columnKeys = []struct {
	key   string
	field field
}{
	{"src", fieldSrc},
	{"dst", fieldDst},
	{"sport", fieldSrcPort},
	{"dport", fieldDstPort},
	{"proto", fieldProto},
	{"action", fieldAction},
	{"time", fieldTime},
	{"packets", fieldPackets},
	{"bytes", fieldBytes},
	{"flags", fieldFlags},
	{"in", fieldInIf},
	{"out", fieldOutIf},
	{"rule", fieldLabel},
}

// ColumnKeys are the keys that Options.Columns may have.
func ColumnKeys() (keys []string) {
	for _, k := range columnKeys {
		keys = append(keys, k.key)
	}
	return keys
}

// unknownColumns says of a table of which nothing was understood that it lacks what
// the reader named, and what it has. False: it lacks nothing.
func unknownColumns(head []byte, o Options) (portlore.Text, bool) {
	if len(o.Columns) == 0 {
		return portlore.Text{}, false
	}
	text, _, _ := bytes.Cut(head, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	y, names := csvColumns(text)
	missing, _ := y.mapped(o, names)
	if missing == "" {
		return portlore.Text{}, false
	}
	const shown = 200
	var have []byte
	for c := (cells{layout: &y, text: bytes.TrimPrefix(text, []byte("\ufeff"))}); c.next() && len(have) < shown; {
		if len(have) > 0 {
			have = append(have, ", "...)
		}
		have = append(have, c.value[:min(len(c.value), shown)]...)
	}
	return portlore.Text{
		EN: fmt.Sprintf("a table without the column %q that --map names; its first line has %d: %s", missing, len(names), have),
		ZH: fmt.Sprintf("一张没有 --map 所指列 %q 的表；首行有 %d 列：%s", missing, len(names), have),
	}, true
}

// MaxColumns is how many columns of a table are looked at.
const MaxColumns = maxColumns

// csvHeader reads the names of columns.
func csvHeader(text []byte, o Options) (layout, bool) {
	if bytes.HasPrefix(text, []byte("{")) || bytes.IndexByte(text, '=') >= 0 {
		return layout{}, false // names with their values: a record
	}
	if word := wordAt(text, 0); len(word) > 1 && word[0] == '#' && !bytes.ContainsAny(word, "\t,;|") || bytes.HasPrefix(text, []byte("#fields\t")) {
		return layout{}, false // "#Version:" and the like
	}
	if len(o.Columns) == 0 && holdsAddress(text) {
		return layout{}, false // no name of a column
	}
	y, names := csvColumns(text)
	if len(names) < 2 && len(o.Columns) == 0 {
		return layout{}, false
	}
	known := 0
	for i, name := range names {
		if y.fields[i] = csvField(name); y.fields[i] != fieldOther {
			known++
		}
	}
	if y.sep == ' ' && 2*known < len(names) && len(o.Columns) == 0 {
		return layout{}, false // a sentence
	}
	y.n = len(names)
	if i := slices.Index(names, "port"); i >= 0 && !y.has(fieldDstPort) { // nobody's in particular
		y.fields[i] = fieldDstPort
	}
	y.doubles()
	missing, numbered := y.mapped(o, names)
	if missing != "" || !y.has(fieldSrc) || !y.has(fieldDst) {
		return layout{}, false
	}
	if numbered && y.holds(text) { // it is no header, but the first record
		return layout{}, false
	}
	if slices.Contains(names, "info") && slices.Contains(names, "no") {
		return layout{}, false // packets in words, of Wireshark
	}
	return y, true
}

// holdsAddress tells whether a word of a line is an address.
func holdsAddress(text []byte) bool {
	for p := 0; p < len(text); {
		p = skipBlanks(text, p)
		word := wordAt(text, p)
		p += len(word)
		if _, ok := addr.Parse(bytes.Trim(word, `,;|"`)); ok {
			return true
		}
	}
	return false
}

// csvColumns tells what separates the columns of a header, and their names, folded.
func csvColumns(text []byte) (y layout, names []string) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = bytes.TrimLeft(text, "# ")
	y = layout{sep: separator(text), n: maxColumns}
	for c := (cells{layout: &y, text: text}); c.next(); {
		names = append(names, fold(c.value))
	}
	return y, names
}

// separator is what separates the columns of a table: what its first line has most
// of; where it has none, blanks.
func separator(text []byte) byte {
	sep, most := byte(' '), 0
	for _, c := range []byte("\t,;|") {
		if n := bytes.Count(text, []byte{c}); n > most {
			sep, most = c, n
		}
	}
	return sep
}

// fold makes one name of those that differ in case and punctuation only. The path
// of a member, as in "jsonPayload.connection.src_ip", and the index that Splunk
// prints are left out.
func fold(name []byte) string {
	name = bytes.TrimPrefix(bytes.TrimSpace(name), []byte("\ufeff"))
	for _, prefix := range []string{"jsonPayload.", "jsonPayload_", "network.", "event."} {
		name = bytes.TrimPrefix(name, []byte(prefix))
	}
	out := make([]byte, 0, len(name))
	for _, c := range bytes.ToLower(name) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= 0x80 {
			out = append(out, c)
		}
	}
	return string(out)
}

func csvField(name string) field {
	for _, n := range csvNames {
		if slices.Contains(n.names, name) {
			return n.field
		}
	}
	return fieldOther
}

// doubles keeps one column of each field, the first. A date goes with the time that
// follows it.
func (y *layout) doubles() {
	var seen [csvDate + 1]bool
	for i, f := range y.fields[:y.n] {
		if f == csvDate && (i+1 == y.n || y.fields[i+1] != fieldTime) {
			f = fieldTime // alone it is all there is
		}
		if seen[f] {
			f = fieldOther
		}
		y.fields[i], seen[f] = f, true
	}
}

// mapped lets the columns count that the reader named. Missing is the first that
// the header does not have; numbered says that some were given as numbers.
func (y *layout) mapped(o Options, names []string) (missing string, numbered bool) {
	for _, k := range columnKeys {
		column, ok := o.Columns[k.key]
		if !ok {
			continue
		}
		at := slices.Index(names, fold([]byte(column)))
		if at < 0 || fold([]byte(column)) == "" {
			n, err := strconv.Atoi(column)
			if err != nil || n < 1 || n > len(names) {
				missing = cmp.Or(missing, column)
				continue
			}
			at, numbered = n-1, true
		}
		for i := range y.n {
			if y.fields[i] == k.field {
				y.fields[i] = fieldOther
			}
		}
		y.fields[at] = k.field
	}
	return missing, numbered
}

// holds says that a line has addresses where the layout says so.
func (y *layout) holds(text []byte) bool {
	ok := false
	for c := (cells{layout: y, text: text}); c.next(); {
		if c.field == fieldSrc || c.field == fieldDst {
			if _, _, ok = endpoint(bytes.TrimSpace(c.value), ':'); !ok {
				return false
			}
		}
	}
	return ok
}

// csvWithoutHeader is the layout of a table whose columns the reader numbered and
// whose first line is a record. False: there is none.
func csvWithoutHeader(text []byte, o Options) (layout, bool) {
	if len(o.Columns) == 0 {
		return layout{}, false
	}
	y, names := csvColumns(text)
	y.of, y.n = csv, len(names)
	missing, numbered := y.mapped(o, make([]string, len(names)))
	return y, numbered && missing == "" && y.has(fieldSrc) && y.has(fieldDst) && y.holds(text)
}

func readCSV(l *line, ob *portlore.Observation) outcome {
	y := l.layout
	if y == nil || len(l.text) == 0 || l.text[0] == '#' {
		return other
	}
	l.message, l.column = l.text, 1
	l.when, l.bad = stamp{}, fault{}
	r := l.build(ob)
	c := cells{layout: y, text: l.text}
	var src, dst, date, flags csvCell
	for c.next() {
		cell := csvCell{bytes.TrimSpace(c.value), c.at}
		switch c.field {
		case fieldOther:
		case fieldSrc:
			src = cell
		case fieldDst:
			dst = cell
		case csvDate:
			date = cell
		case fieldTime:
			l.csvTime(date, cell)
		case fieldProto:
			ob.Proto, r.saysProtocol = protoOf(cell.value)
		case fieldAction:
			ob.Verdict = csvVerdict(cell.value)
		case fieldFlags:
			flags = cell
		case fieldPackets, fieldBytes, fieldPacketsBack, fieldBytesBack:
			r.put(c.field, bytes.TrimSuffix(cell.value, []byte(".0")), cell.at, csvName(c.field))
		default:
			r.put(c.field, cell.value, cell.at, csvName(c.field))
		}
	}
	if c.i < 2 || src.value == nil {
		return other // an empty line, a remark
	}
	srcPort, dstPort, wrong := int32(-1), int32(-1), 0
	end := func(cell csvCell, f field) {
		a, port, ok := endpoint(cell.value, ':')
		if f == fieldSrc {
			ob.Src, srcPort = a, port
		} else {
			ob.Dst, dstPort = a, port
		}
		if !ok {
			wrong++
			if r.fault.why == "" {
				r.fault = fault{at: cell.at, field: csvName(f), value: cell.value, why: notAnAddress}
			}
		}
	}
	end(src, fieldSrc)
	if dst.value == nil {
		if wrong > 0 {
			return other
		}
		return l.fails(fault{at: len(l.text), field: "destination address", why: isMissing})
	}
	end(dst, fieldDst)
	switch {
	case wrong == 2, empty(src.value), empty(dst.value): // not about two hosts
		*ob = portlore.Observation{}
		return other
	}
	if r.src < 0 {
		r.src = int64(srcPort)
	}
	if r.dst < 0 {
		r.dst = int64(dstPort)
	}
	if f, ok := csvFlags(flags.value); ok && (!y.has(fieldPackets) || seenWhole(f, ob.Packets)) {
		if y.has(fieldPackets) && ob.Packets != 1 {
			f = portlore.SYN
		}
		r.flags = int64(f)
	}
	return r.done()
}

// seenWhole says that the flags of all packets of a flow are those of each, as far
// as it matters: of a single packet, or of an opening that got no further.
func seenWhole(f portlore.TCPFlags, packets uint64) bool {
	return f&portlore.SYN != 0 && f&portlore.ACK == 0 || packets == 1 && f&(portlore.ACK|portlore.RST) != 0
}

// csvCell is a value, and where it stands.
type csvCell struct {
	value []byte
	at    int
}

func empty(b []byte) bool { return len(b) == 0 || len(b) == 1 && b[0] == '-' }

func csvName(f field) string {
	switch f {
	case fieldSrc:
		return "source address"
	case fieldDst:
		return "destination address"
	case fieldSrcPort:
		return "source port"
	case fieldDstPort:
		return "destination port"
	case fieldPackets, fieldPacketsBack:
		return "packets"
	case fieldBytes, fieldBytesBack:
		return "bytes"
	case fieldTTL:
		return "TTL"
	case fieldLength:
		return "length"
	}
	return "value"
}

// csvTime reads a time, with the date in the column before it if there is one, and
// days with slashes where the year comes first.
func (l *line) csvTime(date, clock csvCell) {
	text, at := clock.value, clock.at
	room := l.scratch()
	if len(date.value) > 0 {
		*room = append(append(append((*room)[:0], date.value...), ' '), text...)
		text, at = *room, date.at
	}
	if len(text) > 10 && text[4] == '/' && text[7] == '/' {
		if len(date.value) == 0 {
			*room = append((*room)[:0], text...)
			text = *room
		}
		text[4], text[7] = '-', '-'
	}
	l.timeOf(text, at)
	if rest := text[min(l.when.size, len(text)):]; l.when.zone == assumed && !l.when.bad && string(rest) == " UTC" {
		_, offset := time.Unix(0, l.when.nanos).In(l.clock.zone).Zone()
		l.when.nanos += int64(offset) * 1e9
		l.when.zone = stated
	}
}

// csvVerdict reads what was done with it.
func csvVerdict(b []byte) portlore.Verdict {
	var lower [10]byte
	if len(b) > len(lower) {
		return portlore.Unsaid
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	switch string(lower[:len(b)]) {
	case "allow", "allowed", "accept", "accepted", "permit", "permitted", "pass", "passed", "a", "允许", "放行", "通过":
		return portlore.Accepted
	case "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "discard", "discarded", "refused", "d", "拒绝", "阻断", "丢弃", "拦截":
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// csvFlags reads flags in any notation: a number, "0x12", "SA", "....S.", "SYN ACK".
func csvFlags(b []byte) (portlore.TCPFlags, bool) {
	if empty(b) {
		return 0, false
	}
	if n, ok := uintOf(b, 255); ok {
		return portlore.TCPFlags(n), true
	}
	if len(b) > 2 && b[0] == '0' && (b[1] == 'x' || b[1] == 'X') {
		n := 0
		for _, c := range b[2:] {
			d := addr.HexDigit(c)
			if d > 15 || n > 0xff {
				return 0, false
			}
			n = n<<4 | int(d)
		}
		return portlore.TCPFlags(n), n <= 0xfff
	}
	if f, ok := flagWords(b); ok {
		return f, true
	}
	flags := portlore.TCPFlags(0)
	for i := range b {
		if b[i] == '.' || b[i] == 0xc2 || b[i] == 0xb7 { // Wireshark's middle dots
			continue
		}
		f, ok := flagLetters(b[i : i+1])
		if !ok {
			return 0, false
		}
		flags |= f
	}
	return flags, true
}
