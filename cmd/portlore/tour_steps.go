package main

import "github.com/portlore/portlore"

// A tourStep is one page of the tour: some lines of the sample, a command, and what
// its answer teaches.
type tourStep struct {
	title   portlore.Text
	with    string // what the lines have in them; empty: all lines
	one     bool   // the first of them alone
	show    int    // how many are shown
	command string // whose answer is shown
	learn   portlore.Text
}

func tourSteps() []tourStep {
	return []tourStep{
		{
			title: portlore.Text{EN: "one line", ZH: "一行日志"},
			with:  "SRC=198.51.100.63", one: true, show: 1,
			command: "portlore explain -",
			learn: portlore.Text{
				EN: "A firewall writes such a line for a packet that it stops. SRC is who sent it, DST who should get it, DPT the port it is meant for, and SYN says that a connection was to begin. It was stopped, so nothing happened. One packet is no pattern: what counts is how many there are, from whom and to where.",
				ZH: "防火墙每拦下一个包，就写下这样一行。SRC 是谁发的，DST 是发给谁的，DPT 是要找的端口，SYN 表示对方想建立连接。包已被拦下，什么也没有发生。单看一个包说明不了什么，要看有多少、从哪里来、到哪里去。",
			},
		},
		{
			title: portlore.Text{EN: "the whole log", ZH: "整份日志"},
			show:  3, command: "portlore explain mixed.log",
			learn: portlore.Text{
				EN: "Line 1 says whether you have to do anything. If it says no, you may stop there. Below stand what is worth knowing and, in one table, the noise that every address on the Internet gets. Findings, noise and what is not explained add up to all that was read, so nothing is swept under the carpet.",
				ZH: "第一行就说明要不要处理；说不用，看到这里就够了。下面是值得知道的几件事，再用一张表列出任何公网地址都会收到的噪声。条目、噪声和未能归类的加起来，正好是读到的全部，没有一个包被略去。",
			},
		},
		{
			title: portlore.Text{EN: "a scan", ZH: "扫描"},
			with:  "SRC=198.51.100.63", show: 4, command: "portlore explain mixed.log --source 198.51.100.63",
			learn: portlore.Text{
				EN: "The same sender, the same host, another port each time: somebody looks which doors are open. That is no break-in. What the firewall let in is the part to look at, and portlore listen says what answers there.",
				ZH: "同一个来源，同一台主机，每次换一个端口：有人在查看哪些端口开着。这还算不上入侵。该看的是放行的那几次：那些端口上是什么在应答，可用 portlore listen 查看。",
			},
		},
		{
			title: portlore.Text{EN: "an answer to a question that nobody asked", ZH: "没人提问，却来了回答"},
			with:  "SRC=192.0.2.86", show: 4, command: "portlore explain mixed.log --source 192.0.2.86",
			learn: portlore.Text{
				EN: "SYN with ACK is the answer of a server, here of a web server, port 80. But no host here had asked it. Somebody floods that server with packets on which your addresses stand as the sender's, and it answers in good faith. It is the victim. Most tools call this a scan, and whoever blocks or reports the address hits the wrong one.",
				ZH: "SYN 加 ACK 是服务器的应答，这里来自一台 Web 服务器（80 端口），而本方没有主机向它发过请求。其实是有人在洪泛这台服务器，并把你的地址冒充为发送方，服务器只是照常应答。它才是受害者。多数工具把这叫作扫描；去封禁或举报它，就找错了人。",
			},
		},
		{
			title: portlore.Text{EN: "many senders, one port, no attack", ZH: "来源很多，端口一个，却不是攻击"},
			with:  "DPT=51413", show: 4, command: "portlore port 51413",
			learn: portlore.Text{
				EN: "Senders from everywhere knock at one high port, as in an attack of many machines on one. They are programs that share files. One of yours took part a while ago, or whoever had your address before you, and they have not forgotten it yet. It fades by itself. In the whole log it is a row of the noise.",
				ZH: "许多来源敲同一个高位端口，看上去像是多台机器围攻一台。其实它们是文件共享程序：不久前你这里有程序参与过下载，或者这个地址以前的使用者参与过，对方还没有忘掉。过一阵会自己消失。在整份日志里，它只是噪声表中的一行。",
			},
		},
		{
			title: portlore.Text{EN: "what next", ZH: "接下来"},
			learn: portlore.Text{
				EN: "portlore alone says which logs are on this machine. portlore explain reads them; --show 1 tells all of one finding and what can be done about it. sudo portlore listen shows which doors of this machine are open, and to whom. None of this sends anything to another machine.",
				ZH: "直接运行 portlore，会告诉你本机有哪些日志；portlore explain 解读日志，加 --show 1 可完整查看一项和处理办法；sudo portlore listen 列出本机开着哪些端口、谁能访问。以上操作都不会向其他机器发送任何数据。",
			},
		},
	}
}
