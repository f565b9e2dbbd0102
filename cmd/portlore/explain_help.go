package main

import "github.com/portlore/portlore"

// explainHelp is what `portlore explain --help` prints.
func explainHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore explain [FILE... | -]     what am I seeing, and must I do anything?

  portlore explain /var/log/ufw.log*    files, globs, directories; .gz .zst .xz
                                        .bz2; without a name the usual logs
  journalctl -k | portlore explain -    standard input
  ss -tulpn | portlore explain -        which doors are open: ss, netstat, lsof,
                                        nmap, masscan and the like
  portlore explain kern.log --show 1    one finding with all that is known of it
  portlore explain kern.log --source 192.0.2.7    the report for one address

  --home NET      a network that is ours (may be repeated); otherwise inferred
  --show N|all    one finding whole, with all that are alike, and commands and
                  firewall rules to paste; or all findings
  --show CLASS    noise of a class, with the rules that it needs
  --own           name our addresses in the mail that --show N writes to the
                  provider of a source; otherwise they are withheld

What counts:
  --source ADDR   only this address; it is judged beside all others. Of open
                  doors, those at this address
  --port N        only what is about this port: 22, 53/udp, 20-25 (may be
                  repeated)
  --since TIME, --until TIME    only what happened then: RFC 3339, a date (all
                  of the day), or how long before --now: 2h, 3d
What is shown:
  --class C       only this class or family, such as scan or web (may be
                  repeated); all is judged, and the totals, the first line and
                  --fail-on are of all of it
  --baseline FILE
                  say what is new since FILE, which explain --json wrote
  --mute FILE     say nothing more of what FILE mutes, nor fail on it; a rule a
                  line: CLASS SOURCE|* [PORT] [force] until=DATE REASON
  --why           with --show: what was measured, what was needed, what else it
                  could have been; of one line alone: all of its fields, and
                  what each detector said

  --redact        other addresses for all addresses, the same for the same;
                  no names of files, users and hosts; for showing to others

  --year Y        year of stamps that have none; otherwise the latest in which
                  they are not in the future
  --tz ZONE       zone of stamps that have none, such as Europe/Berlin;
                  otherwise UTC
  --map KEY=COLUMN,...    what is in which column of a table (CSV), by name or
                  by number from 1, where its header does not say: src=3,dst=5;
                  src, dst, sport, dport, proto, action, time, packets, bytes,
                  flags, in, out, rule
  --now TIME      take this for the present, such as 2026-01-31T23:59:59Z
  --fail-on fix|check|note    exit 1 when a finding or a door says so,
                  or worse
  --strict        exit 3 when a line was malformed
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    for programs,
                  tables, tickets, SIEMs: docs/exports.md
  --html FILE     write a page that stands alone: with charts, to read without a
                  network, to print or to send; it is --format html -o FILE
  --lang en|zh    language, else that of the environment
  --color auto|always|never
  -o FILE         write to FILE
  -q              no progress

Exit: 0 done, 1 --fail-on reached, 2 usage, 3 an input was not read or nothing
in it was understood, 4 no permission, 130 interrupted (what is known by then is
printed, marked PARTIAL).
`,
		ZH: `portlore explain [文件... | -]     看到的是什么？需要处理吗？

  portlore explain /var/log/ufw.log*    文件、通配、目录；.gz .zst .xz .bz2
                                        均可；不给文件则找常用日志
  journalctl -k | portlore explain -    标准输入
  ss -tulpn | portlore explain -        哪些端口开着：ss、netstat、lsof、nmap、
                                        masscan 等的输出均可
  portlore explain kern.log --show 1    完整显示一项
  portlore explain kern.log --source 192.0.2.7    只看一个地址

  --home 网段     本方网络（可重复给出）；不给则自行推断
  --show N|all    完整显示第 N 项及其同类，附可粘贴的命令和规则；或显示全部
  --show 类别     完整显示某类噪声，附所需规则
  --own           --show N 写给来源方运营商的邮件里列出本方地址；缺省不列

计入哪些：
  --source 地址   只看这个地址（判断时仍与其他地址一起考虑）；开放端口则只看
                  该地址上的
  --port 端口     只看与此端口有关的：22、53/udp、20-25（可重复给出）
  --since 时间、--until 时间    只看这段时间：RFC 3339、日期（含全天），
                  或距 --now 多久：2h、3d
显示哪些：
  --class 类别    只显示此类别或服务大类，如 scan、web（可重复给出）；判断针
                  对全部证据，总数、首行和 --fail-on 也以全部为准
  --baseline 文件
                  与 explain --json 存下的文件比较，指出哪些是新的
  --mute 文件     不再提示文件中静音的条目，也不影响退出码；每行一条规则：
                  类别 来源|* [端口] [force] until=日期 理由
  --why           与 --show 连用：量了什么、需要多少、还可能是什么；
                  只有一行时：逐个解释字段，并列出各检测器的看法

  --redact        地址一律换成别的地址（同一地址始终换成同一个），并隐去文件名、
                  用户名和主机名，便于转给他人

  --year 年       时间戳没有年份时采用；不给则取不晚于现在的最近一年
  --tz 时区       时间戳没有时区时采用，如 Asia/Shanghai；不给则按 UTC
  --map 键=列,...
                  表格（CSV）的表头没有说明时，指明各列是什么：列名，或从 1
                  起的列号，如 src=3,dst=5；键有 src、dst、sport、dport、
                  proto、action、time、packets、bytes、flags、in、out、rule
  --now 时间      以此为当前时间，如 2026-01-31T23:59:59Z
  --fail-on fix|check|note    出现该级别或更重的条目时，退出码为 1
  --strict        有行写错时，退出码为 3
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    供程序、表格、
                  工单、SIEM 使用，见 docs/exports.md
  --html 文件     写成一个独立网页：带图表，不联网也能看，可打印、可转发；
                  即 --format html -o 文件
  --lang en|zh    语言，缺省取环境设置
  --color auto|always|never
  -o 文件         写入文件
  -q              不显示进度

退出码：0 完成，1 达到 --fail-on，2 用法错误，3 有输入未读或完全没读懂，
4 没有权限，130 被中断（已知的部分照常显示，并注明未读完）。
`,
	}
}
