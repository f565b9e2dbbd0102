package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// moreBinaryKinds are what is handed in by mistake, by first bytes with which no
// text begins. They are asked before binaryKinds, since some are one of those.
var moreBinaryKinds = []kind{
	{
		portlore.Text{
			EN: "an office document; save what it holds as plain text or CSV first",
			ZH: "办公文档；请先把内容另存为纯文本或 CSV",
		},
		func(b []byte) bool {
			return bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) || bytes.HasPrefix(b, []byte("PK\x03\x04")) &&
				(bytes.Contains(b[:min(len(b), 4096)], []byte("[Content_Types].xml")) || bytes.Contains(b[:min(len(b), 128)], []byte("mimetypeapplication/vnd.oasis")))
		},
	},
	starts("a picture; paste the text that it shows", "图片；请改为粘贴其中的文字", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "II*\x00", "MM\x00*"),
	{
		portlore.Text{EN: "a picture; paste the text that it shows", ZH: "图片；请改为粘贴其中的文字"},
		func(b []byte) bool {
			return len(b) > 12 && (string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" || string(b[4:11]) == "ftyphei" || string(b[4:12]) == "ftypavif" ||
				string(b[:2]) == "BM" && string(b[6:10]) == "\x00\x00\x00\x00")
		},
	},
	{
		portlore.Text{EN: "a video; paste the text that it shows", ZH: "视频；请改为粘贴其中的文字"},
		func(b []byte) bool { return len(b) > 12 && string(b[4:8]) == "ftyp" && b[0] == 0 },
	},
	{
		portlore.Text{
			EN: "a core dump: the memory of a program that crashed; a debugger reads it (gdb, coredumpctl)",
			ZH: "core 转储，即程序崩溃时的内存；请用调试器查看（gdb、coredumpctl）",
		},
		func(b []byte) bool {
			return len(b) > 17 && string(b[:4]) == "\x7fELF" && (b[16] == 4 && b[17] == 0 || b[16] == 0 && b[17] == 4)
		},
	},
	starts("a memory dump of Windows; a debugger reads it", "Windows 内存转储；请用调试器查看", "MDMP\x93\xa7", "PAGEDU64", "PAGEDUMP"),
	starts("a crash dump of the kernel; crash(8) reads it", "内核崩溃转储；请用 crash(8) 查看", "KDUMP   ", "\x7fKDUMP"),
	starts("a program for Windows", "Windows 程序", "MZ\x90\x00", "MZ\x00\x00"),
	starts("a 7-Zip archive; unpack it first (7z x)", "7-Zip 压缩包；请先解压（7z x）", "7z\xbc\xaf\x27\x1c"),
	starts("a RAR archive; unpack it first", "RAR 压缩包；请先解压", "Rar!\x1a\x07"),
	starts("a cabinet archive of Windows; unpack it first (expand, cabextract)", "Windows CAB 压缩包；请先解开（expand、cabextract）", "MSCF\x00\x00"),
	starts("LZMA or lzip data; decompress it first (xz -dc, lzip -dc)", "LZMA 或 lzip 压缩数据；请先解压（xz -dc、lzip -dc）", "\x5d\x00\x00\x80\x00", "LZIP\x01"),
	starts("a capture of Microsoft Network Monitor; convert it first: editcap -F pcapng FILE NEW",
		"微软网络监视器的抓包文件；请先转换：editcap -F pcapng 文件 新文件", "GMBU", "RTSS\x00"),
	starts("a packet capture of a kind that few programs read; convert it first: editcap -F pcapng FILE NEW",
		"少有程序能读的抓包文件；请先转换：editcap -F pcapng 文件 新文件", "TRSNIFF data", "XCP\x00", "iptrace 2.0", "\xa1\xb2\xcd\x34"),
	starts("a capture of Bluetooth; it holds no IP packets", "蓝牙抓包文件；其中没有 IP 数据包", "btsnoop\x00"),
	starts("an event trace of Windows; if it comes from pktmon or netsh: pktmon etl2pcap FILE",
		"Windows 事件跟踪文件；若来自 pktmon 或 netsh，请先运行：pktmon etl2pcap 文件", "\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00"),
	starts("data encrypted with GnuPG or age; decrypt it first", "GnuPG 或 age 加密的数据；请先解密", "age-encryption.org/v1\n", "\x85\x02\x0c\x03"),
}

// sniffWhole names what has nothing to read, by the first 64 KiB. It is asked when
// nothing was understood: a crash may leave zeros before the first line of a log,
// and a stranger may put any bytes into one.
func sniffWhole(head []byte) *kind {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\f\v")
	switch {
	case len(head) == 0:
		return &emptyKind
	case len(text) == 0:
		return &blankKind
	case len(bytes.TrimLeft(head, "\x00")) == 0:
		return &zeroKind
	}
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\x1b' && c != '\x1e' {
			odd++
		}
	}
	if odd*20 > len(head) { // random bytes have one in nine
		return &binaryKind
	}
	return nil
}

var (
	emptyKind = kind{text: portlore.Text{
		EN: "an empty file; did the command before it write anything? (a pipe of grep that finds nothing is empty)",
		ZH: "空文件；前面的命令有输出吗？（grep 没找到内容时，管道里就是空的）",
	}}
	blankKind = kind{text: portlore.Text{
		EN: "nothing but blank lines",
		ZH: "只有空行",
	}}
	zeroKind = kind{text: portlore.Text{
		EN: "nothing but zero bytes: an empty disk image, or a file that a crash left unwritten",
		ZH: "全是零字节：可能是空磁盘映像，或因崩溃未写完的文件",
	}}
	binaryKind = kind{text: portlore.Text{
		EN: "binary data of no kind that is known here; explain reads logs as text and captures (pcap, pcapng)",
		ZH: "未知的二进制数据；explain 读取的是文本日志和抓包文件（pcap、pcapng）",
	}}
)
