package main

import (
	"errors"
	"flag"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/scan/scope"
)

type scanOptions struct {
	common
	targets, exclude   []string
	ports              string
	udp, syn, ot, plan bool
	redact             bool
	rate               float64 // packets per second in all; zero: the usual limits
	authorized         string
	maxHosts           uint64 // zero: the usual limit
	save, diff         string
}

func scanFlags(args []string) (opt scanOptions, err error) {
	set := flag.NewFlagSet("scan", flag.ContinueOnError)
	opt.declare(set)
	opt.declareFailOn(set)
	opt.declareHTML(set)
	set.BoolVar(&opt.redact, "redact", false, "")
	set.Func("ports", "", func(s string) error {
		opt.ports += "," + s
		return nil
	})
	set.Func("exclude", "", func(s string) error {
		opt.exclude = append(opt.exclude, s)
		return nil
	})
	set.BoolVar(&opt.udp, "udp", false, "")
	set.BoolVar(&opt.syn, "syn", false, "")
	set.BoolVar(&opt.ot, "ot", false, "")
	set.BoolVar(&opt.plan, "plan", false, "")
	set.Func("rate", "", func(s string) error {
		const fastest = 10e6 // packets a second, more than any machine sends
		n, err := strconv.ParseFloat(s, 64)
		if opt.rate = n; err == nil && !(n > 0 && n <= fastest) {
			err = strconv.ErrRange
		}
		return wanted(err, "packets per second, such as 50 or 5000")
	})
	set.Func("authorized", "", func(s string) error {
		if opt.authorized = strings.TrimSpace(s); opt.authorized == "" {
			return errors.New("say why you may scan: a ticket, a contract, a name")
		}
		return nil
	})
	set.Func("max-hosts", "", func(s string) (err error) {
		if opt.maxHosts, err = strconv.ParseUint(s, 10, 32); err == nil && (opt.maxHosts == 0 || opt.maxHosts > scope.Ceiling) {
			err = strconv.ErrRange
		}
		return wanted(err, "a number of addresses up to 1048576")
	})
	set.StringVar(&opt.save, "save", "", "")
	set.StringVar(&opt.diff, "diff", "", "")
	opt.targets, err = parse(set, args)
	if err == nil {
		err = opt.check(reportFormats()...)
	}
	opt.ports = strings.TrimPrefix(opt.ports, ",")
	switch {
	case err != nil || opt.help:
	case len(opt.targets) == 0:
		err = told{portlore.Text{EN: "whom? For example: portlore scan 192.168.1.1, or a network: 192.168.1.0/24", ZH: "扫描谁？例如：portlore scan 192.168.1.1，或一个网段：192.168.1.0/24"}}
	case opt.plan && opt.formatName != "text":
		err = told{portlore.Text{EN: "--plan writes text only", ZH: "--plan 只输出文本"}}
	case opt.formatName == "jsonl" && (opt.diff != "" || opt.redact):
		err = told{portlore.Text{EN: "--format jsonl prints what is found as it comes: no --diff, no --redact", ZH: "--format jsonl 边扫描边输出，不能与 --diff、--redact 同用"}}
	}
	return opt, err
}
