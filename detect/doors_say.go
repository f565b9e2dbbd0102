package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/lore"
)

func portID(port uint16, proto string) string { return fmt.Sprintf("port/%d/%s", port, proto) }

// means says what a door means and what to do about it.
func (j *doorJudge) means(d *portlore.Door, h *holder) {
	if d.State != "open" {
		return
	}
	var said []string
	e := h.entry
	if e != nil && e.Family == "trojan" {
		e = nil // of such a number, the history
	}
	if e != nil {
		switch {
		case !d.Answered && d.Service.Proof == "answer" && d.Service.Name == "http" && e.Service != "http" && e.Service != "https":
			said = append(said, j.say(fmt.Sprintf("It speaks HTTP; that it is %s, only the number suggests.", e.Title.EN), fmt.Sprintf("它用 HTTP 应答；至于是不是%s，只凭端口号推测。", spaced(e.Title.ZH))))
		case !h.proven:
			said = append(said, j.say(fmt.Sprintf("The number suggests %s; nothing here proves it.", e.Title.EN), fmt.Sprintf("端口号像是%s，但没有证据。", spaced(e.Title.ZH))))
		}
		said = append(said, openClaim(e).In(j.lang))
	}
	if n := h.number; n != nil && n != e && h.proven && n.Family != "trojan" {
		said = append(said, j.say(fmt.Sprintf("The number suggests %s, but it is not that.", n.Title.EN), fmt.Sprintf("端口号像是%s，其实不是。", spaced(n.Title.ZH))))
	}
	if h.number != nil && h.number.Family == "trojan" {
		said = append(said, j.history(d, true))
	}
	if e == nil && len(said) == 0 {
		said = append(said, j.unlisted(d))
	}
	d.Means = strings.Join(said, j.say(" ", ""))
	if d.Word < portlore.Check {
		if d.Word == portlore.Note {
			d.Do = append(d.Do, j.lookAt(d))
		}
		return
	}
	switch {
	case d.Answered:
		d.Do = append(d.Do, j.say("If you did not mean strangers to reach it, close it or let known addresses in only.", "若并非有意让陌生人访问，请关闭，或只放行已知地址。"))
	case d.Reach == portlore.ReachInternet:
		d.Do = append(d.Do, j.say("Nothing here keeps strangers out. Bind it to 127.0.0.1 or an inner address, close it, or let known addresses in only.", "本机没有挡住陌生人。请改绑 127.0.0.1 或内网地址，或关闭它，或只放行已知地址。"))
	default:
		if programOf(&d.Process) == "" {
			d.Do = append(d.Do, j.lookAt(d))
		}
		d.Do = append(d.Do, j.say("Does a firewall keep strangers out? If not, bind it to 127.0.0.1 or an inner address, or close it.", "先看防火墙是否挡住了陌生人；若没有，请改绑 127.0.0.1 或内网地址，或关闭它。"))
	}
	if e != nil && e.Check.EN != "" {
		d.Do = append(d.Do, e.Check.In(j.lang))
	}
	if e != nil && (e.Close.Linux != "" || e.Close.Windows != "") {
		d.Do = append(d.Do, j.say(fmt.Sprintf("Commands that close it: portlore port %d --sources", e.From), fmt.Sprintf("关闭它的命令：portlore port %d --sources", e.From)))
	}
}

func (j *doorJudge) say(en, zh string) string { return both(en, zh).In(j.lang) }

// spaced puts a blank between Chinese and Latin.
func spaced(s string) string {
	if s != "" && s[0] < 0x80 {
		return " " + s
	}
	return s
}

// openClaim is what is said first of a service that is open: what it is for, or
// else what somebody may do with it.
func openClaim(e *lore.Entry) portlore.Text {
	var found portlore.Text
	for _, c := range e.Claims {
		if c.Situation != "open" {
			continue
		}
		if c.Kind == "note" {
			return c.Text
		}
		if found == (portlore.Text{}) {
			found = c.Text
		}
	}
	return found
}

// history names the malware that old tables give a number to.
func (j *doorJudge) history(d *portlore.Door, innocent bool) string {
	var names []string
	for _, t := range j.base.ThreatsOn(mustTransport(d.Proto), d.Port) {
		name := t.Names.In(j.lang)
		if name == "" {
			name = t.Names.EN
		}
		if t.Era.From != 0 {
			name += j.say(fmt.Sprintf(" (%d)", t.Era.From), fmt.Sprintf("（%d 年）", t.Era.From))
		}
		if len(names) < 3 {
			names = append(names, name)
		}
	}
	list := strings.Join(names, j.say(", ", "、"))
	switch {
	case len(names) == 0:
		return j.say("Old tables of malware list this number. A number is not a name.", "旧的恶意软件端口表列有这个端口号。仅凭端口号不能认定。")
	case innocent:
		return j.say("Old tables give this number to "+list+". The number is no evidence of it.", "旧端口表把它记在 "+list+" 名下。仅凭端口号不能认定。")
	}
	return j.say("Old tables give this number to "+list+". That is a guess from the number: an innocent program may hold it.", "旧端口表把它记在 "+list+" 名下。这只是按端口号猜的，也可能是正当程序在用。")
}

