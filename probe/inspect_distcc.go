package probe

import (
	"bytes"
	"context"
	"fmt"

	"github.com/portlore/portlore"
)

// openDistcc hands a compile server a job for a compiler that does not exist: it
// cannot be run, and the answer shows whether a job of a stranger is taken at all
// (distcc protocol 1; CVE-2004-2687 is what else such a job can do).
var openDistcc = Inspection{
	Services: []string{"distccd"}, Transport: "tcp", Calls: 1,
	Sends: "a job for the compiler /portlore/asks/only, with an empty source",
	Never: "the name of a program that exists",
	Finds: []Outcome{{"distcc.open", portlore.Fix, "DONE: the job was taken, whatever became of it"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		job := []string{"/portlore/asks/only", "-c", "none.c", "-o", "none.o"}
		ask := fmt.Sprintf("DIST%08xARGC%08x", 1, len(job))
		for _, a := range job {
			ask += fmt.Sprintf("ARGV%08x%s", len(a), a)
		}
		c.say(ask + fmt.Sprintf("DOTI%08x", 0))
		if answer := c.exactly(12); !bytes.HasPrefix(answer, []byte("DONE0000")) {
			return nil
		}
		return []Check{{
			ID: "distcc.open", Word: portlore.Fix,
			Evidence: both("takes jobs from strangers (DONE)", "接受陌生人的编译任务（DONE）"),
			Means: both("Anyone who reaches it can have programs run here: compilers by intent, and in old versions any command (CVE-2004-2687). Nothing was run to try it.",
				"能连上的人都可让它运行程序：本意是编译器，旧版本则任何命令都行（CVE-2004-2687）。为稳妥起见没有运行任何程序。"),
			Do: both("Name your build machines with --allow, listen on an inner address (--listen), or go through SSH.", "用 --allow 写明编译主机，--listen 只绑定内网地址，或改走 SSH。"),
		}}
	},
}
