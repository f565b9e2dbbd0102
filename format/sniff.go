package format

import (
	"bytes"
	"slices"

	"github.com/portlore/portlore"
)

const (
	sniffSize  = 64 << 10 // bytes that are looked at
	sniffLines = 1000
)

// order puts the formats that fit the first lines first, the best of them at
// the head. The others stay behind them, so that two formats in one file are
// both read, line by line.
func order(head []byte, o Options) []*Format {
	w := newWorker(logs(), 0, o, func(*portlore.Observation) {})
	w.headers = newHeaders(head, o)
	w.layout = w.headers.start
	fits := make(map[*Format]int64)
	for n := 0; n < sniffLines && len(head) > 0; n++ {
		text, rest, _ := bytes.Cut(head, []byte("\n"))
		w.read(text, 0)
		head = rest
	}
	for i, f := range w.formats {
		fits[f] = w.tally.byFormat[i]
	}
	slices.SortStableFunc(w.formats, func(a, b *Format) int { return int(fits[b] - fits[a]) })
	return w.formats
}

// captureOf is the format of a capture, by its first bytes. Nil: it is none.
func captureOf(head []byte) *Format {
	for _, f := range captures() {
		if slices.ContainsFunc(f.magics, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) }) {
			return f
		}
	}
	return nil
}

// A kind is something that portlore can name but not read.
type kind struct {
	text portlore.Text
	fits func(b []byte) bool // b: the first 64 KiB for what is binary, a line for text
}

// sniffBinary names what is not text. Nil: it may be text.
func sniffBinary(head []byte) *kind {
	for _, kinds := range [][]kind{moreBinaryKinds, binaryKinds} {
		for i := range kinds {
			if kinds[i].fits(head) {
				return &kinds[i]
			}
		}
	}
	return nil
}

// sniffText names an input of which no format understood a line. Nil: not known.
// What names the producer goes before what only says of what a text is made.
func sniffText(head []byte) *kind {
	if is := sniffWhole(head); is != nil {
		return is
	}
	last := &textKinds[len(textKinds)-1] // no more than "a log"
	is := sniffProducers(head)
	if is != nil && is != last {
		return is
	}
	if is := sniffFirst(head); is != nil {
		return is
	}
	for _, kinds := range [][]kind{logKinds, headKinds} {
		if is := most(kinds, head); is != nil {
			return is
		}
	}
	if is == nil {
		is = most(genericKinds, head)
	}
	return is
}

// sniffProducers names text by the producers that portlore knows: the kind that the
// first line fits, since some begin with a header, or at least half of the
// first hundred. Nil: not known.
func sniffProducers(head []byte) *kind {
	const enough = 100
	lines := 0
	fits := make([]int, len(textKinds))
	tests := false // the lines that count stand in tests of rules, among others
	for ; lines < enough && len(head) > 0; lines++ {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		switch test := skipTest(line) > 0; {
		case test && !tests:
			tests, lines = true, 0
			clear(fits)
		case tests && !test:
			lines--
			continue
		}
		for i := range textKinds {
			if textKinds[i].fits(line) {
				fits[i]++
				if lines == 0 && i < len(textKinds)-1 { // the last is no more than "a log"
					return &textKinds[i]
				}
				break
			}
		}
	}
	for i, n := range fits {
		if n > 0 && 2*n >= lines {
			return &textKinds[i]
		}
	}
	return nil
}

// binaryKinds are known by their first bytes.
var binaryKinds = []kind{
	starts("a packet capture of a kind that few programs read; convert it first: editcap -F pcapng FILE NEW",
		"少有程序能读的抓包文件；请先转换：editcap -F pcapng 文件 新文件", "\x34\xcd\xb2\xa1", "\xa1\xb2\xcd\x34", "snoop\x00\x00\x00"),
	starts("a systemd journal file; use: journalctl -k -o json --file FILE | portlore explain -",
		"systemd 日志文件；请用：journalctl -k -o json --file 文件 | portlore explain -", "LPKSHHRH"),
	starts("a file of flows by nfcapd; use: nfdump -r FILE -o csv | portlore explain -",
		"nfcapd 的流记录文件；请用：nfdump -r 文件 -o csv | portlore explain -", "\x0c\xa5", "\xa5\x0c"),
	starts("a file of flows by SiLK; use: rwcut FILE | portlore explain -",
		"SiLK 的流记录文件；请用：rwcut 文件 | portlore explain -", "\xde\xad\xbe\xef"),
	starts("a Windows event log (evtx); export it as text first", "Windows 事件日志（evtx）；请先导出为文本", "ElfFile\x00"),
	starts("a ZIP archive; unpack it first", "ZIP 压缩包；请先解压", "PK\x03\x04"),
	starts("compressed twice; decompress it once first", "压缩了两次；请先解压一次", "\x1f\x8b", "\x28\xb5\x2f\xfd", "\xfd7zXZ\x00"),
	starts("LZ4 data; decompress it first (lz4 -dc)", "LZ4 压缩数据；请先解压（lz4 -dc）", "\x04\x22\x4d\x18"),
	starts("data of compress(1); decompress it first (zcat)", "compress(1) 压缩数据；请先解压（zcat）", "\x1f\x9d"),
	starts("an SQLite database; export the table as text first", "SQLite 数据库；请先将表导出为文本", "SQLite format 3\x00"),
	starts("a program (ELF)", "可执行程序（ELF）", "\x7fELF"),
	starts("a PDF document", "PDF 文档", "%PDF-"),
	{
		portlore.Text{EN: "a tar archive; unpack it first", ZH: "tar 归档；请先解开"},
		func(b []byte) bool { return len(b) >= 262 && string(b[257:262]) == "ustar" },
	},
}

