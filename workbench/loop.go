package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"nextworkbench/export"
	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/audit"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/trace"
	"nextworkbench/workbench/verify"
)

// loopSettings are the settings of a run: Algorithm 1 of NExT (arXiv 2404.14662)
// with its defaults, each of which can be switched. They are stored with the run;
// a run is gone on with under the settings that it was started with.
type loopSettings struct {
	Base            string            `json:"base"`             // θ(0)
	Source          string            `json:"source"`           // only tasks of this source, empty for all
	MaxTasks        int               `json:"max_tasks"`        // of the train split, -1 for all
	MaxDevTasks     int               `json:"max_dev_tasks"`    // of the dev split, -1 for all
	Samples         int               `json:"samples"`          // per task and iteration
	BaselineSamples int               `json:"baseline_samples"` // per task, for the hard set
	HardBelow       float64           `json:"hard_below"`       // hard: pass@1 of the base strictly below; 2 takes all tasks
	DevSamples      int               `json:"dev_samples"`      // per task, for pass@k
	FewShot         int               `json:"few_shot"`         // examples in the prompts of the base model
	NoTrace         bool              `json:"no_trace"`
	NoRationale     bool              `json:"no_rationale"`
	Policy          string            `json:"policy"`
	Select          string            `json:"select"`
	MaxPerTask      int               `json:"max_per_task"` // kept samples of a task in a training set, 0 for all
	Cumulative      bool              `json:"cumulative"`   // B(i) starts from B(i-1) instead of empty
	FromLast        bool              `json:"from_last"`    // tune θ(i) instead of θ(0)
	Sampler         string            `json:"sampler"`
	Parameters      sample.Parameters `json:"parameters"`
}

func (s loopSettings) check() error {
	switch {
	case s.Samples < 1 || s.BaselineSamples < 1 || s.DevSamples < 1:
		return usageError{fmt.Errorf("--samples, --baseline-samples and --dev-samples must be at least 1")}
	case s.Parameters.Temperature < 0:
		return usageError{fmt.Errorf("--temperature must not be negative")}
	}
	return nil
}

// fewShot is how many examples the prompts of round number show: the base model
// needs them, a tuned one does not.
func (s loopSettings) fewShot(number int) int {
	if number == 0 {
		return s.FewShot
	}
	return 0
}

// loop is a run being carried on.
type loop struct {
	*app
	db       *schema.DB
	pool     *sandbox.Pool
	name     string
	dir      string // of exports and checkpoints
	settings loopSettings
	server   serverFlags
	run      schema.RunID
	sampler  sample.Sampler
}

// carryOn does what the run lacks of its iterations, and evaluates the checkpoint
// that the last one made.
func (l *loop) carryOn(ctx context.Context, iterations int) ([]round, error) {
	tasks, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer closeSampler(l.sampler)
	if tasks, err = l.hardSet(ctx, tasks); err != nil {
		return nil, err
	}
	var rounds []round
	var dirs []string
	model := l.settings.Base
	for number := 0; number < iterations; number++ {
		r, dir, err := l.round(ctx, number, model, tasks)
		if err != nil {
			return rounds, fmt.Errorf("iteration %d of %s: %w", number, l.name, err)
		}
		if !l.settings.Cumulative {
			dirs = nil
		}
		dirs = append(dirs, dir)
		if model, r.Stats, err = l.next(ctx, number+1, model, dirs); err != nil {
			return rounds, fmt.Errorf("checkpoint after iteration %d of %s: %w", number, l.name, err)
		}
		rounds = append(rounds, r)
	}
	last, err := l.last(ctx, iterations, model)
	if err != nil {
		return rounds, err
	}
	return markBest(append(rounds, last)), nil
}

