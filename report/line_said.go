package report

import (
	"fmt"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// saidDeed is what a sensor says of a source: its claim, in its own words where it
// has some. Empty: it says nothing, or is about a packet like any other.
func (p *linePage) saidDeed() string {
	s := p.o.Said
	if s == nil {
		return ""
	}
	src, sensor := p.o.Src.String(), safetext.Clean(s.Sensor)
	switch s.Claim {
	case portlore.Alert:
		what := p.saidRule()
		if what == "" {
			what = p.say("no more than that", "别的没说")
		}
		return p.say(fmt.Sprintf("%s reports %s: %s.", sensor, src, what), fmt.Sprintf("%s 报告了 %s：%s。", sensor, src, what))
	case portlore.Ban:
		return p.say(fmt.Sprintf("%s shut out %s.", sensor, src), fmt.Sprintf("%s 已封禁 %s。", sensor, src))
	case portlore.LoginRefused:
		return p.say(fmt.Sprintf("%s refused a login from %s.", sensor, src), fmt.Sprintf("%s 拒绝了来自 %s 的登录。", sensor, src))
	case portlore.LoginAccepted:
		return p.say(fmt.Sprintf("%s accepted a login from %s.", sensor, src), fmt.Sprintf("%s 接受了来自 %s 的登录。", sensor, src))
	case portlore.TransferRefused:
		return p.say(fmt.Sprintf("%s would not hand its zone to %s.", sensor, src), fmt.Sprintf("%s 拒绝向 %s 传送区域数据。", sensor, src))
	case portlore.Martian:
		return p.say(fmt.Sprintf("The kernel has no route back to %s by that interface.", src), fmt.Sprintf("内核从这个接口找不到通往 %s 的回程路由。", src))
	case portlore.SynFlood:
		return p.say(fmt.Sprintf("The queue of port %d for new connections is full.", p.o.DstPort), fmt.Sprintf("端口 %d 的新连接队列已满。", p.o.DstPort))
	}
	return ""
}

// saidAct says whether the reader must do something about what the kernel says of
// itself. Empty: what is said of any packet holds.
func (p *linePage) saidAct() string {
	switch s := p.o.Said; {
	case s == nil:
	case s.Claim == portlore.Martian && p.r.Word == portlore.Fine:
		return p.say(" Nothing to do, unless it comes again.", "偶尔一次无须处理，反复出现则应查明。")
	case s.Claim == portlore.SynFlood && p.r.Word == portlore.Check:
		return p.say(" Only you can tell whether anything is wrong.", "是否异常，请自行核实。")
	}
	return ""
}

// saidMeaning is what one refused login means, since a door that refuses is open,
// and is not looked for by those who find it closed. Empty: lore says it.
func (p *linePage) saidMeaning() (means, do string) {
	if s := p.o.Said; s == nil || s.Claim != portlore.LoginRefused {
		return "", ""
	}
	return p.say("Somebody mistyped, or programs try passwords, as at every open login all day. One refused login is no break-in.",
			"有人输错了，或是程序在试口令；开着的登录服务整天都会遇到。被拒绝一次不等于被入侵。"),
		p.say("Nothing for one. What matters is whether a login from an address that you do not know was accepted.",
			"单独一次无须处理。要查的是有没有陌生地址登录成功。")
}

// saidRule is the message of a sensor with its rule, or either of them.
func (p *linePage) saidRule() string {
	rule, message := safetext.Clean(string(p.o.Said.Rule)), safetext.Clean(string(p.o.Said.Message))
	switch {
	case message == "":
		return rule
	case rule == "":
		return message
	}
	return message + " (" + rule + ")"
}
