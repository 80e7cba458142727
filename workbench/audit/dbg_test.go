package audit

import (
	"fmt"
	"os"
	"testing"
)

func TestDbg(t *testing.T) {
	p := readProgram(t, "testdata/calibration/dev/"+os.Getenv("P")+".txtar")
	for _, c := range Parse(os.Getenv("R"), p.execution.Task) {
		f := Check([]Claim{c}, p.execution)[0]
		fmt.Printf("%s %q (%s) mood %d: %s %s\n", c.Kind, c.Quote, c.Stated, c.mood, f.Verdict, f.Evidence)
	}
}
