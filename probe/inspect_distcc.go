package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/portlore/portlore"
)

// openDistcc hands a compile server a job for a compiler that does not exist, so
// that nothing can be run (distcc protocol 1). Who is not allowed to come is hung up
// on before he has said a word; who is, when the job turns out to be none.
var openDistcc = Inspection{
	Services: []string{"distccd"}, Transport: "tcp", Calls: 1,
	Sends: "a job for the compiler portlore-asks-only, with an empty source; before its last part a moment is waited",
	Never: "the name of a program that exists: nothing is compiled",
	Finds: []Outcome{
		{"distcc.open", portlore.Fix, "DONE: the job was taken, as old versions take any command; CHECK if it was read to its end and then hung up on"},
		{"distcc.refused", portlore.Fine, "it hangs up before the job is complete"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		job := []string{"portlore-asks-only", "-c", "none.c", "-o", "none.o"}
		ask := fmt.Sprintf("DIST%08xARGC%08x", 1, len(job))
		for _, a := range job {
			ask += fmt.Sprintf("ARGV%08x%s", len(a), a)
		}
		c.say(ask)
		if c.err == nil && c.patient(greetingTime) {
			if _, err := c.r.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
				return refused("distcc.refused", "EOF")
			}
		}
		c.say(fmt.Sprintf("DOTI%08x", 0))
		if c.err != nil || !c.patient(answerTime) {
			return nil
		}
		answer := c.exactly(12)
		switch {
		case bytes.HasPrefix(answer, []byte("DONE0000")):
			return []Check{distccOpen(portlore.Fix, both("takes any job from strangers (DONE)", "接受陌生人的任何任务（DONE）"))}
		case errors.Is(c.err, io.EOF):
			return []Check{distccOpen(portlore.Check, both("read a job of a stranger to its end", "把陌生人的任务读到了最后"))}
		}
		return nil
	},
}

func distccOpen(word portlore.Word, evidence portlore.Text) Check {
	return Check{
		ID: "distcc.open", Word: word, Evidence: evidence,
		Means: both("Anyone who reaches it can have programs run here: compilers by intent, in old versions any command (CVE-2004-2687). Nothing was run to try it.",
			"能连上的人都可让它运行程序：本意是编译器，旧版本则任何命令都行（CVE-2004-2687）。为稳妥起见没有运行任何程序。"),
		Do: both("Name your build machines with --allow, listen on an inner address (--listen), or go through SSH.", "用 --allow 写明编译主机，--listen 只绑定内网地址，或改走 SSH。"),
	}
}
