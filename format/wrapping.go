package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// Wrapping says of one line of text in what its message is wrapped, and gives
// the message.
func Wrapping(text []byte, o Options) (portlore.Text, string) {
	c := newClock(o)
	var l line
	l.open(text, &c)
	message := string(l.message)
	start := bytes.TrimLeft(text, "\x00 ")
	switch {
	case len(text) > 0 && text[0] == '{' && bytes.HasSuffix(text, []byte("}")) && (len(l.message) == 0 || !bytes.HasPrefix(l.message, text[:1])):
		return portlore.Text{EN: "a JSON object of the journal (journalctl -o json)", ZH: "systemd 日志的 JSON（journalctl -o json）"}, message
	case skipPriority(start) > 0 && bytes.HasPrefix(start[skipPriority(start):], []byte("1 ")):
		return portlore.Text{EN: "syslog of RFC 5424", ZH: "RFC 5424 格式的 syslog"}, message
	case l.when.size == 0 && len(l.program) == 0:
		return portlore.Text{EN: "nothing around it: no time, no host", ZH: "没有外层，不带时间和主机名"}, message
	case l.when.zone == sinceBoot:
		return portlore.Text{EN: "the kernel's ring buffer (dmesg), timed from the start of the machine", ZH: "内核环形缓冲区（dmesg），从开机算起"}, message
	case l.when.yearless:
		return portlore.Text{EN: "classic syslog (RFC 3164): month, day and time, no year", ZH: "传统 syslog（RFC 3164）：有月日和时间，没有年份"}, message
	case l.when.zone == stated:
		return portlore.Text{EN: "a syslog line with year and zone", ZH: "带年份和时区的 syslog 行"}, message
	case l.when.zone == assumed:
		return portlore.Text{EN: "a syslog line with a year and without a zone", ZH: "带年份、不带时区的 syslog 行"}, message
	}
	return portlore.Text{EN: "a syslog line without a time", ZH: "不带时间的 syslog 行"}, message
}
