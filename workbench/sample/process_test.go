package sample

import (
	"os"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// TestEditReplacesProcesses ends the process of an edit model behind its back.
func TestEditReplacesProcesses(t *testing.T) {
	in, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	e, err := NewEdit(EditSettings{Interpreter: in, Processes: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := Request{User: "# Your task\n\n## Task\n\nx\n\n## Buggy program\n\n```python\ndef f(a):\n    return a < 1\n```\n", Indices: []int{0}}
	for range 3 {
		drawn := 0
		if err := e.Sample(t.Context(), r, func(Completion) error { drawn++; return nil }); err != nil || drawn != 1 {
			t.Errorf("%d completions, %v", drawn, err)
		}
		process := <-e.idle
		if err := process.script.Close(); err != nil {
			t.Error(err)
		}
		e.idle <- process
	}
}