// begin registers run and base model, sees that every task is verified and every
// usable one traced, and returns the tasks of the train split.
func (l *loop) begin(ctx context.Context) (tasks []schema.TaskID, err error) {
	if _, _, err := l.db.Model(ctx, l.settings.Base); errors.Is(err, schema.ErrUnknown) {
		if _, _, err := l.register(ctx, l.db, checkpoint{Name: l.settings.Base}); err != nil {
			return nil, err
		}
	}
	err = l.db.Write(ctx, func(tx *schema.Tx) error {
		l.run, err = tx.PutRun(l.name, l.settings)
		return err
	})
	if err != nil {
		return nil, hint(err, "go on with the settings it was started with, or name another --run")
	}
	l.note("verifying and tracing the tasks' programs")
	if _, err := l.verify(ctx, l.db, l.pool, verify.Options{}); err != nil {
		return nil, err
	}
	if _, err := l.trace(ctx, l.db, false, trace.NoFixes); err != nil {
		return nil, err
	}
	if l.sampler, err = l.openSampler(ctx, l.settings.Sampler, l.server); err != nil {
		return nil, err
	}
	tasks, err = taskIDs(ctx, l.db, schema.Train, l.settings.Source, l.settings.MaxTasks)
	if err == nil && len(tasks) == 0 {
		err = hint(errors.New("no usable task in the train split"), "a task is usable when its buggy program fails a test and its reference passes all; see `workbench query tasks`")
	}
	return tasks, err
}

// hardSet returns the tasks that the base model solves too rarely. They are found
// once and frozen with the run.
func (l *loop) hardSet(ctx context.Context, tasks []schema.TaskID) ([]schema.TaskID, error) {
	frozen, err := l.frozenHardSet(ctx)
	if err != nil || len(frozen) > 0 {
		return frozen, err
	}
	if _, err := l.draw(ctx, schema.Baseline, 0, l.settings.Base, tasks, l.settings.BaselineSamples); err != nil {
		return nil, err
	}
	attempts, err := l.attempts(ctx, map[string]string{"run": l.name, "iteration": "0", "purpose": string(schema.Baseline)})
	if err != nil {
		return nil, err
	}
	var hard []schema.HardTask
	for _, t := range attempts {
		if float64(t.passed)/float64(t.samples) < l.settings.HardBelow {
			hard = append(hard, schema.HardTask{Task: t.task, Samples: t.samples, Passed: t.passed})
		}
	}
	if len(hard) == 0 {
		return nil, hint(fmt.Errorf("no task is hard: the base model %s solves each at least %g of the time", l.settings.Base, l.settings.HardBelow), "raise --hard-below in a new --run")
	}
	err = l.db.Write(ctx, func(tx *schema.Tx) error { return tx.FreezeHardSet(l.run, hard) })
	if err != nil {
		return nil, err
	}
	l.note("hard set: %d of %d tasks, which %s solves in less than %g of its attempts", len(hard), len(tasks), l.settings.Base, l.settings.HardBelow)
	return l.frozenHardSet(ctx)
}

func (l *loop) frozenHardSet(ctx context.Context) (tasks []schema.TaskID, err error) {
	rows, err := l.db.Query(ctx, `SELECT task_id FROM hard_task WHERE run_id = ? ORDER BY task_id`, l.run)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id schema.TaskID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		tasks = append(tasks, id)
	}
	return tasks, rows.Err()
}

// attempted is how often a task was tried and solved.
type attempted struct {
	task            schema.TaskID
	samples, passed int
}

// attempts counts samples per task. Those that could not be judged are left out.
func (l *loop) attempts(ctx context.Context, parameters map[string]string) ([]attempted, error) {
	return attempts(ctx, l.db, parameters)
}

func attempts(ctx context.Context, db *schema.DB, parameters map[string]string) ([]attempted, error) {
	rows, err := queries.Run(ctx, db, "attempts", parameters)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []attempted
	for rows.Next() {
		var t attempted
		var name string
		var undecided int
		if err := rows.Scan(&t.task, &name, &t.samples, &t.passed, &undecided); err != nil {
			return nil, err
		}
		if t.samples -= undecided; t.samples > 0 {
			all = append(all, t)
		}
	}
	return all, rows.Err()
}

