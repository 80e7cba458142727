package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/tasks"
)

// asWorkbench makes the test binary behave as the workbench.
const asWorkbench = "WORKBENCH_TEST_AS_COMMAND"

// command is a workbench process of its own.
func command(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append(args, "--cpu-limit", "0.3", "--quiet")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asWorkbench+"=1")
	return cmd
}

func mustRun(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := command(t, dir, args...).CombinedOutput(); err != nil {
		t.Fatalf("workbench %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// killed is a command that is killed at random moments, on a copy of a folder that
// is prepared for it.
type killed struct {
	name  string
	args  []string
	kills int
}

// TestKillLosesNothing kills verify, sample and export at 20 random moments, runs
// the same command again, and compares what there is with an undisturbed run.
func TestKillLosesNothing(t *testing.T) {
	if _, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON")); err != nil {
		t.Skip("needs CPython:", err)
	}
	random := rand.New(rand.NewPCG(20, 14))
	folder := t.TempDir()
	prepareLoop(t, folder)
	for _, step := range []killed{
		{"verify", []string{"verify"}, 7},
		{"sample", []string{"sample", "--model", "m", "--iteration", "0", "--n", "6"}, 7},
		{"export", []string{"export", "--select", "passing", "--out", "out", "--shard-rows", "3"}, 6},
	} {
		whole := clone(t, folder)
		begun := time.Now()
		mustRun(t, whole, step.args...)
		took := time.Since(begun)
		want := facts(t, whole)
		for i := range step.kills {
			moment := time.Duration(random.Float64() * float64(took))
			t.Run(fmt.Sprintf("%s/%d", step.name, i), func(t *testing.T) {
				disturbed := clone(t, folder)
				kill(t, command(t, disturbed, step.args...), moment)
				mustRun(t, disturbed, step.args...)
				if got := facts(t, disturbed); got != want {
					t.Errorf("killed after %v:\n%s\nundisturbed:\n%s", moment, got, want)
				}
				mustRun(t, disturbed, "doctor")
			})
		}
		folder = whole
		prepareNext(t, folder, step.name)
	}
}

// prepareLoop makes a database with tasks that nobody has looked at yet.
func prepareLoop(t *testing.T, folder string) {
	t.Helper()
	var lines strings.Builder
	if _, err := io.Copy(&lines, tasks.Open()); err != nil {
		t.Fatal(err)
	}
	some := strings.Join(strings.SplitAfterN(lines.String(), "\n", 41)[:40], "")
	if err := os.WriteFile(filepath.Join(folder, "tasks.jsonl"), []byte(some), 0o666); err != nil {
		t.Fatal(err)
	}
	mustRun(t, folder, "ingest", "tasks", "tasks.jsonl")
}

// prepareNext does by an undisturbed run what the step after this one builds on.
func prepareNext(t *testing.T, folder, step string) {
	t.Helper()
	switch step {
	case "verify":
		mustRun(t, folder, "trace")
		mustRun(t, folder, "ingest", "model", "m")
	case "sample":
		mustRun(t, folder, "verify")
		mustRun(t, folder, "audit")
	}
}

func clone(t *testing.T, folder string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return to
}

// kill starts a command and kills it, and nothing but it, after a while. Its
// children have to notice by themselves.
func kill(t *testing.T, cmd *exec.Cmd, after time.Duration) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	cmd.Process.Kill()
	cmd.Wait()
}

// facts lists what a folder holds, by natural keys, without what was measured.
func facts(t *testing.T, folder string) string {
	t.Helper()
	db, err := schema.Open(t.Context(), filepath.Join(folder, "next.db"), schema.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all strings.Builder
	for _, query := range []string{
		`SELECT 'verification ' || p.sha256 || ' ' || t.task_id || ' ' || v.verdict || ' ' || v.tests_passed || ' ' || v.attempt
			FROM verification v JOIN program p ON p.id = v.program_id JOIN task t ON t.id = v.task_id ORDER BY 1`,
		`SELECT 'generation ' || q.sha256 || ' ' || g.idx || ' ' || g.text FROM generation g JOIN prompt q ON q.id = g.prompt_id ORDER BY 1`,
		`SELECT 'sample ' || s.sha256 || ' ' || p.sha256 FROM sample s JOIN program p ON p.id = s.fix_id ORDER BY 1`,
		`SELECT 'shard ' || h.path || ' ' || h.sha256 || ' ' || h.rows FROM shard h ORDER BY 1`,
		`SELECT 'selection ' || sha256 FROM selection ORDER BY 1`,
	} {
		list(t, db, query, &all)
	}
	return all.String() + files(t, folder)
}

func list(t *testing.T, db *schema.DB, query string, into *strings.Builder) {
	t.Helper()
	rows, err := db.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		into.WriteString(line + "\n")
	}
}

// files lists the exported files with their content's hashes. A journal may or may
// not be left beside the database.
func files(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), "next.db") {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		fmt.Fprintf(&all, "file %s %s\n", name, schema.Hash(string(data)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
