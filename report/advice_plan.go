package report

import (
	"strings"
	"sync"

	"github.com/portlore/portlore"
)

// A plan says which advice a class of verdict gets. The classes are a closed
// list, and so is this table: nothing is advised for want of a line here.
type plan struct {
	verify check         // how to look again
	block  portlore.Text // why its senders are not blocked; empty: the commands are offered
	report portlore.Text // why nobody is told; empty: as block says
	rules  []string      // other kinds of advice, in the order in which they stand
	act    string        // what the mail to the sender's provider calls it
}

// A check is a way to look again at what a finding says.
type check uint8

const (
	noCheck      check = iota
	checkPorts         // does anything listen there, and does the source still come?
	checkSession       // the same, and is it inside at this moment?
	checkAsked         // do our own hosts speak to it?
	checkSource        // does it still come, and through which neighbour?
	checkOurs          // which program of ours does it?
	checkFlood         // does the host suffer?
	checkICMP          // do the errors come?
	checkDHCP          // who answers as a server?
	checkLog           // does a rule limit the log?
)

// Kinds of advice.
const (
	kindVerify  = "verify"
	kindBlock   = "block"   // drop all that a source sends
	kindClose   = "close"   // let strangers reach a port no longer
	kindContain = "contain" // stop what a host of ours sends
	kindLimit   = "limit"   // bear a flood
	kindReject  = "reject"  // say no at once
	kindAllow   = "allow"   // let in what must come in
	kindQuiet   = "quiet"   // keep it out of the log
	kindAsk     = "ask"     // what to tell one's own provider
	kindReport  = "report"  // what to tell the provider of the source
)

// planFor is the plan of a class or of the open class above it.
func planFor(class string) (plan, bool) {
	for {
		if p, ok := plans()[class]; ok {
			return p, true
		}
		i := strings.LastIndexByte(class, '.')
		if i < 0 {
			return plan{}, false
		}
		class = class[:i]
	}
}

