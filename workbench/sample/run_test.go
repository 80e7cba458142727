package sample_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sample/sampletest"
)

var facts = cmpopts.IgnoreFields(sample.Summary{}, "Failures")

func run(t *testing.T, db *schema.DB, s sample.Sampler, job sample.Job) sample.Summary {
	t.Helper()
	summary, err := sample.Run(t.Context(), db, s, job, sample.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkInvariants(t, db)
	return summary
}

// checkInvariants runs the invariants of the file that speak of samples.
func checkInvariants(t *testing.T, db *schema.DB) {
	t.Helper()
	for _, name := range []string{"sample-lineage", "prompt-lineage"} {
		rows, err := queries.Run(t.Context(), db, name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			t.Errorf("invariant %s is violated", name)
		}
		rows.Close()
	}
}

func TestScriptedKeepsThePromises(t *testing.T) {
	s := scripted{fail: func(r sample.Request, _ int) error {
		if r.User == "nonsense" {
			return errors.New("what?")
		}
		return nil
	}}
	bad := request(0)
	bad.User = "nonsense"
	sampletest.Run(t, sampletest.Subject{Sampler: s, Answerable: request(0, 1, 2, 3), Unanswerable: bad})
}

// TestRunDrawsWhatIsMissing follows a job through growth, repetition and another
// place in the experiment.
func TestRunDrawsWhatIsMissing(t *testing.T) {
	db, job := world(t, 250) // more than one query's worth
	var done, total int
	summary, err := sample.Run(t.Context(), db, scripted{}, job, sample.Options{Concurrency: 3}, func(d, n int) {
		if d < done {
			t.Errorf("progress went from %d to %d", done, d)
		}
		done, total = d, n
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, got, want sample.Summary) {
		t.Helper()
		if diff := cmp.Diff(want, got, facts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("first call", summary, sample.Summary{Total: 1000, Generated: 1000, Samples: 1000})
	if done != 1000 || total != 1000 {
		t.Errorf("progress ended at %d of %d, want 1000 of 1000", done, total)
	}
	check("again", run(t, db, scripted{}, job), sample.Summary{Total: 1000, Present: 1000})

	job.N = 6
	check("more per task", run(t, db, scripted{}, job), sample.Summary{Total: 1500, Present: 1000, Generated: 500, Samples: 500})

	elsewhere := job
	elsewhere.Iteration = 0
	check("the same outside a run", run(t, db, scripted{}, elsewhere), sample.Summary{Total: 1500, Samples: 1500})

	baseline := job
	baseline.Purpose = schema.Baseline
	check("another purpose", run(t, db, scripted{}, baseline), sample.Summary{Total: 1500, Generated: 1500, Samples: 1500})

	other := job
	other.Parameters.Seed++
	check("another seed", run(t, db, scripted{}, other), sample.Summary{Total: 1500, Generated: 1500, Samples: 1500})

	if n := count(t, db, `SELECT count(*) FROM sample s JOIN generation g ON g.id = s.generation_id
		JOIN program p ON p.id = s.fix_id WHERE instr(g.text, p.source) = 0 OR s.parse <> 'fenced' OR s.rationale = ''`); n != 0 {
		t.Errorf("%d samples are not what their generation says", n)
	}
}

func TestPurposesDrawWithOtherSeeds(t *testing.T) {
	seeds := map[int64]schema.Purpose{}
	for _, purpose := range []schema.Purpose{schema.Baseline, schema.Training, schema.Eval} {
		for seed := range int64(100) {
			job := sample.Job{Purpose: purpose, Parameters: sample.Parameters{Seed: seed}}
			s := job.Sampling().Seed
			if other, taken := seeds[s]; taken || s < 0 || s > 1<<30 {
				t.Errorf("%s with seed %d draws with %d, as %s does", purpose, seed, s, other)
			}
			if seeds[s] = purpose; job.Sampling().Seed != s {
				t.Errorf("%s with seed %d draws with two seeds", purpose, seed)
			}
		}
	}
}

// TestRunSharesPrompts checks that two tasks with one prompt cost one generation.
func TestRunSharesPrompts(t *testing.T) {
	db, job := world(t, 2)
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		file, err := tx.NextIngestFile()
		if err != nil {
			return err
		}
		twin, err := ask(tx, file, 2, fmt.Sprintf(userText, 0))
		if err != nil {
			return err
		}
		job.Questions = append(job.Questions, twin, twin)
		return tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: "x", SHA256: schema.Hash("x"), Lines: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample.Summary{Total: 12, Generated: 8, Samples: 12}, run(t, db, scripted{}, job), facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRunCountsFailures checks that failures are counted, named, and drawn by the
// next call, while everything else is kept.
func TestRunCountsFailures(t *testing.T) {
	db, job := world(t, 30)
	odd := errors.New("odd")
	s := scripted{fail: func(_ sample.Request, index int) error {
		if index%2 == 1 {
			return odd
		}
		return nil
	}}
	summary := run(t, db, s, job)
	if diff := cmp.Diff(sample.Summary{Total: 120, Generated: 60, Samples: 60, Failed: 60}, summary, facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := summary.Failures; len(f) != 20 || !errors.Is(f[0].Err, odd) || cmp.Diff([]int{1, 3}, f[0].Indices) != "" || f[0].Task == "" {
		t.Errorf("failures %+v", f)
	}
	if diff := cmp.Diff(sample.Summary{Total: 120, Present: 60, Generated: 60, Samples: 60}, run(t, db, scripted{}, job), facts); diff != "" {
		t.Errorf("next call (-want +got):\n%s", diff)
	}
}

func TestRunStopsAtAnUnusableSampler(t *testing.T) {
	db, job := world(t, 100)
	var calls atomic.Int32
	s := scripted{fail: func(sample.Request, int) error {
		calls.Add(1)
		return fmt.Errorf("%w: wrong key", sample.ErrUnusable)
	}}
	summary, err := sample.Run(t.Context(), db, s, job, sample.Options{Concurrency: 2}, nil)
	if !errors.Is(err, sample.ErrUnusable) || summary.Generated != 0 || calls.Load() > 20 {
		t.Errorf("%d calls, %+v, %v", calls.Load(), summary, err)
	}
}

// TestRunInterrupted checks that what arrived before an interrupt is stored.
func TestRunInterrupted(t *testing.T) {
	db, job := world(t, 50)
	ctx, cancel := context.WithCancel(t.Context())
	var delivered atomic.Int32
	s := scripted{after: func(sample.Request, int) {
		if delivered.Add(1) == 40 {
			cancel()
		}
	}}
	summary, err := sample.Run(ctx, db, s, job, sample.Options{}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the context was cancelled", err)
	}
	if stored := count(t, db, `SELECT count(*) FROM sample`); stored != int(delivered.Load()) || summary.Samples != stored {
		t.Errorf("%d delivered, %d stored, %d reported", delivered.Load(), stored, summary.Samples)
	}
	run(t, db, scripted{}, job)
	if n := count(t, db, `SELECT count(*) FROM generation`); n != 200 {
		t.Errorf("%d generations in the end, want 200", n)
	}
}

// TestRunCommitsOnArrival checks that a generation can be read while the request
// that it belongs to is still being answered.
func TestRunCommitsOnArrival(t *testing.T) {
	db, job := world(t, 1)
	seen := 0
	s := scripted{after: func(sample.Request, int) {
		seen++
		for limit := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			if n := count(t, db, `SELECT count(*) FROM sample`); n == seen {
				return
			} else if time.Now().After(limit) {
				t.Errorf("%d samples a minute after %d arrived", n, seen)
				return
			}
		}
	}}
	run(t, db, s, job)
}

func TestRunRefusesMisbehaviour(t *testing.T) {
	db, job := world(t, 1)
	summary := run(t, db, twice{}, job)
	if summary.Generated != 1 || summary.Failed != 3 {
		t.Errorf("%+v, want the first answer and three failures", summary)
	}
	for _, change := range []func(*sample.Job){
		func(j *sample.Job) { j.N = 0 }, func(j *sample.Job) { j.Purpose = schema.Recorded },
		func(j *sample.Job) { j.Purpose = schema.Eval }, func(j *sample.Job) { j.Evaluation = 1 }, func(j *sample.Job) { j.Model = 99 },
	} {
		bad := job
		change(&bad)
		if _, err := sample.Run(t.Context(), db, scripted{}, bad, sample.Options{}, nil); err == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}

// twice answers index 0 two times.
type twice struct{ scripted }

func (twice) Sample(_ context.Context, _ sample.Request, yield func(sample.Completion) error) error {
	return errors.Join(yield(sample.Completion{Text: "a"}), yield(sample.Completion{Text: "b"}))
}

// TestRunSurvivesKilling kills a child that samples, at several moments, until
// the job is done. Nothing may be lost, doubled or paid for again; what the child
// had in its hands at the moment of the kill is the only exception.
func TestRunSurvivesKilling(t *testing.T) {
	if path := os.Getenv("SAMPLE_KILL_DB"); path != "" {
		sampleUntilKilled(t, path)
		return
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "next.db")
	db := openWorld(t, path)
	if _, err := fill(t.Context(), db, tasksToKill); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for finished := false; !finished; {
		stored := count(t, db, `SELECT count(*) FROM sample`)
		var told int
		if finished, told = killAfter(t, path, stored+230); !finished {
			kills++
		}
		if now := count(t, db, `SELECT count(*) FROM sample`); now < told || kills > 10 {
			t.Fatalf("%d samples after kill %d, the child had told of %d", now, kills, told)
		}
	}
	checkInvariants(t, db)
	if n := count(t, db, `SELECT count(*) FROM generation`); n != 4*tasksToKill || kills < 3 {
		t.Errorf("%d generations after %d kills, want %d", n, kills, 4*tasksToKill)
	}
	if n := count(t, db, `SELECT count(*) FROM sample s JOIN generation g ON g.id = s.generation_id`); n != 4*tasksToKill {
		t.Errorf("%d samples of %d generations", n, 4*tasksToKill)
	}
	paid, err := os.ReadFile(path + ".paid")
	if err != nil {
		t.Fatal(err)
	}
	if again := strings.Count(string(paid), "\n") - 4*tasksToKill; again > kills*inHand {
		t.Errorf("%d generations were paid for again after %d kills", again, kills)
	}
}

const (
	tasksToKill = 250
	inHand      = 64 + 64 + 4 // what may be on its way into the file: a batch, the next one, one per worker
)

// killAfter runs a child, kills it once it tells that limit samples are stored,
// and reports whether it ended by itself and the last number that it told.
func killAfter(t *testing.T, path string, limit int) (finished bool, told int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestRunSurvivesKilling$")
	child.Env = append(os.Environ(), "SAMPLE_KILL_DB="+path)
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "done %d", &told); n == 1 && told >= limit && !killed {
			killed = true
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err != nil && !killed {
		t.Fatalf("child: %v", err)
	}
	return !killed, told
}

func sampleUntilKilled(t *testing.T, path string) {
	db := openWorld(t, path)
	job, err := fill(t.Context(), db, tasksToKill)
	if err != nil {
		t.Fatal(err)
	}
	paid, err := os.OpenFile(path+".paid", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	s := scripted{fail: func(r sample.Request, index int) error {
		mutex.Lock()
		defer mutex.Unlock()
		time.Sleep(500 * time.Microsecond)
		_, err := fmt.Fprintf(paid, "%s %d\n", r.Task, index)
		return err
	}}
	_, err = sample.Run(t.Context(), db, s, job, sample.Options{Concurrency: 4}, func(done, _ int) { fmt.Println("done", done) })
	if err != nil {
		t.Fatal(err)
	}
}
