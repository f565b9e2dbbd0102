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
	l.open(withoutColours(bytes.Clone(text)), &c)
	message := string(l.message)
	if l.wrapped && l.around.depth > 0 {
		return wrapNames(l.around.wraps[:l.around.depth]), message
	}
	start := bytes.TrimLeft(l.text, "\x00 ")
	switch {
	case l.json && len(l.text) > 0 && l.text[0] == '{':
		return portlore.Text{EN: "a JSON object", ZH: "JSON 对象"}, message
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

// wrapNames names wrappings that lie around each other, the innermost first.
func wrapNames(wraps []wrapping) portlore.Text {
	var names portlore.Text
	for i := len(wraps) - 1; i >= 0; i-- {
		n := wraps[i].name()
		if names.EN != "" {
			names.EN += ", in "
			names.ZH += "，外面还有"
		}
		names.EN += n.EN
		names.ZH += n.ZH
	}
	return names
}

func (w wrapping) name() portlore.Text {
	switch w {
	case wrapJournal:
		return portlore.Text{EN: "a JSON object of the journal (journalctl -o json)", ZH: "systemd 日志的 JSON（journalctl -o json）"}
	case wrapSyslogJSON:
		return portlore.Text{EN: "a JSON object of rsyslog or syslog-ng", ZH: "rsyslog 或 syslog-ng 的 JSON"}
	case wrapDocker:
		return portlore.Text{EN: "a JSON object of Docker (json-file)", ZH: "Docker 的 JSON 日志（json-file）"}
	case wrapContainer:
		return portlore.Text{EN: "a line of a container (containerd, CRI-O, podman, docker logs -t)", ZH: "容器日志行（containerd、CRI-O、podman、docker logs -t）"}
	case wrapGELF:
		return portlore.Text{EN: "a GELF message (Graylog)", ZH: "GELF 消息（Graylog）"}
	case wrapElastic:
		return portlore.Text{EN: "a hit of Elasticsearch", ZH: "Elasticsearch 的查询结果"}
	case wrapLoki:
		return portlore.Text{EN: "a line of Loki", ZH: "Loki 的日志行"}
	case wrapSplunk:
		return portlore.Text{EN: "a result of Splunk", ZH: "Splunk 的查询结果"}
	case wrapCloud:
		return portlore.Text{EN: "an event of a cloud's log service (CloudWatch, Google Cloud, Azure)", ZH: "云日志服务的事件（CloudWatch、Google Cloud、Azure）"}
	case wrapRelay:
		return portlore.Text{EN: "a line before which a syslog server put its own time and host", ZH: "syslog 服务器在行首加了自己的时间和主机名"}
	}
	return portlore.Text{EN: "a JSON object of a log shipper (Filebeat, Fluentd, Vector and others)", ZH: "日志采集器的 JSON（Filebeat、Fluentd、Vector 等）"}
}