// plans has a line for every class of lore/data/classes.tsv. It is made when it
// is first asked for: a program that answers about a port must start fast.
var plans = sync.OnceValue(func() map[string]plan {
	return map[string]plan{
		"scan.port.vertical":      {verify: checkPorts, act: "port scanning"},
		"scan.port.horizontal":    {verify: checkPorts, act: "scanning of our addresses for one service"},
		"scan.port.block":         {verify: checkPorts, act: "scanning of our addresses"},
		"scan.distributed":        {verify: checkPorts, act: "port scanning"},
		"scan.decoy":              {verify: checkSource, block: whyDecoy},
		"scan.host.ping":          {verify: checkSource, act: "ping sweeps"},
		"scan.proto":              {verify: checkSource, act: "IP protocol scanning"},
		"scan.os_fingerprint":     {verify: checkPorts, act: "fingerprinting of our systems"},
		"scan.service_version":    {verify: checkSession, act: "version queries to our services"},
		"scan.stealth":            {verify: checkPorts, act: "port scanning with unusual TCP flags"},
		"scan.slow":               {block: whyMark},
		"scan.research":           {block: whyMark},
		"evasion.source_port":     {block: whyMark},
		"tool":                    {block: whyMark},
		"trace.traceroute":        {verify: checkSource, block: whyOrdinary},
		"probe.service":           {verify: checkPorts, act: "unwanted connection attempts"},
		"probe.trojan":            {verify: checkPorts, act: "probing for backdoors"},
		"probe.amplifier":         {verify: checkPorts, report: whyAmplifier},
		"probe.proxy":             {verify: checkPorts, act: "probing for open proxies"},
		"probe.enum":              {verify: checkPorts, act: "unwanted queries to our services"},
		"worm":                    {verify: checkPorts, act: "traffic typical of a worm"},
		"brute.force":             {verify: checkSession, rules: []string{kindClose}, act: "password guessing"},
		"hammer.blocked":          {verify: checkPorts, act: "repeated attempts at a closed port"},
		"dos.synflood":            {verify: checkFlood, block: whyFlood, rules: []string{kindLimit, kindAsk}},
		"dos.udpflood":            {verify: checkFlood, block: whyFlood, rules: []string{kindAsk}},
		"dos.icmpflood":           {verify: checkFlood, block: whyFlood, rules: []string{kindLimit, kindAsk}},
		"dos.tcpflood":            {verify: checkFlood, block: whyFlood, rules: []string{kindAsk}},
		"dos.smurf":               {verify: checkSource, block: whyForged, rules: []string{kindLimit}},
		"dos.fraggle":             {verify: checkSource, block: whyForged, rules: []string{kindLimit}},
		"dos.land":                {verify: checkSource, block: whyForged, rules: []string{kindLimit}},
		"dos.loop":                {verify: checkPorts, block: whyForged, rules: []string{kindClose}},
		"dos.watertorture":        {verify: checkSource, block: whyForged},
		"reflect.abused":          {verify: checkPorts, block: whyForged, rules: []string{kindClose}},
		"reflect.victim":          {verify: checkAsked, block: whyReflector, rules: []string{kindAsk}},
		"backscatter.tcp":         {verify: checkAsked, block: whyVictim},
		"backscatter.udp":         {verify: checkAsked, block: whyVictim},
		"backscatter.icmp":        {verify: checkAsked, block: whyVictim},
		"benign.late_reply":       {verify: checkAsked, block: whyOrdinary},
		"benign.dhcp":             {verify: checkDHCP, block: whyNeighbour, rules: []string{kindAllow}},
		"benign.lan_discovery":    {verify: checkSource, block: whyNeighbour, rules: []string{kindQuiet}},
		"benign.multicast":        {verify: checkSource, block: whyNeighbour, rules: []string{kindAllow}},
		"benign.ipv6_nd":          {verify: checkSource, block: whyNeighbour, rules: []string{kindAllow}},
		"benign.lan_service":      {verify: checkPorts, block: whyNeighbour, rules: []string{kindAllow}},
		"benign.ident_callback":   {verify: checkAsked, block: whyOrdinary, rules: []string{kindReject}},
		"benign.proxycheck":       {verify: checkAsked, block: whyOrdinary},
		"benign.ftp_data":         {verify: checkAsked, block: whyOrdinary},
		"benign.media_stream":     {verify: checkAsked, block: whyOrdinary},
		"benign.p2p":              {verify: checkOurs, block: whyOurs},
		"benign.p2p_afterglow":    {verify: checkPorts, block: whyOrdinary},
		"benign.address_reuse":    {verify: checkSource, block: whyOrdinary},
		"benign.monitoring":       {verify: checkSource, block: whyOrdinary},
		"benign.ping":             {verify: checkSource, block: whyOrdinary},
		"benign.icmp_path":        {verify: checkICMP, block: whyOrdinary, rules: []string{kindAllow}},
		"benign.client":           {verify: checkSession, block: whyOrdinary},
		"benign.flashcrowd":       {verify: checkFlood, block: whyOrdinary},
		"benign.backup":           {verify: checkOurs, block: whyOurs},
		"benign.fragment":         {verify: checkSource, block: whyOrdinary},
		"benign.overlay":          {verify: checkSource, block: whyOurs},
		"outbound.scan":           {verify: checkOurs, block: whyOurs, rules: []string{kindContain}},
		"outbound.dos":            {verify: checkOurs, block: whyOurs, rules: []string{kindContain}},
		"outbound.spam":           {verify: checkOurs, block: whyOurs, rules: []string{kindContain}},
		"outbound.beacon":         {verify: checkOurs, block: whyOurs},
		"outbound.blocked":        {verify: checkOurs, block: whyOurs},
		"internal.scan":           {verify: checkOurs, block: whyOurs},
		"tunnel.suspicion":        {verify: checkOurs, block: whyOurs},
		"exposed.service":         {verify: checkSession, block: whyVisitor, rules: []string{kindClose}},
		"exposed.answered_trojan": {verify: checkSession, block: whyVisitor, rules: []string{kindClose}},
		"misconfig.misdirected":   {verify: checkSource, block: whyStray},
		"misconfig.rule":          {verify: checkICMP, block: whyOrdinary, rules: []string{kindAllow}},
		"spoofed.source":          {verify: checkSource, block: whyForged, rules: []string{kindLimit}},
		"spoofed.martian":         {verify: checkSource, block: whyForged},
		"bogon.source":            {verify: checkSource, block: whyForged},
		"malformed":               {verify: checkSource, block: whyBroken},
		"dhcp.second_server":      {verify: checkDHCP, block: whyNeighbour},
		"sensor.alert":            {verify: checkPorts, report: whySensor},
		"sensor.ban":              {verify: checkSource, block: whyBanned},
		"evidence.gap":            {verify: checkLog, block: whyNobody},
		"unknown":                 {block: whyUnknown},
	}
})

