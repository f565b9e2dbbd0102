package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
)

type explainOptions struct {
	common
	home                  []netip.Prefix
	source                netip.Addr
	only                  selection
	classes               []string
	baseline, mute        string
	show                  int
	quietClass            string // of noise, to show whole
	all, strict, why, own bool
	redact                bool
	read                  format.Options
}

// zone is where stamps without a zone were written, and in which times are shown.
func (o *explainOptions) zone() *time.Location { return cmp.Or(o.read.Zone, time.UTC) }

func explainFlags(args []string) (opt explainOptions, rest []string, err error) {
	var since, until string
	var columns []string
	set := flag.NewFlagSet("explain", flag.ContinueOnError)
	set.Func("home", "", func(s string) error {
		p, err := parsePrefix(s)
		opt.home = append(opt.home, p)
		return wanted(err, "a network such as 192.0.2.0/24, or an address")
	})
	set.Func("source", "", func(s string) (err error) {
		opt.source, err = netip.ParseAddr(s)
		return wanted(err, "an address")
	})
	set.Func("port", "", func(s string) error {
		p, err := parsePorts(s)
		opt.only.ports = append(opt.only.ports, p)
		return wanted(err, "a port such as 22, 53/udp or 20-25")
	})
	set.StringVar(&since, "since", "", "")
	set.StringVar(&until, "until", "", "")
	set.Func("class", "", func(s string) error {
		opt.classes = append(opt.classes, s)
		return wanted(knownClass(s), "a class such as scan.port.vertical, the beginning of one (scan), or a family such as web")
	})
	set.StringVar(&opt.baseline, "baseline", "", "")
	set.StringVar(&opt.mute, "mute", "", "")
	set.BoolVar(&opt.why, "why", false, "")
	set.BoolVar(&opt.own, "own", false, "")
	set.BoolVar(&opt.redact, "redact", false, "")
	set.Func("show", "", func(s string) (err error) {
		opt.all, opt.show, opt.quietClass = s == "all", 0, ""
		switch {
		case opt.all:
		case isClass(s):
			opt.quietClass = s
		default:
			opt.show, err = strconv.Atoi(s)
			if err == nil && opt.show < 1 {
				return errors.New("findings are numbered from 1")
			}
		}
		return wanted(err, "a number, a class or all")
	})
	set.Func("year", "", func(s string) (err error) {
		opt.read.Year, err = strconv.Atoi(s)
		return wanted(err, "a year such as 2026")
	})
	set.Func("tz", "", func(s string) (err error) {
		opt.read.Zone, err = time.LoadLocation(s)
		return wanted(err, "a time zone such as Europe/Berlin")
	})
	set.Func("map", "", func(s string) error {
		columns = append(columns, strings.Split(s, ",")...)
		return nil
	})
	opt.read.Now = time.Now()
	set.Func("now", "", func(s string) (err error) {
		opt.read.Now, err = time.Parse(time.RFC3339, s)
		return wanted(err, "a time such as 2026-01-31T23:59:59Z")
	})
	opt.declare(set)
	opt.declareFailOn(set)
	opt.declareHTML(set)
	set.BoolVar(&opt.strict, "strict", false, "")
	rest, err = parse(set, args)
	if err == nil {
		err = opt.check(reportFormats()...)
	}
	if err == nil {
		err = opt.only.period(since, until, opt.read.Now, opt.zone())
	}
	if err == nil {
		opt.read.Columns, err = parseColumns(columns)
	}
	return opt, rest, err
}

// wanted says of a bad value what a good one looks like.
func wanted(err error, what string) error {
	if err != nil {
		return errors.New("want " + what)
	}
	return nil
}

// parsePrefix takes a network, or an address for a network of its own.
func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// parseColumns takes columns of a table by what they are: src=3, dst=Victim.
func parseColumns(pairs []string) (map[string]string, error) {
	keys := format.ColumnKeys()
	columns := map[string]string{}
	for _, pair := range pairs {
		key, column, ok := strings.Cut(pair, "=")
		n, err := strconv.Atoi(column)
		bad := func(en, zh string) (map[string]string, error) {
			return nil, told{portlore.Text{EN: fmt.Sprintf("--map %s: %s", pair, en), ZH: fmt.Sprintf("--map %s：%s", pair, zh)}}
		}
		switch {
		case !ok || column == "":
			return bad("want KEY=COLUMN, such as src=3 or dst=Victim", "应写成 键=列，如 src=3 或 dst=Victim")
		case !slices.Contains(keys, key):
			return bad("no such key; there are "+strings.Join(keys, ", "), "没有这个键；可用的有 "+strings.Join(keys, "、"))
		case err == nil && (n < 1 || n > format.MaxColumns):
			return bad(fmt.Sprintf("columns are numbered from 1 to %d", format.MaxColumns), fmt.Sprintf("列号从 1 到 %d", format.MaxColumns))
		}
		columns[key] = column
	}
	return columns, nil
}
