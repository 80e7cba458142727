package trace

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

func TestRead(t *testing.T) {
	python, err := sandbox.Find(t.Context(), firstPython())
	if err != nil {
		t.Skip(err)
	}
	reader := NewReader(t.Context(), python)
	defer reader.Close()
	const program = "import math\ndef f(a, b=0): return a\ndef g(x): return x\nclass Solution:\n    def m(self): return 1\n"
	const setup = "import math\ninf = float('inf')\nTINY = 1 / inf\ndef _close(a, b): return a == b\nANSWER = 42\nBOX = Solution()\n"
	tests := []struct {
		name, test string
		want       Request
	}{
		{"equality", "assert f(1) == 2", Request{Expressions: []string{"f(1)"}}},
		{"taken", "assert list(f([2, 1])) == [1, 2]", Request{Expressions: []string{"list(f([2, 1]))"}}},
		{"taken twice", "assert sum(set(f([2, 1]))) == 3", Request{Expressions: []string{"sum(set(f([2, 1])))"}}},
		{"taken with the expected", "assert sorted(f([2, 1]) + [3]) == [1, 2]", Request{Expressions: []string{"f([2, 1])"}}},
		{"nested", "assert f(g(1), b=g(2)) == 3", Request{Expressions: []string{"f(g(1), b=g(2))"}}},
		{"method", "assert Solution().m() == 1", Request{Expressions: []string{"Solution().m()"}}},
		{"both sides", "assert f(1) == g(1)", Request{Expressions: []string{"f(1)", "g(1)"}}},
		{"several", "assert f(1) == 1\nassert f(2) == 2", Request{Expressions: []string{"f(1)", "f(2)"}}},
		{"setup", "assert _close(f(TINY), ANSWER)", Request{Before: "inf = float('inf')\nTINY = 1 / inf", Expressions: []string{"f(TINY)"}}},
		{"late setup", "assert f(BOX) == ANSWER", Request{Setup: "BOX = Solution()", Expressions: []string{"f(BOX)"}}},
		{"module", "assert f(math.pi) == 3", Request{Before: "import math", Expressions: []string{"f(math.pi)"}}},
		{"module not imported", "assert f(re.compile('a')) == 3", Request{Before: "import re", Expressions: []string{"f(re.compile('a'))"}}},
		{"own names", "x = [1]\nassert f(x) == 1", Request{Before: "x = [1]", Expressions: []string{"f(x)"}}},
		{"result named", "x = f(1)\nassert x == 42", Request{Expressions: []string{"f(1)"}}},
		{"result passed on", "x = f(1)\nassert g(x) == 42", Request{Setup: "x = f(1)", Expressions: []string{"g(x)"}}},
		{"comprehension in the input", "assert f([i for i in range(3)]) == 0", Request{Expressions: []string{"f([i for i in range(3)])"}}},
		{"loop", "assert all(f(i) == i for i in range(3))", Request{Unread: "the test calls the program in a loop of its own"}},
		{"function", "def check(c):\n    assert c(1)\ncheck(f)", Request{Unread: "the test has code of its own"}},
		{"nothing", "assert 1 == 1", Request{Unread: "the test calls nothing of the program"}},
		{"unknown", "assert f(unknown) == 1", Request{Unread: "the input needs unknown, which nothing gives"}},
		{"no Python", "assert f(", Request{Unread: "the test cannot be read: SyntaxError"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := reader.Read(t.Context(), program, setup, "f", test.test)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Source, test.want.Test = program, test.test
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRun traces what a database lacks, and nothing twice.
func TestRun(t *testing.T) {
	pool, python := open(t, sandbox.Limits{})
	clock := time.Unix(1000, 0)
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "next.db"), schema.Options{Create: true, Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	buggy := "def add(a, b):\n    total = a - b\n    return total\n"
	err = db.Write(t.Context(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		if err := tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "t.jsonl", SHA256: schema.Hash("t"), Lines: 1}); err != nil {
			return err
		}
		task, _, err := tx.PutTask(schema.Task{ID: "t1", ProblemID: "p1", Source: "own", Instruction: "Add two numbers.", Split: schema.Train, EntryPoint: "add", Buggy: &buggy, Tests: []string{"assert add(1, 0) == 1", "assert add(1, 2) == 3"}, Metadata: "{}"}, file)
		if err != nil {
			return err
		}
		runner, err := tx.PutRunner(schema.Runner{Python: "3", Isolation: "full", Version: "v", Limits: "{}"})
		if err != nil {
			return err
		}
		program, err := tx.PutProgram(buggy)
		if err != nil {
			return err
		}
		return tx.RecordVerification(schema.Verification{Program: program, Task: task, Runner: runner, Tests: 2, Outcomes: []schema.Outcome{
			{TestCase: 1, Verdict: schema.Pass, Tier: schema.ValueTier}, {TestCase: 2, Verdict: schema.Fail, Tier: schema.ValueTier},
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	tracer := &Tracer{Pool: pool}
	var told []Progress
	options := Options{Workers: 2, Python: python, Level: "full", Progress: func(p Progress) { told = append(told, p) }}
	for _, want := range []Progress{{Done: 1, Total: 1}, {}} {
		if got, err := Run(t.Context(), db, tracer, options); err != nil || got != want {
			t.Fatalf("got %+v, %v; want %+v", got, err, want)
		}
	}
	if diff := cmp.Diff([]Progress{{Done: 1, Total: 1}}, told); diff != "" {
		t.Error(diff)
	}
	var inline string
	var steps, index int
	if err := db.QueryRow(t.Context(), `SELECT inline, steps, test_index FROM v_trace`).Scan(&inline, &steps, &index); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"def add(a, b):  # (0) a=1; b=2;", "    total = a - b  # (1) total=-1;", "    return total  # (2) __return__=-1;",
		"", "assert add(1, 2) == 3  # (3) __exception__ = AssertionError()",
	}, "\n")
	if diff := cmp.Diff(want, inline); diff != "" || steps != 4 || index != 1 {
		t.Errorf("steps %d, test %d\n%s", steps, index, diff)
	}
	options.All = true
	if got, err := Run(t.Context(), db, tracer, options); err != nil || got.Done != 1 {
		t.Errorf("the other test: %+v, %v", got, err)
	}
}