// Why the senders of a class are not blocked, nor anybody told of them.
var (
	whyForged = portlore.Text{
		EN: "The sender's address is forged: a block would hit its owner, who sent nothing, and never the one who did.",
		ZH: "来源地址是伪造的：封禁只会误伤它的主人，打不到真正的发送者。",
	}
	whyVictim = portlore.Text{
		EN: "The senders are the victims: they answer what somebody else sent in your name. A block stops nothing and cuts you off from them.",
		ZH: "发送者是受害者：有人冒用你的地址，它们只是在应答。封禁什么也挡不住，反而断了你与它们的联系。",
	}
	whyReflector = portlore.Text{
		EN: "The senders are misused servers, others every day, and the line is full before your firewall sees a packet. Only your provider can filter.",
		ZH: "发送者是被人利用的服务器，天天在换；包到防火墙之前线路已经占满，只有运营商能过滤。",
	}
	whyFlood = portlore.Text{
		EN: "Senders of a flood are easily forged: a block would hit bystanders, and whoever forges could make you block anybody.",
		ZH: "洪泛的来源很容易伪造：封禁会误伤旁人，伪造者甚至能借此让你封掉任何人。",
	}
	whyDecoy = portlore.Text{
		EN: "All of these addresses but one are forged, and nothing tells which one is real: a block would hit the innocent.",
		ZH: "这些地址至多一个是真的，又看不出是哪一个：封禁会误伤无辜者。",
	}
	whyOrdinary = portlore.Text{
		EN: "This is ordinary traffic: a block would break something of yours and stop no attack.",
		ZH: "这是正常流量：封禁只会弄坏你自己的东西，挡不住任何攻击。",
	}
	whyNeighbour = portlore.Text{
		EN: "The senders are devices of your own network: a block would only hide them, or break what they do for you.",
		ZH: "发送者是你自己网络里的设备：封禁只是眼不见为净，还可能弄坏它们提供的服务。",
	}
	whyOurs = portlore.Text{
		EN: "The addresses are your own hosts: find the program first. A block would hide it and leave it running.",
		ZH: "这些是你自己的主机：先找出是哪个程序。封禁只会掩盖它，程序仍在运行。",
	}
	whyVisitor = portlore.Text{
		EN: "The open door is the matter, not the visitors: tomorrow others come. Close it, or protect it.",
		ZH: "问题在于门开着，不在于谁来过：明天还会有别人。应关上它，或加以保护。",
	}
	whyStray = portlore.Text{
		EN: "The sender is set to a wrong address, by mistake: it does no harm, and its owner may be a customer.",
		ZH: "对方只是把地址设错了，没有恶意，也许还是你的客户。",
	}
	whyBroken = portlore.Text{
		EN: "Impossible packets are as often broken as hostile, easily forged, and dropped by every system already.",
		ZH: "这类不合规的包，可能出自恶意，也可能只是设备故障，又容易伪造，而且任何系统本来就会丢弃。",
	}
	whyAmplifier = portlore.Text{
		EN: "A sender of UDP is easily forged, and whoever misuses amplifiers forges: the address may be the one that is to be flooded.",
		ZH: "UDP 来源容易伪造，利用放大器的人正是靠伪造：这个地址也许就是要被洪泛的受害者。",
	}
	whySensor = portlore.Text{
		EN: "Only a sensor says so. Quote its own record, with the packet that it saw, not this summary.",
		ZH: "这只是传感器的说法。要举报，请附上传感器自己的记录和它看到的包，而不是这份摘要。",
	}
	whyBanned = portlore.Text{
		EN: "A blocker has already shut it out.",
		ZH: "封禁工具已经把它拦下了。",
	}
	whyNobody = portlore.Text{
		EN: "This is about the evidence, not about anybody.",
		ZH: "这说的是证据本身，不涉及任何人。",
	}
	whyUnknown = portlore.Text{
		EN: "Nobody knows what this is: there is no reason to accuse anybody.",
		ZH: "尚不清楚这是什么，没有理由指责任何人。",
	}
	whyMark = portlore.Text{
		EN: "This is a mark of other findings; the advice stands there.",
		ZH: "这只是其他条目的特征，建议见相应条目。",
	}
)