// textKinds are known by their lines. The first that fits a line has it.
var textKinds = []kind{
	contains("a web server's access log: it tells of requests, not of packets", "网站访问日志：记录的是请求，不是数据包", `] "GET `, `] "POST `, `] "HEAD `),
	contains("Suricata EVE JSON without a readable record (alert, anomaly, drop, flow, netflow)", "Suricata EVE JSON，但没有可读的记录（alert、anomaly、drop、flow、netflow）", `"event_type":`),
	contains("a Suricata or Snort alert log without a readable alert", "Suricata 或 Snort 告警日志，但没有可读的告警", " [**] ["),
	contains("a PAN-OS log without a readable session or threat", "PAN-OS 日志，但没有可读的会话或威胁记录", ",THREAT,", ",TRAFFIC,"),
	contains("a CEF or LEEF log without a readable record of a packet, a flow or a sensor", "CEF 或 LEEF 日志，但没有可读的数据包、流或传感器记录", "CEF:0|", "CEF:1|", "LEEF:1.0|", "LEEF:2.0|"),
	contains("a Juniper SRX log without a readable session or screen", "Juniper SRX 日志，但没有可读的会话或 screen 记录", " RT_FLOW", " RT_IDS", " RT_UTM", " APPTRACK_"),
	contains("a NetScreen log (ScreenOS) without a readable session or alarm", "NetScreen（ScreenOS）日志，但没有可读的会话或告警", "NetScreen device_id="),
	contains("a Check Point log without a readable connection", "Check Point 日志，但没有可读的连接记录", " CheckPoint ", "VPN-1 & FireWall-1"),
	contains("a SonicWall log without a readable packet, connection or alert", "SonicWall 日志，但没有可读的数据包、连接或告警", "id=firewall sn="),
	contains("a Cisco ASA, PIX or FTD log without a readable message about a packet", "Cisco ASA/PIX/FTD 日志，但没有可读的数据包消息", "%ASA-", "%PIX-", "%FTD-"),
	contains("a pf firewall log (filterlog) without a readable record", "pf 防火墙日志（filterlog），但没有可读的记录", "filterlog"),
	contains("a MikroTik RouterOS log without a readable firewall record", "MikroTik RouterOS 日志，但没有可读的防火墙记录", "firewall,info "),
	contains("a Zeek log of what was spoken; conn.log and notice.log are about packets", "记录协议内容的 Zeek 日志；与数据包有关的是 conn.log 和 notice.log", "#separator ", "#fields\t", "#types\t", `"id.orig_h":`),
	contains("a Windows firewall log without a readable record", "Windows 防火墙日志，但没有可读的记录", "#Software: Microsoft Windows Firewall", "#Fields: date time action"),
	contains("an nmap report that lists no port", "没有列出任何端口的 nmap 报告", "<nmaprun", "<address ", "Nmap scan report for", "# Nmap "),
	{portlore.Text{
		EN: "a table; say which of its columns are the source and the destination: --map src=COLUMN,dst=COLUMN",
		ZH: "表格；请指明哪一列是来源、哪一列是目的：--map src=列,dst=列",
	}, holdsAddresses},
	contains("tcpdump text without a readable packet; tcpdump -n writes addresses in place of names", "tcpdump 文本输出，但没有可读的数据包；tcpdump -n 会写出地址而不是主机名", ": Flags ["),
	contains("tshark or Wireshark details (-V), which this version does not read; use: tshark -r FILE, or give the capture itself", "tshark 或 Wireshark 的详细输出（-V），本版本尚不支持；请用：tshark -r 文件，或直接给出抓包文件", " bytes on wire ("),
	contains("a Netgear router log without a readable record", "Netgear 路由器日志，但没有可读的记录", "[DHCP IP: ", "[Internet connected] "),
	contains("a web page", "网页", "<!DOCTYPE html", "<html"),
	{portlore.Text{
		EN: "a system log without firewall records; does a rule log packets? (iptables -j LOG, nft log, ufw logging on)",
		ZH: "系统日志，但没有防火墙记录；是否有规则记录数据包？（iptables -j LOG、nft log、ufw logging on）",
	}, hasStamp},
}

func starts(en, zh string, magics ...string) kind {
	return kind{portlore.Text{EN: en, ZH: zh}, func(b []byte) bool {
		return slices.ContainsFunc(magics, func(m string) bool { return bytes.HasPrefix(b, []byte(m)) })
	}}
}

func contains(en, zh string, words ...string) kind {
	return kind{portlore.Text{EN: en, ZH: zh}, func(b []byte) bool {
		return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(b, []byte(w)) })
	}}
}

// holdsAddresses tells whether a line is that of a table with two addresses.
func holdsAddresses(text []byte) bool {
	y := layout{sep: separator(text), n: maxColumns}
	found := 0
	for c := (cells{layout: &y, text: text}); y.sep != ' ' && c.next(); {
		if _, _, ok := endpoint(bytes.TrimSpace(c.value), ':'); ok {
			found++
		}
	}
	return found >= 2
}

// hasStamp tells whether a line begins as logs do.
func hasStamp(text []byte) bool {
	var l line
	c := newClock(Options{})
	l.open(text, &c)
	return l.when.size > 0
}
