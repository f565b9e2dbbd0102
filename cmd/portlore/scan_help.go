package main

import "github.com/portlore/portlore"

// scanHelp is what `portlore scan --help` prints.
func scanHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore scan TARGET...     which doors of other machines are open, and what is
                            wrong there

  portlore scan 192.168.1.20            one host: the usual 1,000 tcp ports
  portlore scan 192.168.1.0/24          a network; 192.168.1.10-20; names; lists
                                        with commas; @FILE, - for standard input
  portlore scan nas --ports 1-65535     all ports; or 22,80-90,redis,161/udp
  portlore scan nas --udp               UDP as well
  portlore scan 192.168.1.0/24 --plan   what would be sent, and how long it
                                        takes; sends nothing
  portlore scan nas --save nas.json     keep it, and later:
  portlore scan nas --diff nas.json     what is new, changed, gone since
  portlore scan 203.0.113.9 --authorized "ticket 4711"    a host of others

Without asking: this machine, and private addresses on its own links. Anything
else needs --authorized or an entry of portlore scope; broadcast, multicast and
the metadata services of clouds are never scanned. What answers is asked what it
is by questions that change nothing: no password is guessed, nothing is written
or run. Every run goes into an audit log. See docs/scanning.md.

  --ports LIST    numbers, ranges and services, with /tcp or /udp behind them
                  for that alone; all is 1-65535
  --udp           UDP as well: the ports that there is a question for, or those
                  of --ports
  --exclude LIST  not these addresses, written as targets are (may be repeated)
  --syn           by single packets instead of connections: faster where a
                  firewall drops; needs Linux and root or cap_net_raw
  --rate N        packets per second in all. Without it: this machine as fast as
                  it answers, own links 1000 to each host, others 100 together
  --authorized WHY   who or what permits it; goes into the audit log
  --max-hosts N   more than 65536 addresses, up to N
  --ot            printers and industrial controllers too: a scan can print
                  pages or stop a machine
  --plan          say what would be done (-v lists the ports), and send nothing
  --save FILE     keep the answer as JSON; FILE is replaced in one step
  --diff FILE     compare with what --save or --json wrote
  --fail-on fix|check|note    exit 1 when a door says so, or worse
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    jsonl: a door a
                  line, at once; for the others: docs/exports.md
  --html FILE     write a page that stands alone; it is --format html -o FILE
  --redact        for showing to others: other addresses for all addresses, the
                  same for the same, and no names and banners. What --save keeps
                  stays as it is
  --lang en|zh    language, else that of the environment
  --color auto|always|never
  -o FILE         write to FILE
  -v              all hosts, doors and what is said of them
  -q              no progress

The law: scanning systems of others without their consent is a crime in many
countries. Scan what is yours, or what its owner has permitted in writing.

Exit: 0 done, 1 --fail-on reached, 2 usage or refused, 3 nobody answered,
4 no permission, 130 interrupted (what is known is printed, marked PARTIAL).
`,
		ZH: `portlore scan 目标...     其他机器开放了哪些端口、有没有问题

  portlore scan 192.168.1.20            一台主机：常用的约 1,000 个 tcp 端口
  portlore scan 192.168.1.0/24          一个网段；也可写 192.168.1.10-20、主机
                                        名、逗号分隔的列表、@文件、-（标准输入）
  portlore scan nas --ports 1-65535     全部端口；或 22,80-90,redis,161/udp
  portlore scan nas --udp               连同 UDP
  portlore scan 192.168.1.0/24 --plan   只说明会向谁发多少包、要多久，不发送
  portlore scan nas --save nas.json     存下结果，以后用：
  portlore scan nas --diff nas.json     此后新增、变化、消失了哪些
  portlore scan 203.0.113.9 --authorized "工单 4711"    扫描他人的主机

无须授权的：本机，以及本机所在网段的内网地址。其他一律需要 --authorized，或先用
portlore scope 登记；广播、组播地址和云平台元数据服务绝不扫描。对有应答的端口，
只用不改动任何东西的问题去问：不猜口令，不写入，不执行命令。每次扫描都记入审计
日志。详见 docs/scanning.md。

  --ports 列表    端口号、范围、服务名；后加 /tcp 或 /udp 则只扫该协议；
                  all 即 1-65535
  --udp           连同 UDP：有对应问法的端口，或 --ports 给出的端口
  --exclude 列表  排除这些地址，写法同目标（可重复给出）
  --syn           发单个数据包而不建立连接：防火墙丢包时快得多；需要 Linux 和
                  root 或 cap_net_raw
  --rate N        合计每秒至多几个包。缺省：本机不限，所在网段每台 1000，
                  其他地址合计 100
  --authorized 依据   谁、凭什么允许扫描；写入审计日志
  --max-hosts N   地址多于 65536 个时，至多 N 个
  --ot            连同打印机和工业控制器：扫描可能打出废纸，甚至使设备停机
  --plan          只说明会做什么（-v 列出端口），不发送
  --save 文件     把结果存为 JSON，一步替换原文件
  --diff 文件     与 --save 或 --json 存下的结果比较
  --fail-on fix|check|note    有端口达到该级别或更严重时退出码为 1
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    jsonl 边扫边出，
                  每行一个端口；其余见 docs/exports.md
  --html 文件     写成一个独立网页，即 --format html -o 文件
  --redact        供给他人看：地址一律换成别的地址（同一地址始终换成同一个），
                  并隐去主机名和横幅；--save 存下的不变
  --lang en|zh    语言，缺省取环境设置
  --color auto|always|never
  -o 文件         写入文件
  -v              显示全部主机、端口和说明
  -q              不显示进度

法律：未经许可扫描他人的系统，在许多国家和地区属违法行为。只扫描自己的，或其所有
者书面许可的系统。

退出码：0 完成，1 达到 --fail-on，2 用法错误或被拒绝，3 没有主机应答，
4 没有权限，130 被中断（已知的部分照常显示，并注明未扫完）。
`,
	}
}
