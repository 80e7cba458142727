package trace

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// firstPython is the interpreter that WORKBENCH_TEST_PYTHONS names first, else that of
// WORKBENCH_PYTHON; empty for the one that is found.
func firstPython() string {
	if list := filepath.SplitList(os.Getenv("WORKBENCH_TEST_PYTHONS")); len(list) > 0 {
		return list[0]
	}
	return os.Getenv("WORKBENCH_PYTHON")
}

func open(t *testing.T, limits sandbox.Limits) (*sandbox.Pool, sandbox.Interpreter) {
	t.Helper()
	interpreter, err := sandbox.Find(t.Context(), firstPython())
	if err != nil {
		t.Skip(err)
	}
	pool, err := sandbox.Open(t.Context(), sandbox.Options{
		Interpreter: interpreter, Workers: 1, Limits: limits, Instruments: []sandbox.Module{Instrument()}, AllowWeak: true,
	})
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { pool.Close() })
	return pool, interpreter
}

// TestRecord records programs of the corpus in the sandbox, where they give what
// they give without it.
func TestRecord(t *testing.T) {
	pool, _ := open(t, sandbox.Limits{})
	tracer := Tracer{Pool: pool}
	for _, name := range []string{"odd_even", "extract_values", "uncaught", "hostile", "load_error", "wrong_call"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", "corpus", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			test := append(lines(section(archive, "test")), "", "")
			trace, err := tracer.Record(t.Context(), Request{
				Source: section(archive, "program.py"), Expressions: lines(section(archive, "calls")), Test: test[0], Failure: test[1],
			})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.TrimSuffix(trace.Rendering["inline/1"], "\n") + "\n"
			if diff := cmp.Diff(section(archive, "inline"), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRecordBadly records programs that end badly: each still gives a trace.
func TestRecordBadly(t *testing.T) {
	pool, _ := open(t, sandbox.Limits{CPU: time.Second, Memory: 256 << 20})
	soon := Tracer{Pool: pool, Limits: Limits{Seconds: 0.5, Visits: 50_000}}
	pool, _ = open(t, sandbox.Limits{CPU: time.Minute, Memory: 256 << 20})
	patient := Tracer{Pool: pool, Limits: Limits{Seconds: 30, Visits: 50_000}}
	tests := []struct {
		name, source, failure string
		want                  string // the last line with a comment, or the test's
		detail                string
	}{
		{"syntax", "def f(:\n    pass\n", "", `def f(:  # (0) __exception__ = SyntaxError(`, ""},
		{"loop", "def f():\n    n = 0\n    while n >= 0:\n        n += 1\n", "TimeoutError()", `f()  # (90001) __exception__ = TimeoutError()`, "80000 of 100001 events left out, in 1 gaps; cut after 20001 events, as it seems to be endless"},
		{"hidden loop", "def f():\n    a = 1\n    return sum(1 for _ in iter(int, 1))\n", "TimeoutError()", `f()  # (1) __exception__ = TimeoutError()`, "cut after 2 events, for the CPU time"},
		{"hang in C", "import itertools\ndef f():\n    a = 1\n    return max(itertools.count())\n", "", `f()  # (1) __exception__ = TimeoutError()`, "the run was ended, timed out: cut after 2 events"},
		{"exit", "import sys\ndef f():\n    a = 1\n    sys.exit(3)\n", "", `    sys.exit(3)  # (1) __exception__ = SystemExit(3)`, ""},
		{"exit at load", "import sys\nsys.exit(0)\ndef f(): pass\n", "", `sys.exit(0)  # (0) __exception__ = SystemExit(0)`, ""},
		{"hard exit", "import os\ndef f():\n    a = 1\n    for i in range(50): a += i\n    os._exit(0)\n", "", `    for i in range(50): a += i  # (1) i=0; (2) a=2; i=1; ...; (30) a=436; i=29;`, "the run exited: cut after 32 events"},
		{"recursion", "def f(n=0):\n    return f(n + 1)\n", "", `    return f(n + 1)  # (`, "the deepest calls are not shown"},
		{"memory", "def f():\n    a = 1\n    b = [0] * 10 ** 9\n", "", `    b = [0] * 10 ** 9  # (1) __exception__ = MemoryError()`, ""},
		{"raises what cannot be sent", "def f():\n    return f\n", "", `    return f  # (0) __return__=<function f>;`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tracer := patient
			if test.name == "hidden loop" || test.name == "hang in C" { // that time alone ends
				tracer = soon
			}
			trace, err := tracer.Record(t.Context(), Request{Source: test.source, Expressions: []string{"f()"}, Test: "f()", Failure: test.failure})
			if err != nil {
				t.Fatal(err)
			}
			if trace.Truncated != (test.detail != "") || trace.Detail != test.detail {
				t.Errorf("truncated %v, detail %q, want %q", trace.Truncated, trace.Detail, test.detail)
			}
			var last string
			for _, line := range lines(trace.Rendering["inline/1"]) {
				if strings.Contains(line, "  # (") {
					last = line
				}
			}
			if !strings.HasPrefix(last, test.want) {
				t.Errorf("got  %s\nwant %s", last, test.want)
			}
			checkEvents(t, trace.Events)
		})
	}
}

func TestRecordRefuses(t *testing.T) {
	pool, _ := open(t, sandbox.Limits{})
	tracer := Tracer{Pool: pool}
	if _, err := tracer.Record(t.Context(), Request{Source: "x = 1\n", Expressions: []string{"f("}}); err == nil {
		t.Error("recorded an expression that is none")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tracer.Record(ctx, Request{Source: "x = 1\n", Expressions: []string{"x"}}); err == nil {
		t.Error("recorded after being cancelled")
	}
}

func TestSetup(t *testing.T) {
	pool, _ := open(t, sandbox.Limits{})
	tracer := Tracer{Pool: pool}
	trace, err := tracer.Record(t.Context(), Request{
		Source: "def f(p):\n    return p.x\n", Setup: "class P:\n    x = 3\n", Expressions: []string{"f(P)"}, Test: "assert f(P) == 3",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := trace.Events[len(trace.Events)-1].Changes; !cmp.Equal(got, []schema.Change{{Name: "__return__", Value: "3"}}) {
		t.Error(got)
	}
}

// checkEvents checks what every consumer relies on.
func checkEvents(t interface{ Errorf(string, ...any) }, events []schema.TraceEvent) {
	step, seq := 0, 0
	for i, e := range events {
		if e.Kind == schema.GapEvent && e.Seq > seq {
			step, seq = step+e.Seq-seq, e.Seq
		}
		if e.Seq != seq {
			t.Errorf("event %d has seq %d, want %d", i, e.Seq, seq)
		}
		seq++
		switch {
		case len(e.Changes) == 0 && e.Step != -1:
			t.Errorf("event %d changes nothing and has step %d", i, e.Step)
		case len(e.Changes) > 0 && e.Step != step:
			t.Errorf("event %d has step %d, want %d", i, e.Step, step)
		case len(e.Changes) > 0:
			step++
		}
	}
}
