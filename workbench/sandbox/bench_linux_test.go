package sandbox

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// BenchmarkMemory tells what a worker holds: its jail alone, and a candidate in it
// that is loaded and has answered; shared pages counted in proportion, in MiB.
func BenchmarkMemory(b *testing.B) {
	p := open(b, Options{Workers: 1})
	for b.Loop() {
		c := load(b, p, mbpp)
		if _, err := c.Call(b.Context(), mbppCalls[0]); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(proportional(b, c.zygote.cmd.Process.Pid), "MiB/jail")
		b.ReportMetric(proportional(b, c.child.process.pid), "MiB/candidate")
		c.Close()
	}
}

func proportional(b *testing.B, pid int) float64 {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(rollup), "Pss:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}