// draw samples a purpose of a round and verifies what came. It returns the
// iteration's id.
func (l *loop) draw(ctx context.Context, purpose schema.Purpose, number int, model string, tasks []schema.TaskID, n int) (schema.IterationID, error) {
	id, _, err := l.db.Model(ctx, model)
	if err != nil {
		return 0, err
	}
	var iteration schema.IterationID
	err = l.db.Write(ctx, func(tx *schema.Tx) error {
		iteration, err = tx.PutIteration(l.run, number, id)
		return err
	})
	if err != nil {
		return 0, err
	}
	l.note("iteration %d, %s: %d samples of %s for each of %d tasks", number, purpose, n, model, len(tasks))
	job := sample.Job{Model: id, Purpose: purpose, Iteration: iteration, N: n, Parameters: l.settings.Parameters}
	return iteration, l.drawJob(ctx, job, number, tasks)
}

func (l *loop) drawJob(ctx context.Context, job sample.Job, number int, tasks []schema.TaskID) error {
	var err error
	if job.Questions, err = l.questions(ctx, l.db, tasks, l.settings.variant(number)); err != nil {
		return err
	}
	if err := l.sample(ctx, l.db, l.sampler, job); err != nil {
		return err
	}
	_, err = l.verify(ctx, l.db, l.pool, verify.Options{})
	return err
}

// round samples, verifies, audits and exports one iteration, and measures its
// model on the dev split.
func (l *loop) round(ctx context.Context, number int, model string, tasks []schema.TaskID) (round, string, error) {
	if _, err := l.draw(ctx, schema.Training, number, model, tasks, l.settings.Samples); err != nil {
		return round{}, "", err
	}
	if err := l.decide(ctx); err != nil {
		return round{}, "", err
	}
	summary, err := l.app.export(ctx, l.db, export.Options{
		Select: l.settings.Select, Parameters: l.selection(number),
		Out:        filepath.Join(l.dir, "exports", fmt.Sprintf("%s-%d", l.name, number)),
		MaxPerTask: l.settings.MaxPerTask,
	})
	if err != nil {
		return round{}, "", err
	}
	r := round{Iteration: number, Checkpoint: model, Export: summary.Dir}
	err = l.db.QueryRow(ctx, `SELECT tasks, samples, passed, kept FROM v_iteration WHERE run = ? AND iteration = ?`, l.name, number).
		Scan(&r.Tasks, &r.Samples, &r.Passing, &r.Kept)
	if err != nil {
		return r, "", err
	}
	r.Dev, err = l.measure(ctx, number, model)
	return r, summary.Dir, err
}

// decide audits the samples of the run that are not decided yet.
func (l *loop) decide(ctx context.Context) error {
	policy, err := findPolicy("", l.settings.Policy)
	if err == nil {
		_, err = l.audit(ctx, l.db, audit.Options{Policy: policy, Run: l.name})
	}
	return err
}

// selection is the parameters of the training selection, those of them that the
// query has.
func (l *loop) selection(number int) map[string]string {
	parameters := map[string]string{"run": l.name, "iteration": fmt.Sprint(number)}
	if q, err := queries.Find(l.settings.Select); err == nil {
		for _, p := range q.Parameters {
			if p.Name == "policy" {
				parameters["policy"] = l.settings.Policy
			}
		}
	}
	return parameters
}

// measure evaluates the model of a round on the dev split.
func (l *loop) measure(ctx context.Context, number int, model string) (map[int]float64, error) {
	tasks, err := taskIDs(ctx, l.db, schema.Dev, l.settings.Source, l.settings.MaxDevTasks)
	if err != nil || len(tasks) == 0 {
		return map[int]float64{}, err
	}
	id, _, err := l.db.Model(ctx, model)
	if err != nil {
		return nil, err
	}
	var evaluation schema.EvaluationID
	var iteration schema.IterationID
	err = l.db.Write(ctx, func(tx *schema.Tx) error {
		if iteration, err = tx.PutIteration(l.run, number, id); err != nil {
			return err
		}
		evaluation, err = tx.PutEvaluation(schema.Evaluation{Model: id, Iteration: iteration, Split: schema.Dev,
			Settings: map[string]any{"samples": l.settings.DevSamples, "tasks": len(tasks), "variant": l.settings.variant(number), "parameters": l.settings.Parameters}})
		return err
	})
	if err != nil {
		return nil, err
	}
	job := sample.Job{Model: id, Purpose: schema.Eval, Iteration: iteration, Evaluation: evaluation, N: l.settings.DevSamples, Parameters: l.settings.Parameters}
	if err := l.drawJob(ctx, job, number, tasks); err != nil {
		return nil, err
	}
	return passAt(ctx, l.db, evaluation, devK)
}

