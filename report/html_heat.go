package report

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// heatView is behaviour by time: what happened when, and what is new.
type heatView struct {
	Said    string
	More    string
	About   string // why amounts are estimates; empty: they are not
	Rows    []heatRow
	Scale   template.HTML
	Keys    []keyView
	Each    string // how long a cell is
	Periods []string
	Zone    string // of the times of the page
}

type heatRow struct {
	Word    portlore.Word
	Title   string
	Class   string // of findings, for the filter
	Strip   template.HTML
	Much    string
	Periods []string // amounts of the table

	cells []uint64
	n     uint64
}

// heat has a row for each class of findings, then for each family of noise, in the
// order of the page.
func (p *explainPage) heat(axis *timeAxis) *heatView {
	if axis == nil {
		return nil
	}
	v := &heatView{Scale: axis.scale()}
	at := map[string]int{}
	for _, b := range p.blocks {
		i, known := at[b[0].Class]
		if !known {
			i = len(v.Rows)
			at[b[0].Class] = i
			v.Rows = append(v.Rows, heatRow{Word: b[0].Word, Title: p.className(b[0].Class), Class: b[0].Class})
		}
		row := &v.Rows[i]
		row.cells = plusCells(row.cells, sumSeries(b))
		for _, f := range b {
			row.n += f.Observations
		}
	}
	for i := range p.r.Families {
		n := &p.r.Families[i]
		v.Rows = append(v.Rows, heatRow{Title: n.Title, cells: n.Series.Cells, n: n.Observations})
	}
	if u := &p.r.Unexplained; u.Observations > 0 {
		v.Rows = append(v.Rows, heatRow{Title: p.say("Not explained", "未能归类"), cells: u.Series.Cells, n: u.Observations})
	}
	drawn := v.Rows[:0]
	for _, row := range v.Rows {
		if len(row.cells) > 0 {
			drawn = append(drawn, row)
		}
	}
	if v.Rows = drawn[:min(len(drawn), mostClasses)]; len(v.Rows) == 0 {
		return nil
	}
	if n := uint64(len(drawn) - len(v.Rows)); n > 0 {
		v.More = p.say("and "+quantity.Count(n)+" more that are not drawn", "另有 "+quantity.Count(n)+" 项未画出")
	}
	var all [][]uint64
	var sum []uint64
	most := 0
	for i, row := range v.Rows {
		all = append(all, row.cells)
		sum = plusCells(sum, row.cells)
		if row.n > v.Rows[most].n {
			most = i
		}
	}
	s := shaderOf(all...)
	v.Keys, v.Each = s.key(), strings.TrimPrefix(length(axis.Seconds).In(p.Lang), "1 ")
	if !axis.boot {
		v.Zone = axis.zoneName()
	}
	groups := axis.periods()
	for i := range groups {
		v.Periods = append(v.Periods, axis.span(groups[i].from, groups[i].to))
	}
	for i := range v.Rows {
		row := &v.Rows[i]
		row.Strip, row.Much = axis.strip(row.cells, &s), quantity.Count(row.n)
		for _, g := range groups {
			n := uint64(0)
			for _, c := range row.cells[g.from:g.to] {
				n += c
			}
			row.Periods = append(row.Periods, quantity.Count(n))
		}
	}
	busiest := 0
	for i, n := range sum {
		if n > sum[busiest] {
			busiest = i
		}
	}
	about, aboutZH := "", ""
	if p.r.Charts.About {
		about, aboutZH = "about ", "约 "
	}
	v.Said = p.say(fmt.Sprintf("The most frequent: %s, %s of %s. The busiest time was %s, with %s%s.", v.Rows[most].Title, quantity.Count(v.Rows[most].n),
		quantity.Count(p.r.Totals.Observations), axis.span(busiest, busiest+1), about, quantity.Count(sum[busiest])),
		fmt.Sprintf("最多的是：%s，%s 次中占 %s 次。最忙的时段是 %s，有 %s%s 次。", v.Rows[most].Title,
			quantity.Count(p.r.Totals.Observations), quantity.Count(v.Rows[most].n), axis.span(busiest, busiest+1), aboutZH, quantity.Count(sum[busiest])))
	if p.r.Charts.About {
		v.About = p.say("There is so much of it that charts are drawn from a fair sample: their amounts over time are estimates.",
			"数据太多，图由均匀抽样绘成：图中随时间变化的数量是估计值。")
	}
	return v
}

// zoneName is how far the clock of the page is from UTC.
func (a *timeAxis) zoneName() string {
	if a.offset == 0 {
		return "UTC"
	}
	return "UTC" + time.Unix(a.From, 0).In(a.zone).Format("-07:00")
}

type period struct{ from, to int }

// periods part the axis into at most eight, for a table.
func (a *timeAxis) periods() []period {
	const most = 8
	each := (a.Cells + most - 1) / most
	if day := 86400 / int(a.Seconds); day > 1 && each <= day && (a.Cells+day-1)/day <= most && a.Cells > day && a.startsDay() {
		each = day
	}
	var all []period
	for from := 0; from < a.Cells; from += each {
		all = append(all, period{from, min(a.Cells, from+each)})
	}
	return all
}

func (a *timeAxis) startsDay() bool { return (a.From+int64(a.offset))%86400 == 0 }

// length is a number of seconds in words.
func length(s int64) portlore.Text {
	switch {
	case s%86400 == 0:
		return portlore.Text{EN: quantity.Plural(uint64(s/86400), "day"), ZH: quantity.Count(uint64(s/86400)) + " 天"}
	case s%3600 == 0:
		return portlore.Text{EN: quantity.Plural(uint64(s/3600), "hour"), ZH: quantity.Count(uint64(s/3600)) + " 小时"}
	case s%60 == 0:
		return portlore.Text{EN: quantity.Plural(uint64(s/60), "minute"), ZH: quantity.Count(uint64(s/60)) + " 分钟"}
	}
	return portlore.Text{EN: quantity.Plural(uint64(s), "second"), ZH: quantity.Count(uint64(s)) + " 秒"}
}
