package verify

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// recordedTask is a repair task with what was seen when it was made.
type recordedTask struct {
	TaskID      string   `json:"task_id"`
	EntryPoint  string   `json:"entry_point"`
	Buggy       *string  `json:"buggy_code"`
	Reference   *string  `json:"reference_fix"`
	Setup       string   `json:"test_setup"`
	Tests       []string `json:"tests"`
	PlusSetup   string   `json:"plus_setup"`
	PlusTests   []string `json:"plus_tests"`
	PlusFix     *string  `json:"mbppplus_reference"` // the reference that the plus tests were made with
	BuggyStatus []string `json:"buggy_status"`
}

func readTasks(t *testing.T, path string) []recordedTask {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var tasks []recordedTask
	scanner := bufio.NewScanner(z)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var task recordedTask
		if err := json.Unmarshal(scanner.Bytes(), &task); err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, task)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return tasks
}

// recorded translates the status of a test to the verdict it stands for.
func recorded(status string) schema.Verdict {
	switch {
	case status == "pass":
		return schema.Pass
	case strings.HasPrefix(status, "fail"):
		return schema.Fail
	case strings.HasPrefix(status, "timeout"):
		return schema.Timeout
	}
	return schema.Error
}

// TestRecordedTasks judges the programs of real repair tasks, where the
// variable WORKBENCH_DATA names a folder of *.tasks.jsonl.gz, and lists where
// the verdicts are not those recorded. References must pass.
func TestRecordedTasks(t *testing.T) {
	folder := os.Getenv("WORKBENCH_DATA")
	if folder == "" {
		t.Skip("WORKBENCH_DATA names no folder of recorded tasks")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.tasks.jsonl.gz"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recorded tasks", err)
	}
	v := openVerifier(t, 2, sandbox.Limits{CPU: 2 * time.Second, Events: 10_000_000})
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		t.Run(name, func(t *testing.T) { compareRecorded(t, v, readTasks(t, file)) })
	}
}

// tally counts what happened, and keeps a few examples of each.
type tally struct {
	mu       sync.Mutex
	counts   map[string]int
	examples map[string][]string
}

func (y *tally) add(kind, example string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.counts[kind]++
	if len(y.examples[kind]) < 4 {
		y.examples[kind] = append(y.examples[kind], example)
	}
}

func compareRecorded(t *testing.T, v *Verifier, tasks []recordedTask) {
	y := &tally{counts: map[string]int{}, examples: map[string][]string{}}
	began := time.Now()
	todo := make(chan recordedTask)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for task := range todo {
				compareTask(t, v, task, y)
			}
		})
	}
	for _, task := range tasks {
		todo <- task
	}
	close(todo)
	workers.Wait()
	t.Logf("%d tasks in %v", len(tasks), time.Since(began).Round(time.Millisecond))
	kinds := make([]string, 0, len(y.counts))
	for kind := range y.counts {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	for _, tier := range []schema.Tier{schema.ValueTier, schema.SplitTier, schema.SharedTier} {
		n := y.counts["tier "+string(tier)]
		t.Logf("%6d tests, %.2f %%, in the %s tier", n, 100*float64(n)/float64(max(1, y.counts["tests"])), tier)
	}
	for _, kind := range kinds {
		t.Logf("%6d %s", y.counts[kind], kind)
		if strings.Contains(kind, "!") {
			for _, example := range y.examples[kind] {
				t.Log("         ", example)
			}
		}
	}
}

func compareTask(t *testing.T, v *Verifier, r recordedTask, y *tally) {
	task := Task{Setup: r.Setup, EntryPoint: r.EntryPoint, Tests: r.Tests}
	if r.Buggy == nil { // the references of synthesis problems were written for fewer tests
		compareReference(t, v, r, task, r.Reference, y)
		plus := Task{Setup: r.Setup + "\n" + r.PlusSetup, EntryPoint: r.EntryPoint, Tests: r.PlusTests}
		compareReference(t, v, r, plus, r.PlusFix, y)
		return
	}
	task.Setup += "\n" + r.PlusSetup
	task.Tests = slices.Concat(r.Tests, r.PlusTests)
	compareReference(t, v, r, task, r.Reference, y)
	failed := false
	all := len(r.PlusTests) == 0 // hundreds of timeouts tell no more than one
	for i, o := range recordedOutcomes(t, v, *r.Buggy, task, all) {
		failed = failed || o.Verdict != schema.Pass
		if i >= len(r.BuggyStatus) {
			y.add("buggy "+string(o.Tier)+" "+string(o.Verdict), "")
			continue
		}
		kind := fmt.Sprintf("buggy %s recorded %s, judged %s", o.Tier, recorded(r.BuggyStatus[i]), o.Verdict)
		if recorded(r.BuggyStatus[i]) != o.Verdict {
			kind += " !"
		}
		y.add(kind, example(r.TaskID, task.Tests[i], o)+" RECORDED "+r.BuggyStatus[i])
	}
	if !failed {
		y.add("buggy passes all tests !", r.TaskID)
	}
}

func compareReference(t *testing.T, v *Verifier, r recordedTask, task Task, reference *string, y *tally) {
	if reference == nil {
		return
	}
	for i, o := range recordedOutcomes(t, v, *reference, task, true) {
		kind := "reference " + string(o.Tier) + " " + string(o.Verdict)
		if o.Verdict != schema.Pass {
			kind += " !"
		}
		y.add(kind, example(r.TaskID, task.Tests[i], o))
		y.add("tests", "")
		y.add("tier "+string(o.Tier), "")
	}
}

// recordedOutcomes judges from a goroutine of the test.
func recordedOutcomes(t *testing.T, v *Verifier, program string, task Task, all bool) []schema.Outcome {
	outcomes, err := v.Judge(t.Context(), program, task, all)
	if err != nil {
		t.Error(err)
	}
	return outcomes
}

func example(id, test string, o schema.Outcome) string {
	return id + ": " + Brief(text(test), 100) + " " + o.Detail
}
