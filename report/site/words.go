package site

import "github.com/portlore/portlore"

// words are the fixed words of the pages.
var words = map[string]portlore.Text{
	"brand":       {EN: "portlore: what is this port?", ZH: "portlore：这个端口是什么？"},
	"index-title": {EN: "Ports, threats and verdicts", ZH: "端口、威胁与判定"},
	"intro": {
		EN: "What each port is, who asks for it and why, whether it should face the Internet, and how to close it. Every claim names its years, its confidence and its sources. A number alone is never proof of a program.",
		ZH: "每个端口是什么、谁在探测、为什么、能否面向公网、怎样关闭。每条说法都注明年代、置信度和来源。单凭端口号，绝不能认定是哪个程序。",
	},
	"skip":      {EN: "Skip to the text", ZH: "跳到正文"},
	"site":      {EN: "Site", ZH: "站点"},
	"search":    {EN: "Search", ZH: "搜索"},
	"search-go": {EN: "Find", ZH: "查找"},
	"search-hint": {
		EN: "A number, a range, a service, a trojan, a Chinese name or its pinyin: 3128, 20-25, redis, WinCrash, 冰河, binghe",
		ZH: "端口号、范围、服务、木马、中文名或拼音：3128、20-25、redis、WinCrash、冰河、binghe、bh",
	},
	"noscript":    {EN: "Without JavaScript, use the search of your browser: this page lists everything.", ZH: "未启用 JavaScript 时，请用浏览器的页内查找：本页已列出全部内容。"},
	"found-one":   {EN: "1 found", ZH: "找到 1 项"},
	"found-many":  {EN: "# found", ZH: "找到 # 项"},
	"found-none":  {EN: "Nothing found. A port that is not listed here may still be registered:", ZH: "没有找到。未收录的端口也可能有登记，请看："},
	"search-keys": {EN: "/ to search, Enter opens the first, Esc clears", ZH: "按 / 搜索，回车打开第一项，Esc 清空"},
	"contents":    {EN: "On this page", ZH: "本页内容"},

	"ports": {EN: "Ports", ZH: "端口"}, "threats": {EN: "Threats", ZH: "威胁"}, "classes": {EN: "Verdicts", ZH: "判定"},
	"registry": {EN: "IANA registry", ZH: "IANA 登记表"},
	"registry-intro": {
		EN: "Every assigned, reserved and noted port of the registry of service names and port numbers, in its own words. A registration says who asked for a number, not what runs there.",
		ZH: "服务名与端口号登记表中已分配、保留和另有记录的全部端口，文字照录原表。登记只说明谁申请过这个号码，不说明实际运行什么。",
	},

	"what": {EN: "What it is", ZH: "是什么"}, "probe": {EN: "What a probe means today", ZH: "如今有人探测意味着什么"},
	"face":  {EN: "Should it face the Internet?", ZH: "能否面向公网"},
	"check": {EN: "How to check, how to close", ZH: "如何检测与关闭"}, "abuse": {EN: "Abuse", ZH: "滥用"},
	"alike": {EN: "Traffic that looks alike", ZH: "容易混淆的流量"}, "history": {EN: "History", ZH: "历史"},
	"related": {EN: "Related ports", ZH: "相关端口"}, "sources": {EN: "Sources", ZH: "来源"},
	"linux": {EN: "Close it on Linux", ZH: "在 Linux 上关闭"}, "windows": {EN: "Close it on Windows (PowerShell as administrator)", ZH: "在 Windows 上关闭（以管理员身份运行 PowerShell）"},
	"undo": {EN: "Undo the firewall rules:", ZH: "撤销防火墙规则："},

	"service": {EN: "Service", ZH: "服务"}, "transport": {EN: "Transport", ZH: "传输层协议"}, "range": {EN: "Range", ZH: "号段"},
	"range-system": {EN: "system port (0 to 1023)", ZH: "公认端口（0 至 1023）"}, "range-user": {EN: "registered port (1024 to 49151)", ZH: "注册端口（1024 至 49151）"},
	"range-dynamic": {EN: "dynamic port (49152 and above)", ZH: "动态端口（49152 起）"},
	"family":        {EN: "Noise family", ZH: "噪声类别"}, "called": {EN: "Also called", ZH: "也叫"},
	"iana": {EN: "IANA", ZH: "IANA"}, "iana-none": {EN: "not registered", ZH: "未登记"}, "more": {EN: "more in the", ZH: "条，见"},
	"assigned": {EN: "assigned", ZH: "已分配"}, "noted": {EN: "noted", ZH: "另有记录"}, "reserved": {EN: "reserved", ZH: "保留"},
	"unassigned": {EN: "unassigned", ZH: "未分配"}, "deregistered": {EN: "registration withdrawn", ZH: "已注销登记"},
	"port": {EN: "Port", ZH: "端口"}, "name": {EN: "Name", ZH: "名称"}, "meaning": {EN: "Description", ZH: "说明"}, "status": {EN: "Status", ZH: "状态"},
	"unauthorised": {EN: "used without registration:", ZH: "存在未登记的使用："},

	"expose-never": {EN: "Never expose", ZH: "不可暴露"}, "expose-restrict": {EN: "Known peers only", ZH: "仅限已知对端"}, "expose-ok": {EN: "May be public", ZH: "可以公开"},
	"why-never": {EN: "Close it, or keep it inside.", ZH: "请关闭，或只在内网使用。"}, "why-restrict": {EN: "Let only peers in that you know.", ZH: "只对已知的对端开放。"},
	"why-ok": {EN: "Yes, if it is meant to be public.", ZH: "若本来就要公开，可以。"},

	"probed": {EN: "when it is probed", ZH: "有人探测时"}, "open": {EN: "when it is open here", ZH: "本机开放时"}, "outbound": {EN: "when you connect out", ZH: "主动外连时"},
	"correction": {EN: "correction of the old list", ZH: "旧表勘误"}, "baf": {EN: "amplification", ZH: "放大倍数"},
	"year": {EN: "in %d", ZH: "%d 年"}, "years": {EN: "%d to %d", ZH: "%d 至 %d 年"}, "since": {EN: "since %d", ZH: "%d 年起"}, "until": {EN: "until %d", ZH: "至 %d 年"},
	"no-year": {EN: "years not recorded", ZH: "年代未记载"}, "confidence": {EN: "confidence", ZH: "置信度"},
	"is-A": {EN: " (high)", ZH: "（高）"}, "is-B": {EN: " (good)", ZH: "（较高）"}, "is-C": {EN: " (fair)", ZH: "（一般）"}, "is-D": {EN: " (low)", ZH: "（低）"},
	"comma": {EN: ", ", ZH: "、"},
	"scale": {
		EN: "Confidence: A primary document, measurement, signature or active check; B two independent sources; C one source; D plausible, unproven.",
		ZH: "置信度：A 一手文献、实测、特征或主动检测；B 两个独立来源；C 一个来源；D 合理但未经证实。",
	},

	"was": {EN: "What it was", ZH: "是什么"}, "used": {EN: "Ports it is said to use", ZH: "相传使用的端口"}, "said": {EN: "What is said of it, port by port", ZH: "各端口的相关说法"},
	"also-threats": {EN: "Also named here", ZH: "另有资料提到"},
	"no-evidence":  {EN: "The number alone is no evidence of it.", ZH: "仅凭端口号不能认定是它。"},
	"kind":         {EN: "Kind", ZH: "种类"}, "platform": {EN: "Platform", ZH: "平台"}, "era": {EN: "Years", ZH: "年代"},

	"means": {EN: "Means", ZH: "含义"}, "do": {EN: "Do", ZH: "建议"}, "unless": {EN: "Unless", ZH: "除非"}, "attack": {EN: "MITRE ATT&CK", ZH: "MITRE ATT&CK"},
	"attribute": {EN: "said of another verdict", ZH: "附加在其他判定上"},
	"word-FIX":  {EN: "FIX", ZH: "处理"}, "word-CHECK": {EN: "CHECK", ZH: "核实"}, "word-NOTE": {EN: "NOTE", ZH: "提示"}, "word-fine": {EN: "fine", ZH: "正常"},
	"blank-ports": {EN: "ports", ZH: "端口"}, "blank-port": {EN: "port", ZH: "端口"}, "blank-services": {EN: "services", ZH: "服务"}, "blank-service": {EN: "service", ZH: "服务"},
	"blank-subjects": {EN: "how many", ZH: "数量"}, "blank-subject": {EN: "source", ZH: "来源地址"}, "blank-target": {EN: "target", ZH: "目标"}, "blank-targets": {EN: "how many", ZH: "数量"}, "blank-count": {EN: "count", ZH: "次数"},

	"made":         {EN: "Written by portlore from what it knows.", ZH: "由 portlore 根据其知识库生成。"},
	"registry-day": {EN: "IANA registry of ", ZH: "IANA 登记表日期："},
}
