package trace

import (
	"bufio"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

//go:embed testdata/witness.py
var witness string

// realTask is a line of a file of tasks.
type realTask struct {
	ID        string   `json:"task_id"`
	Entry     string   `json:"entry_point"`
	Setup     string   `json:"test_setup"`
	Tests     []string `json:"tests"`
	Buggy     *string  `json:"buggy_code"`
	Reference string   `json:"reference_fix"`
}

// realJob is one program on one test.
type realJob struct {
	name    string
	request Request
}

// TestRealPrograms traces every program of the data sets in the folder that
// WORKBENCH_DATA names, on every test, on every interpreter, and compares what the
// trace says it returned or raised with an execution that is not recorded. What
// interpreters trace differently is counted.
func TestRealPrograms(t *testing.T) {
	folder := os.Getenv("WORKBENCH_DATA")
	if folder == "" {
		t.Skip("WORKBENCH_DATA is not set")
	}
	for _, set := range []string{"cruxeval", "mbpp", "mbpp_r", "quixbugs", "humaneval_r", "refactory", "debugbench"} {
		t.Run(set, func(t *testing.T) {
			jobs := realJobs(t, filepath.Join(folder, set+".tasks.jsonl.gz"))
			var told [][]string
			for _, python := range interpreters(t) {
				told = append(told, traceReal(t, python, jobs))
			}
			compareReal(t, jobs, told)
		})
	}
}

func realJobs(t *testing.T, path string) (jobs []realJob) {
	file, err := os.Open(path)
	if err != nil {
		t.Skip(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	python, err := sandbox.Find(t.Context(), firstPython())
	if err != nil {
		t.Skip(err)
	}
	reader := NewReader(t.Context(), python)
	defer reader.Close()
	unread := 0
	lines := bufio.NewScanner(packed)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var task realTask
		if err := json.Unmarshal(lines.Bytes(), &task); err != nil {
			t.Fatal(err)
		}
		programs := []string{task.Reference}
		if task.Buggy != nil {
			programs = append(programs, *task.Buggy)
		}
		for p, program := range programs {
			for i, test := range task.Tests[:min(len(task.Tests), 5)] {
				request, err := reader.Read(t.Context(), program, task.Setup, task.Entry, test)
				if err != nil {
					t.Fatal(err)
				}
				if request.Unread != "" || program == "" {
					unread++
					continue
				}
				jobs = append(jobs, realJob{fmt.Sprintf("%s/%d/%d", task.ID, p, i), request})
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d programs on a test, %d tests not told apart into calls", len(jobs), unread)
	return jobs
}

// traceReal returns the events of each job, as text that interpreters can be
// compared by; empty where there is nothing to compare.
func traceReal(t *testing.T, path string, jobs []realJob) []string {
	python, err := sandbox.Find(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := sandbox.Open(t.Context(), sandbox.Options{
		Interpreter: python, Workers: 2, AllowWeak: true, Limits: sandbox.Limits{CPU: 20 * time.Second, Wall: 200 * time.Second},
		Instruments: []sandbox.Module{Instrument(), {Name: "witness", Source: values + witness}},
	})
	if err != nil {
		t.Skip(err)
	}
	defer pool.Close()
	tracer := Tracer{Pool: pool, Limits: Limits{Seconds: 2, Visits: 200_000}}
	told := make([]string, len(jobs))
	var mu sync.Mutex
	agree, gaps, cut, ended := 0, 0, map[string]int{}, 0
	var group sync.WaitGroup
	for worker := range 2 {
		group.Go(func() {
			for i := worker; i < len(jobs); i += 2 {
				trace, err := tracer.Record(t.Context(), jobs[i].request)
				if err != nil {
					t.Error(jobs[i].name, err)
					return
				}
				seen, err := testify(t.Context(), pool, jobs[i].request)
				mu.Lock()
				switch got := lastWord(jobs[i].request, trace.Events); {
				case trace.Truncated && !onlyGaps.MatchString(trace.Detail):
					cut[generic.ReplaceAllString(trace.Detail, "N")]++
				case err != nil:
					ended++
				case ordinal.ReplaceAllString(got, "#") != ordinal.ReplaceAllString(seen, "#"):
					t.Errorf("%s %s: the trace says %s, but it %s", python.Version, jobs[i].name, got, seen)
				case trace.Truncated:
					gaps++
				default:
					agree++
					told[i] = strings.Join(shapes(trace.Events), "\n")
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	t.Logf("%s: %d agree, %d with gaps also; cut: %v; %d without a witness", python.Version, agree, gaps, cut, ended)
	return told
}

var (
	generic  = regexp.MustCompile(`\d+`)
	ordinal  = regexp.MustCompile(`#\d+`)
	onlyGaps = regexp.MustCompile(`^\d+ of \d+ events left out, in \d+ gaps$`)
)

// lastWord is how the last expression of the test ended: as the last call did, or
// if it makes a list of a generator, with what that yielded.
func lastWord(r Request, events []schema.TraceEvent) string {
	raised := ""
	if n := len(r.Expressions); n > 0 && strings.HasPrefix(r.Expressions[n-1], "list(") {
		if items := yielded(events); len(items) > 0 {
			return "returned [" + strings.Join(items, ", ") + "]"
		}
	}
	for _, e := range slices.Backward(events) {
		switch {
		case e.Kind == schema.ReturnEvent && e.Depth == 1 && raised == "":
			return "returned " + e.Changes[0].Value
		case e.Kind == schema.ExceptionEvent && e.Changes[0].Value != "GeneratorExit()":
			return "raised " + e.Changes[0].Value
		}
	}
	return "nothing"
}

// yielded is what the outermost generator of an unbroken trace gave.
func yielded(events []schema.TraceEvent) (items []string) {
	for _, e := range events {
		if e.Kind == schema.ExceptionEvent {
			return nil
		}
		if e.Kind == schema.YieldEvent && e.Depth == 1 {
			items = append(items, e.Changes[0].Value)
		}
	}
	return items
}

// testify executes a request without recording it: how its last expression ended.
func testify(ctx context.Context, pool *sandbox.Pool, r Request) (string, error) {
	c, err := pool.Start(ctx, sandbox.Program{Source: r.Source, Instrument: "witness"})
	if err != nil {
		return "", err
	}
	defer c.Close()
	if r.Before != "" {
		if _, err := c.Exec(ctx, r.Before); err != nil {
			return "", err
		}
	}
	if loaded, err := c.Load(ctx); err != nil || loaded.Ending == sandbox.Raised { // it does not compile
		return "raised " + notLoaded(loaded.Exception, 1).Events[0].Changes[0].Value, err
	}
	for _, step := range steps(c, r) {
		if _, err := step(ctx); err != nil {
			return "", err
		}
	}
	report, err := c.Report(ctx)
	if err != nil {
		return "", err
	}
	var seen []string
	if err := json.Unmarshal(report, &seen); err != nil || len(seen) == 0 {
		return "", fmt.Errorf("no report: %w", err)
	}
	for _, s := range seen {
		if strings.HasPrefix(s, "raised ") {
			return s, nil
		}
	}
	return seen[len(seen)-1], nil
}

// compareReal counts the jobs that interpreters trace differently.
func compareReal(t *testing.T, jobs []realJob, told [][]string) {
	pythons := interpreters(t)
	for p := 1; p < len(told); p++ {
		compared, differ := 0, []string{}
		for i := range jobs {
			if told[0][i] == "" || told[p][i] == "" {
				continue
			}
			compared++
			if ordinal.ReplaceAllString(told[0][i], "#") != ordinal.ReplaceAllString(told[p][i], "#") {
				differ = append(differ, jobs[i].name+": "+parting(told[0][i], told[p][i]))
			}
		}
		t.Logf("%s and %s: %d of %d traces differ", pythons[0], pythons[p], len(differ), compared)
		for _, d := range differ[:min(len(differ), 40)] {
			t.Log(d)
		}
	}
}

// parting is the first event in which two traces differ.
func parting(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("%.90s | %.90s", x[i], strings.Join(y[min(i, len(y)):min(i+1, len(y))], ""))
		}
	}
	return "one ends"
}
