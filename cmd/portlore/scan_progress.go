package main

import (
	"fmt"
	"io"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/scan"
)

// A scanProgress is a line on a terminal that says how far a scan is. It keeps
// silent for the first second.
type scanProgress struct {
	w     io.Writer // nil: no terminal
	lang  portlore.Lang
	began time.Time
	shown bool
}

func (s *scanner) progress() *scanProgress {
	p := &scanProgress{lang: s.lang, began: time.Now()}
	if !s.opt.quiet && isTerminal(s.stderr) {
		p.w = s.stderr
	}
	return p
}

// report is called by the engine.
func (p *scanProgress) report(at scan.Progress) {
	var part float64
	if at.Total > 0 {
		part = 100 * float64(at.Settled) / float64(at.Total)
	}
	count := quantity.Count
	en := fmt.Sprintf("%.0f%%  %s of %s ports  %s open", part, count(at.Settled), count(at.Total), count(at.Open))
	zh := fmt.Sprintf("%.0f%%  已问 %s / %s 个端口  开放 %s 个", part, count(at.Settled), count(at.Total), count(at.Open))
	if at.Phase == scan.PhaseDiscover {
		en, zh = "who is there?  "+count(at.Hosts)+" addresses so far", "正在查找主机，已查 "+count(at.Hosts)+" 个地址"
	}
	if at.Left > 0 {
		left := at.Left.Round(time.Second).String()
		en, zh = en+"  ETA "+left, zh+"  还需 "+left
	}
	p.line(en, zh)
}

// asking says that the doors that were found are being asked what they are.
func (p *scanProgress) asking(doors int) {
	if doors > 0 {
		p.line(fmt.Sprintf("asking %s what they are", quantity.Plural(uint64(doors), "open door")), fmt.Sprintf("正在询问 %s 个开放端口是什么服务", quantity.Count(uint64(doors))))
	}
}

func (p *scanProgress) line(en, zh string) {
	if p.w == nil || time.Since(p.began) < time.Second {
		return
	}
	p.shown = true
	fmt.Fprint(p.w, "\r\x1b[K"+portlore.Text{EN: en + "   Ctrl-C: report so far", ZH: zh + "   Ctrl-C：先看结果"}.In(p.lang))
}

// end wipes the line.
func (p *scanProgress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
