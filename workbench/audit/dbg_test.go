package audit

import (
	"fmt"
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	p := readProgram(t, "testdata/calibration/dev/"+os.Getenv("P")+".txtar")
	r := reader{task: p.execution.Task, functions: functionsOf(p.execution.Task), layout: readLayout(p.execution.Task.Program)}
	for _, s := range split(os.Getenv("R")) {
		r.enter(&s, true)
		fmt.Printf("%q\n", s.prose)
		for _, b := range r.bindings() {
			fmt.Printf("   %s=%s %q mood %d\n", b.name, b.value, b.verb, s.mood(span{b.at.start, b.at.start}, b.at.end, nil))
		}
	}
	for _, c := range Parse(os.Getenv("R"), p.execution.Task) {
		f := Check([]Claim{c}, p.execution)[0]
		fmt.Printf("%s %q (%s) mood %d: %s %s\n", c.Kind, c.Quote, c.Stated, c.mood, f.Verdict, f.Evidence)
	}
}
