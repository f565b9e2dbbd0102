package detect_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// expand writes out the templates of a log. "20 * LINE" stands for 20 lines; in
// number i of them, counted from 0,
//
//	{7+3}              is 7 + 3·i
//	{7+3/10}           is 7 + 3·i/10, rounded down
//	{7+3/10%250}       is 7 + (3·i/10 modulo 250)
//	{15:02:16+60/1500} is a clock that goes on by so many seconds
//	{22|23|80}         is one word after the other, again and again
func expand(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		head, template, found := strings.Cut(line, " * ")
		n, err := strconv.Atoi(head)
		if !found || err != nil {
			b.WriteString(line)
			continue
		}
		for i := range n {
			b.WriteString(braces.ReplaceAllStringFunc(template, func(s string) string { return filled(s[1:len(s)-1], i) }))
		}
	}
	return b.String()
}

var (
	braces = regexp.MustCompile(`\{[^{}]*\}`)
	series = regexp.MustCompile(`^([0-9:]+)\+(\d+)(?:/(\d+))?(?:%(\d+))?$`)
)

// filled is what stands for the braces in line i.
func filled(s string, i int) string {
	m := series.FindStringSubmatch(s)
	if m == nil {
		words := strings.Split(s, "|")
		return words[i%len(words)]
	}
	grown := number(m[2], 0) * i / number(m[3], 1)
	if mod := number(m[4], 0); mod > 0 {
		grown %= mod
	}
	if clock, err := time.Parse(time.TimeOnly, m[1]); err == nil {
		return clock.Add(time.Duration(grown) * time.Second).Format(time.TimeOnly)
	}
	return strconv.Itoa(number(m[1], 0) + grown)
}

func number(s string, absent int) int {
	if s == "" {
		return absent
	}
	n, _ := strconv.Atoi(s)
	return n
}

func TestExpand(t *testing.T) {
	for log, want := range map[string]string{
		"a {1+1}\n":                       "a {1+1}\n", // no template
		"2 * a {7+3} {a|b}\n3 * {x}\n":    "a 7 a\na 10 b\nx\nx\nx\n",
		"4 * {5+1/2}\n":                   "5\n5\n6\n6\n",
		"4 * {5+1/2%1} {5+2%3}\n":         "5 5\n5 7\n5 6\n5 5\n",
		"3 * {23:59:58+1} {00:00:00+3/2}": "23:59:58 00:00:0023:59:59 00:00:0100:00:00 00:00:03",
		"x\n0 * y\n":                      "x\n",
	} {
		if got := expand(log); got != want {
			t.Errorf("%q: %q, want %q", log, got, want)
		}
	}
}