// notorious is about a number of old malware of which nobody says who holds it.
func (j *doorJudge) notorious(d *portlore.Door) {
	d.Means = j.history(d, false)
	d.Do = append(d.Do, j.lookAt(d))
}

// ssCommand asks a Linux who holds a port.
func ssCommand(d *portlore.Door) string {
	flag := "t"
	if d.Proto == "udp" {
		flag = "u"
	}
	return fmt.Sprintf("sudo ss -%slpn 'sport = :%d'", flag, d.Port)
}

// lookAt is how to find out who holds a door.
func (j *doorJudge) lookAt(d *portlore.Door) string {
	command := ssCommand(d)
	if !d.Answered && programOf(&d.Process) != "" {
		return j.say("Nothing, if you know the program and want it there.", "若你认得这个程序，也有意让它开放，则无须处理。")
	}
	if pid := d.Process.PID; !d.Answered && pid != 0 {
		return j.say(fmt.Sprintf("See what process %d is: `tasklist /fi \"PID eq %d\"` on Windows, `ps -fp %d` elsewhere.", pid, pid, pid),
			fmt.Sprintf("查看进程 %d 是什么：Windows 用 `tasklist /fi \"PID eq %d\"`，其他系统用 `ps -fp %d`。", pid, pid, pid))
	}
	if d.Answered {
		return j.say("Nothing, if it is meant to be open. On that host, see who holds it: `"+command+"`.", "若本来就要开放，则无须处理。在该主机上运行 `"+command+"`，看是哪个程序。")
	}
	return j.say("See who holds it: `"+command+"`.", "运行 `"+command+"`，看是哪个程序。")
}

// unlisted says what can be said of a door that nobody wrote about.
func (j *doorJudge) unlisted(d *portlore.Door) string {
	switch {
	case d.Port >= firstDynamic:
		return j.say("Systems hand such ports to any program that asks; the number says nothing.", "系统会把这类端口随意分给需要的程序，端口号说明不了什么。")
	case programOf(&d.Process) != "":
		return j.say("The program is named, but what it serves is not known here.", "程序名已知，但不清楚它提供什么服务。")
	}
	return j.say("The number says nothing about the program.", "仅凭端口号看不出是什么程序。")
}

// doorsSentence says of doors whether anything must be done; act: something must.
func doorsSentence(doors []portlore.Door, lang portlore.Lang) (s string, act bool) {
	var n [portlore.Fix + 1]int
	open := 0
	var wanted []string
	for _, block := range portlore.AlikeDoors(doors) {
		d := &doors[block[0]]
		if d.State != "open" {
			continue
		}
		open++
		n[d.Word]++
		if name := fmt.Sprintf("%d/%s", d.Port, d.Proto); d.Word >= portlore.Check && !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	const most = 5
	list := strings.Join(wanted[:min(most, len(wanted))], " ")
	listZH := list
	if more := len(wanted) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
		listZH += fmt.Sprintf(" 等 %d 个", len(wanted))
	}
	count := func(n int) string { return quantity.Count(uint64(n)) }
	of, isOpen := quantity.Plural(uint64(open), "open door"), quantity.Plural(uint64(open), "door")+" are open"
	if open == 1 {
		of, isOpen = "1 open door", "1 door is open"
	}
	var en, zh []string
	if n[portlore.Fix] > 0 {
		en, zh = append(en, count(n[portlore.Fix])+" to fix"), append(zh, count(n[portlore.Fix])+" 个须处理")
	}
	if n[portlore.Check] > 0 {
		en, zh = append(en, count(n[portlore.Check])+" to check"), append(zh, count(n[portlore.Check])+" 个须核实")
	}
	if len(en) > 0 {
		return both(fmt.Sprintf("%s of %s: %s.", strings.Join(en, ", "), of, list),
			fmt.Sprintf("%s 个开放端口中，%s：%s。", count(open), strings.Join(zh, "，"), listZH)).In(lang), true
	}
	switch {
	case open == 0:
		return both("No door is open.", "没有开放的端口。").In(lang), false
	case n[portlore.Note] == open:
		return both(isOpen+", worth knowing.", fmt.Sprintf("有 %s 个端口开放，供参考。", count(open))).In(lang), false
	case n[portlore.Note] > 0:
		return both(fmt.Sprintf("%s, %s of them worth knowing.", isOpen, count(n[portlore.Note])),
			fmt.Sprintf("有 %s 个端口开放，其中 %s 个供参考。", count(open), count(n[portlore.Note]))).In(lang), false
	}
	return both(isOpen+".", fmt.Sprintf("有 %s 个端口开放。", count(open))).In(lang), false
}
