package format

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/portlore/portlore"
)

var noteCSV = portlore.Text{
	EN: "the file is a table with a line of some log in each row; lines count its rows",
	ZH: "文件是一张表格，每行含一条日志；行数按表格的行计",
}

// Kibana, Graylog, Splunk, Grafana and Azure export what was found as CSV (RFC
// 4180), of which one column holds the lines as they came, and another the time.

// lineColumns are the names of columns that matter, in lower case, with the member
// of an object that each becomes.
var lineColumns = []struct{ name, member string }{
	{"_raw", "_raw"},
	{"event.original", "event.original"},
	{"full_message", "full_message"},
	{"message", "message"},
	{"@message", "message"},
	{"_source.message", "message"},
	{"line", "message"},
	{"syslogmessage", "message"},
	{"log", "log"},
	{"msg", "message"},
	{"@timestamp", "@timestamp"},
	{"timestamp", "@timestamp"},
	{"_time", "@timestamp"},
	{"time", "@timestamp"},
	{"date", "@timestamp"},
	{"timegenerated", "@timestamp"},
	{"timegenerated [utc]", "@timestamp"},
	{"program", "program"},
	{"process.name", "program"},
	{"processname", "program"},
	{"application_name", "program"},
	{"programname", "program"},
	{"syslog_identifier", "program"},
}

// csvMember is what a column becomes; empty: it does not matter.
func csvMember(name []byte) string {
	name = bytes.ToLower(bytes.TrimSpace(name))
	for _, c := range lineColumns {
		if string(name) == c.name {
			return c.member
		}
	}
	return ""
}

// isCSVOfLines knows such a table by its header, unless it is that of a format, or
// of what Windows exports of its events.
func isCSVOfLines(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if _, ok := layoutOf(line, Options{}); ok || len(line) > 16<<10 || bytes.IndexByte(line, ',') < 0 {
		return false
	}
	messages, times, ends := 0, 0, 0
	for len(line) > 0 {
		var name []byte
		name, line, _ = cellOf(line)
		switch csvMember(name) {
		case "":
			s := string(bytes.ToLower(name))
			if strings.Contains(s, "src") || strings.Contains(s, "dst") || strings.Contains(s, "source ip") || strings.Contains(s, "destination") {
				ends++
			}
			if s == "providername" || s == "eventid" || s == "event id" || s == "logname" || bytes.ContainsAny(name, "=<>{}") {
				return false
			}
		case "@timestamp":
			times++
		case "program":
		default:
			messages++
		}
	}
	return messages > 0 && times > 0 && ends < 2 // a table of connections has two ends
}

// cellOf takes the first cell off a row, without its quotes but with what is
// doubled in them. It is not whole when its quotes do not end.
func cellOf(row []byte) (cell, rest []byte, whole bool) {
	if len(row) > 0 && row[0] == '"' {
		end := quotedEnd(row)
		if end == len(row) {
			return row[1:], nil, false
		}
		cell = row[1:end]
		row = row[end+1:]
		if i := bytes.IndexByte(row, ','); i >= 0 {
			return cell, row[i+1:], true
		}
		return cell, nil, true
	}
	if i := bytes.IndexByte(row, ','); i >= 0 {
		return row[:i], row[i+1:], true
	}
	return row, nil, true
}

// newCSVCutter makes an object as shippers write it of every row. A cell in quotes
// may go over several lines.
func newCSVCutter(r io.Reader) io.Reader {
	var columns []string
	var row []byte
	object := func(out []byte) []byte {
		rest := row
		out = append(out, '{')
		for _, member := range columns {
			if rest == nil {
				break
			}
			var cell []byte
			cell, rest, _ = cellOf(rest)
			if member != "" && len(cell) > 0 {
				out = appendMember(out, member, bytes.ReplaceAll(cell, []byte(`""`), []byte(`"`)))
			}
		}
		row = row[:0]
		return append(out, "}\n"...)
	}
	take := func(out, line []byte) []byte {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if columns == nil {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
			for rest := line; rest != nil; {
				var name []byte
				name, rest, _ = cellOf(rest)
				columns = append(columns, csvMember(name))
			}
			return append(append(out, line...), '\n')
		}
		if len(row) > 0 {
			row = append(row, '\n')
		}
		if row = append(row, line...); len(row) > maxLine/4 || isWholeRow(row) {
			return object(out)
		}
		return out
	}
	end := func(out []byte) []byte {
		if len(row) > 0 {
			return object(out)
		}
		return out
	}
	return &lineCutter{r: bufio.NewReaderSize(r, 64<<10), take: take, end: end}
}

// isWholeRow says that the quotes of a row end in it.
func isWholeRow(row []byte) bool {
	for whole := true; row != nil; {
		if _, row, whole = cellOf(row); !whole {
			return false
		}
	}
	return true
}
