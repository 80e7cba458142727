package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/tasks"
)

// mixedSize is the variable that says how many candidates TestMixed judges.
const mixedSize = "WORKBENCH_MIXED"

// TestMixed judges many candidates with one attack in a hundred, inside an outer
// guard: every outcome arrives and is right, memory stays flat, nothing is left.
func TestMixed(t *testing.T) {
	size := os.Getenv(mixedSize)
	switch {
	case size != "":
	case os.Getenv(campaign) != "":
		size = "600"
	case testing.Short():
		size = "100"
	default:
		size = "300"
	}
	guards()[0].run(t, "TestGuardedMixed", mixedSize+"="+size)
}

func TestGuardedMixed(t *testing.T) {
	settle(t)
	size, err := strconv.Atoi(os.Getenv(mixedSize))
	if err != nil {
		t.Fatal(err)
	}
	before := look()
	folder := t.TempDir()
	db := openDatabase(t)
	v := openVerifierWith(t, sandbox.Options{Workers: 2, Limits: sandbox.Limits{CPU: 250 * time.Millisecond, Wall: 500 * time.Millisecond, Memory: 256 << 20}})
	expected := mix(t, v, db, folder, size)
	began := time.Now()
	var resident []string
	step := max(size/10, 1)
	done, err := Run(t.Context(), db, v, Options{Workers: 2, Level: string(v.pool.Isolation().Level), Progress: func(p Progress) {
		if p.Done/step >= len(resident) {
			resident = append(resident, residentMiB(t)...)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	compareMixed(t, db, expected)
	t.Logf("level %s: %d candidates in %v, %.0f per second, %d pass, %d infra; resident MiB of this process and its workers at each tenth: %v",
		v.pool.Isolation().Level, done.Done, took.Round(time.Millisecond), float64(done.Done)/took.Seconds(), done.Passed, done.Infra, resident)
	v.pool.Close()
	v.Close()
	db.Close()
	if err := os.RemoveAll(folder); err != nil {
		t.Error(err)
	}
	if left := before.leftSince(time.Minute, "process"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// builtIn is one of the built-in tasks with its two programs.
type builtIn struct {
	ID         string   `json:"task_id"`
	EntryPoint string   `json:"entry_point"`
	Setup      string   `json:"test_setup"`
	Tests      []string `json:"tests"`
	Buggy      string   `json:"buggy_code"`
	Reference  string   `json:"reference_fix"`
}

// quick are the built-in tasks whose buggy program does not run into a limit, with
// the lines that they came in.
func quick(t *testing.T, v *Verifier) (known []builtIn, lines []string) {
	all, err := io.ReadAll(tasks.Open())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(all)) {
		var one builtIn
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		outcomes, err := v.Judge(t.Context(), one.Buggy, Task{EntryPoint: one.EntryPoint, Setup: one.Setup, Tests: one.Tests}, false)
		if err != nil {
			t.Fatal(err)
		}
		if last := outcomes[len(outcomes)-1].Verdict; last == schema.Fail || last == schema.Error {
			known, lines = append(known, one), append(lines, line)
		}
	}
	return known, lines
}

// mix stores tasks and samples, and returns what may become of each: pass, fail or
// attack, by the hash of its program and its task. Work goes task by task, so each
// task is followed by one that attacks are judged on.
func mix(t *testing.T, v *Verifier, db *schema.DB, folder string, size int) map[string]string {
	known, lines := quick(t, v)
	attacks, expected := readCorpus(t, "attacks"), map[string]string{}
	var taskFile, sampleFile strings.Builder
	for i, line := range lines {
		taskFile.WriteString(line)
		for tier, attack := range attacked {
			writeLine(t, &taskFile, map[string]any{"task_id": fmt.Sprintf("attacked/%s/%d", tier, i), "source": "attacks", "split": "train",
				"instruction": "double", "entry_point": attack.EntryPoint, "buggy_code": nil, "test_setup": attack.Setup,
				"tests": attack.Tests, "reference_fix": honestSolve})
		}
	}
	for i := range size {
		one := i % len(known)
		id, code, want := known[one].ID, known[one].Reference, "pass"
		switch {
		case i%100 == 99:
			p := attacks[i/100%len(attacks)]
			tier := []string{"value", "split"}[i/100%2]
			if only := p.words("tier"); len(only) > 0 {
				tier = only[0]
			}
			id, code, want = fmt.Sprintf("attacked/%s/%d", tier, one), p.source, "attack"
		case i%3 == 0:
			code, want = known[one].Buggy, "fail"
		}
		code += fmt.Sprintf("\n# %d\n", i)
		expected[schema.Hash(code)+" "+id] = want
		writeLine(t, &sampleFile, map[string]any{"task_id": id, "model": "mixed", "rationale": "", "fix": code, "index": i})
	}
	for _, file := range []struct{ kind, content string }{{"tasks", taskFile.String()}, {"samples", sampleFile.String()}} {
		path := filepath.Join(folder, file.kind+".jsonl")
		if err := os.WriteFile(path, []byte(file.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := ingest.Run(t.Context(), db, []string{path}, ingest.Options{Kind: file.kind, Strict: true}); err != nil {
			t.Fatal(s.First, err)
		}
	}
	return expected
}

func writeLine(t *testing.T, to io.Writer, line map[string]any) {
	if err := json.NewEncoder(to).Encode(line); err != nil {
		t.Fatal(err)
	}
}

// compareMixed holds what the database says against what was expected.
func compareMixed(t *testing.T, db *schema.DB, expected map[string]string) {
	rows, err := db.Query(t.Context(), `SELECT DISTINCT fix_sha256 || ' ' || task_id, verdict FROM v_sample`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found, wrong := 0, 0
	for rows.Next() {
		var key string
		var verdict *schema.Verdict
		if err := rows.Scan(&key, &verdict); err != nil {
			t.Fatal(err)
		}
		found++
		want := expected[key]
		right := verdict != nil && *verdict != schema.Infra && (want == "pass") == (*verdict == schema.Pass)
		if !right {
			if wrong++; wrong < 10 {
				t.Errorf("%s: %v, want %s", key, verdict, want)
			}
		}
	}
	if found != len(expected) || rows.Err() != nil {
		t.Errorf("%d outcomes for %d candidates: %v", found, len(expected), rows.Err())
	}
}

// residentMiB is the resident memory of this process, and that of all others in
// the guard together.
func residentMiB(t *testing.T) []string {
	own, others := 0, 0
	processes, err := filepath.Glob("/proc/[0-9]*/statm")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range processes {
		var size, pages int
		if text, err := os.ReadFile(path); err == nil {
			_, _ = fmt.Sscan(string(text), &size, &pages) // a process may have gone
		}
		if path == fmt.Sprintf("/proc/%d/statm", os.Getpid()) {
			own = pages
		} else {
			others += pages
		}
	}
	return []string{fmt.Sprintf("%d+%d", own>>8, others>>8)}
}
