package trace

import (
	"context"
	"encoding/json"
	"fmt"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/station"
)

// Options say how Run traces.
type Options struct {
	Workers  int                 // programs recorded at the same time; 0 means one
	All      bool                // every test of a task, not only the first that its buggy program fails
	Fixes    Fixes               // NoFixes takes the buggy programs
	Python   sandbox.Interpreter // the pool's, which also reads the tests
	Limits   sandbox.Limits      // the pool's, for the runner's record
	Level    string              // the pool's isolation level, for the runner's record
	Progress func(Progress)      // called after every stored batch; nil for none
}

// Fixes says which programs to trace in place of the buggy ones: the references
// of tasks and the fixes of samples.
type Fixes string

// Which fixes.
const (
	NoFixes      Fixes = ""
	PassingFixes Fixes = "passing" // those that pass every test
	AllFixes     Fixes = "all"
)

// Progress counts the traces of one Run.
type Progress struct {
	Done, Total, Truncated int
}

// job is one program to trace on one test case.
type job struct {
	task     schema.TaskID
	program  schema.ProgramID
	testCase schema.TestCaseID
	verdict  schema.Verdict
	detail   string
}

type recording struct {
	db       *schema.DB
	tracer   *Tracer
	reader   *Reader
	options  Options
	runner   schema.RunnerID
	progress Progress
}

// Run traces every buggy program, or every fix, on the first test that the buggy
// program fails, where that trace is missing, and stores the traces in batches: interrupted, it goes on where it
// stopped. The work list is the query "untraced", so programs have to be
// verified first.
func Run(ctx context.Context, db *schema.DB, t *Tracer, o Options) (Progress, error) {
	s := &recording{db: db, tracer: t, reader: NewReader(ctx, o.Python), options: o}
	defer s.reader.Close()
	if err := s.run(ctx); err != nil {
		return s.progress, fmt.Errorf("trace: %w", err)
	}
	return s.progress, nil
}

func (s *recording) run(ctx context.Context) error {
	jobs, err := s.untraced(ctx)
	if err != nil || len(jobs) == 0 {
		return err
	}
	s.progress.Total = len(jobs)
	limits, err := json.Marshal(map[string]any{"sandbox": s.options.Limits, "recorder": s.tracer.Limits})
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *schema.Tx) (err error) {
		s.runner, err = tx.PutRunner(schema.Runner{
			Python: s.options.Python.Version, Isolation: s.options.Level, Version: Version(), Limits: string(limits),
		})
		return err
	})
	if err != nil {
		return err
	}
	return station.Run(ctx, jobs, s.options.Workers, s.record, s.write)
}

// untraced lists the work.
func (s *recording) untraced(ctx context.Context) ([]job, error) {
	given := map[string]string{"tracer": Version(), "all": "0", "fixes": string(s.options.Fixes)}
	if s.options.All {
		given["all"] = "1"
	}
	rows, err := queries.Run(ctx, s.db, "untraced", given)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []job
	for rows.Next() {
		var j job
		if err := rows.Scan(&j.task, &j.program, &j.testCase, &j.verdict, &j.detail); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

// record traces the program of one job.
func (s *recording) record(ctx context.Context, j job) (schema.Trace, error) {
	var program, setup, entryPoint, test string
	err := s.db.QueryRow(ctx, `SELECT p.source, t.test_setup, t.entry_point, c.code
		FROM program p, task t, test_case c WHERE p.id = ? AND t.id = ? AND c.id = ?`, j.program, j.task, j.testCase).
		Scan(&program, &setup, &entryPoint, &test)
	if err != nil {
		return schema.Trace{}, fmt.Errorf("program %d on test case %d: %w", j.program, j.testCase, err)
	}
	request, err := s.reader.Read(ctx, program, setup, entryPoint, test)
	if err == nil {
		request.Failure = failure(j.verdict)
		var trace schema.Trace
		if trace, err = s.tracer.Record(ctx, request); err == nil {
			trace.Program, trace.TestCase, trace.Runner = j.program, j.testCase, s.runner
			return trace, nil
		}
	}
	return schema.Trace{}, fmt.Errorf("program %d on test case %d: %w", j.program, j.testCase, err)
}

// failure is what the line of a test raised, given its verdict. An error comes
// from the program and is recorded there.
func failure(v schema.Verdict) string {
	switch v {
	case schema.Fail:
		return "AssertionError()"
	case schema.Timeout:
		return "TimeoutError()"
	case schema.Memory:
		return "MemoryError()"
	}
	return ""
}

// write stores a batch.
func (s *recording) write(ctx context.Context, batch []schema.Trace) error {
	err := s.db.Write(ctx, func(tx *schema.Tx) error {
		for _, trace := range batch {
			if _, err := tx.RecordTrace(trace); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, trace := range batch {
		s.progress.Done++
		if trace.Truncated {
			s.progress.Truncated++
		}
	}
	if s.options.Progress != nil {
		s.options.Progress(s.progress)
	}
	return nil
}
