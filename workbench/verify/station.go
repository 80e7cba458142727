package verify

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/station"
)

// Options say how Run verifies.
type Options struct {
	Workers  int            // programs judged at the same time; 0 means one
	All      bool           // run a fix's tests after its first failure too; buggy and reference programs run all
	Repeat   int            // verifications that each program gets from this runner, to find the flaky; 0 and 1: one from any
	Python   string         // interpreter version, for the runner's record
	Limits   sandbox.Limits // for the runner's record
	Level    string         // isolation level, for the runner's record
	Progress func(Progress) // called after every stored batch; nil for none
}

// Progress counts the programs of one Run.
type Progress struct {
	Done, Total, Passed, Flaky, Infra int
}

// job is one program to judge on one task.
type job struct {
	program schema.ProgramID
	task    schema.TaskID
	attempt int
	judged  int  // verifications that it has, infra apart
	all     bool // run the tests after the first failure too
}

// storedTask is a task as the database has it, and the plan of its tests.
type storedTask struct {
	Task
	cases []schema.TestCaseID
	plan  *taskPlan
}

// tasksKept bounds the tasks in memory. The work list goes task by task, so that
// a few more than there are workers are enough.
const tasksKept = 32

// Run judges every program that its task has not judged yet and stores what
// it finds, in batches: interrupted, it goes on where it stopped. The work
// list is the query "unverified".
func Run(ctx context.Context, db *schema.DB, v *Verifier, o Options) (Progress, error) {
	s := &round{db: db, verifier: v, options: o, tasks: map[schema.TaskID]*storedTask{}}
	if err := s.run(ctx); err != nil {
		return s.progress, fmt.Errorf("verify: %w", err)
	}
	return s.progress, nil
}

type round struct {
	db       *schema.DB
	verifier *Verifier
	options  Options
	runner   schema.RunnerID
	progress Progress
	mu       sync.Mutex
	tasks    map[schema.TaskID]*storedTask
}

func (s *round) run(ctx context.Context) error {
	if err := s.register(ctx); err != nil {
		return err
	}
	jobs, err := s.unverified(ctx)
	if err != nil {
		return err
	}
	s.progress.Total = len(jobs)
	return station.Run(ctx, jobs, s.options.Workers, s.judge, s.write)
}

// register records the runner that the verifications will name.
func (s *round) register(ctx context.Context) error {
	limits, err := json.Marshal(s.options.Limits)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *schema.Tx) (err error) {
		s.runner, err = tx.PutRunner(schema.Runner{Python: s.options.Python, Isolation: s.options.Level, Version: Version, Limits: string(limits)})
		return err
	})
}

// unverified lists the work.
func (s *round) unverified(ctx context.Context) ([]job, error) {
	q, err := queries.Find("unverified")
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{}
	if s.options.Repeat > 1 {
		parameters["repeat"], parameters["runner"] = strconv.Itoa(s.options.Repeat), strconv.FormatInt(int64(s.runner), 10)
	}
	rows, err := q.Run(ctx, s.db, parameters)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []job
	for rows.Next() {
		var j job
		var rank int
		if err := rows.Scan(&j.program, &j.task, &rank, &j.attempt, &j.judged); err != nil {
			return nil, err
		}
		j.all = s.options.All || rank == 0
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// write stores a batch.
func (s *round) write(ctx context.Context, batch [][]schema.Verification) error {
	err := s.db.Write(ctx, func(tx *schema.Tx) error {
		for _, v := range slices.Concat(batch...) {
			if err := tx.RecordVerification(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, verifications := range batch {
		s.count(verifications[len(verifications)-1])
	}
	if s.options.Progress != nil {
		s.options.Progress(s.progress)
	}
	return nil
}

func (s *round) count(v schema.Verification) {
	s.progress.Done++
	passed, infra := len(v.Outcomes) == v.Tests, false
	if slices.ContainsFunc(v.Outcomes, func(o schema.Outcome) bool { return o.Verdict == schema.Flaky }) {
		s.progress.Flaky++
	}
	for _, o := range v.Outcomes {
		passed = passed && o.Verdict == schema.Pass
		infra = infra || o.Verdict == schema.Infra
	}
	if passed {
		s.progress.Passed++
	}
	if infra {
		s.progress.Infra++
	}
}

// judge reads a job's program and task and judges it, as often as it takes.
func (s *round) judge(ctx context.Context, j job) ([]schema.Verification, error) {
	var source string
	if err := s.db.QueryRow(ctx, `SELECT source FROM program WHERE id = ?`, j.program).Scan(&source); err != nil {
		return nil, fmt.Errorf("program %d: %w", j.program, err)
	}
	task, err := s.task(ctx, j.task)
	if err != nil {
		return nil, fmt.Errorf("task %d: %w", j.task, err)
	}
	var made []schema.Verification
	for range max(s.options.Repeat, 1) - j.judged {
		outcomes, err := s.verifier.judge(ctx, source, task.plan, j.all)
		if err != nil {
			return nil, fmt.Errorf("program %d on task %d: %w", j.program, j.task, err)
		}
		for i := range outcomes {
			outcomes[i].TestCase = task.cases[i]
		}
		made = append(made, schema.Verification{Program: j.program, Task: j.task, Runner: s.runner, Attempt: j.attempt + len(made),
			Outcomes: outcomes, Tests: len(task.cases)})
	}
	if s.options.Repeat > 1 {
		return s.withFlaky(ctx, j, made)
	}
	return made, nil
}

// task reads and plans a task, once for the programs that follow each other.
func (s *round) task(ctx context.Context, id schema.TaskID) (*storedTask, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.tasks[id]; known != nil {
		return known, nil
	}
	t, err := s.read(ctx, id)
	if err == nil {
		t.plan, err = s.verifier.planner.plan(ctx, t.Task)
	}
	if err != nil {
		return nil, err
	}
	if len(s.tasks) == tasksKept {
		clear(s.tasks)
	}
	s.tasks[id] = t
	return t, nil
}

func (s *round) read(ctx context.Context, id schema.TaskID) (*storedTask, error) {
	var t storedTask
	err := s.db.QueryRow(ctx, `SELECT test_setup, entry_point FROM task WHERE id = ?`, id).Scan(&t.Setup, &t.EntryPoint)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, code FROM test_case WHERE task_id = ? ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return &t, t.scan(rows)
}

func (t *storedTask) scan(rows *sql.Rows) error {
	for rows.Next() {
		var id schema.TestCaseID
		var code string
		if err := rows.Scan(&id, &code); err != nil {
			return err
		}
		t.cases, t.Tests = append(t.cases, id), append(t.Tests, code)
	}
	return rows.Err()
}
