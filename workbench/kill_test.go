package main

import (
	"context"
	"fmt"
	"io"
	"math"
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
	cmd := exec.Command(self, append(args, "--cpu-limit", "0.3", "--event-limit", "50000", "--quiet")...)
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

// killed is a command that is killed on copies of a folder that is prepared for it:
// so often in a campaign, else, and in short mode.
type killed struct {
	name  string
	args  []string
	kills [3]int
}

func (k killed) times() int {
	switch {
	case os.Getenv(campaign) != "":
		return k.kills[0]
	case testing.Short():
		return k.kills[2]
	}
	return k.kills[1]
}

// TestKillLosesNothing kills verify, sample and export at moments all over their
// way, runs the same command again, and compares what there is with an undisturbed
// run.
func TestKillLosesNothing(t *testing.T) {
	if _, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON")); err != nil {
		t.Skip("needs CPython:", err)
	}
	folder := t.TempDir()
	prepareLoop(t, folder)
	for _, step := range []killed{
		{"verify", []string{"verify"}, [3]int{7, 2, 1}},
		{"sample", []string{"sample", "--model", "m", "--iteration", "0", "--n", "6"}, [3]int{7, 2, 1}},
		{"export", []string{"export", "--select", "passing", "--out", "out", "--shard-rows", "3"}, [3]int{6, 3, 2}},
	} {
		whole := clone(t, folder)
		before := written(whole)
		undisturbed := command(t, whole, step.args...)
		all := kill(t, undisturbed, whole, math.MaxInt64)
		if !undisturbed.ProcessState.Success() {
			t.Fatalf("workbench %s: %v", step.name, undisturbed.ProcessState)
		}
		want := facts(t, whole)
		times := step.times()
		for i := range times {
			t.Run(fmt.Sprintf("%s/%d", step.name, i), func(t *testing.T) {
				disturbed := clone(t, folder)
				moment := before + (all-before)*int64(2*i+1)/int64(2*times)
				kill(t, command(t, disturbed, step.args...), disturbed, moment)
				mustRun(t, disturbed, step.args...)
				if got := facts(t, disturbed); got != want {
					t.Errorf("killed after %d of %d bytes:\n%s\nundisturbed:\n%s", moment-before, all-before, got, want)
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

// written is how many bytes a folder's files have, journals and unfinished exports
// included: how far a command has come, on any machine.
func written(folder string) (bytes int64) {
	_ = filepath.WalkDir(folder, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasSuffix(entry.Name(), "-shm") {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil // a file may have gone meanwhile
	})
	return bytes
}

// kill starts a command and kills it, and nothing but it, once its folder has so
// many bytes, unless it ends before. Its children have to notice by themselves. The
// result is the most bytes that there were.
func kill(t *testing.T, cmd *exec.Cmd, folder string, at int64) (most int64) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for tick := time.NewTicker(time.Millisecond); ; {
		select {
		case <-ended:
			return most
		case <-tick.C:
		}
		if most = max(most, written(folder)); most >= at {
			_ = cmd.Process.Kill() // or it has just ended
			<-ended
			return most
		}
	}
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