// passAt is the mean pass@k over the tasks of an evaluation, for every k that all
// of its tasks have samples for.
func passAt(ctx context.Context, db *schema.DB, evaluation schema.EvaluationID, ks []int) (map[int]float64, error) {
	tasks, err := attempts(ctx, db, map[string]string{"evaluation": fmt.Sprint(evaluation)})
	if err != nil {
		return nil, err
	}
	means := map[int]float64{}
	for _, k := range ks {
		sum, enough := 0.0, len(tasks) > 0
		for _, t := range tasks {
			if enough = enough && t.samples >= k; enough {
				sum += passAtK(t.samples, t.passed, k)
			}
		}
		if enough {
			means[k] = sum / float64(len(tasks))
		}
	}
	return means, nil
}

// next returns the checkpoint of round number: registered already, tuned here from
// the exports, or waited for.
func (l *loop) next(ctx context.Context, number int, last string, dirs []string) (string, map[string]any, error) {
	trainedOn := dirs[len(dirs)-1]
	if name, err := l.trainedOn(ctx, trainedOn); err != nil || name != "" {
		return name, nil, err
	}
	if l.settings.Sampler != "edit" {
		name, err := l.wait(ctx, trainedOn)
		return name, nil, err
	}
	base := l.settings.Base
	if l.settings.FromLast {
		base = last
	}
	_, from, err := l.db.Model(ctx, base)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("%s-%d", l.name, number)
	path := filepath.Join(l.dir, "checkpoints", name+".json")
	uri, err := l.checkpointURI(path)
	if err != nil {
		return "", nil, err
	}
	stats, err := l.tune(ctx, dirs, l.checkpointPath(from.URI), path, name)
	if err != nil {
		return "", nil, err
	}
	_, _, err = l.register(ctx, l.db, checkpoint{Name: name, Base: base, TrainedOn: trainedOn, URI: uri})
	return name, stats, err
}

// trainedOn names the model of this run that was trained on an export; empty when
// there is none yet.
func (l *loop) trainedOn(ctx context.Context, dir string) (name string, err error) {
	id, err := findExport(ctx, l.db, dir)
	if err != nil {
		return "", err
	}
	err = l.db.QueryRow(ctx, `SELECT coalesce((SELECT name FROM model WHERE trained_on_id = ? ORDER BY id LIMIT 1), '')`, id).Scan(&name)
	return name, err
}

// wait looks every few seconds whether the next checkpoint was registered.
func (l *loop) wait(ctx context.Context, dir string) (string, error) {
	l.note("train on %s, then register the checkpoint:\n  workbench ingest model NAME --base %s --trained-on %s --uri URI --db %s", dir, l.settings.Base, dir, l.config.DB)
	for {
		select {
		case <-ctx.Done():
			return "", hint(ctx.Err(), "the run is waiting for a checkpoint trained on %s; the same command goes on", dir)
		case <-time.After(2 * time.Second):
		}
		if name, err := l.trainedOn(ctx, dir); err != nil || name != "" {
			return name, err
		}
	}
}

// last measures the checkpoint that the last round made, and leaves no sample of
// the run undecided.
func (l *loop) last(ctx context.Context, number int, model string) (round, error) {
	r := round{Iteration: number, Checkpoint: model}
	var err error
	if r.Dev, err = l.measure(ctx, number, model); err != nil {
		return r, err
	}
	return r, l.decide(ctx)
}
