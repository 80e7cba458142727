package schema

import (
	"fmt"
	"time"
)

// Verdict says how an execution, or a whole verification, ended.
type Verdict string

// The verdicts. Candidates that behaved badly get the first seven after Pass;
// Infra says that the workbench failed and never counts against a candidate.
const (
	Pass    Verdict = "pass"
	Fail    Verdict = "fail"
	Error   Verdict = "error"
	Timeout Verdict = "timeout"
	Memory  Verdict = "memory"
	Crash   Verdict = "crash"
	Exit    Verdict = "exit"
	Infra   Verdict = "infra"
	Flaky   Verdict = "flaky"
)

// Tier says how far a verdict can be trusted: see the verify package.
type Tier string

// The tiers, from the most to the least trusted.
const (
	ValueTier  Tier = "value"
	SplitTier  Tier = "split"
	SharedTier Tier = "shared"
)

// Outcome is the result of one execution.
type Outcome struct {
	TestCase  TestCaseID
	Verdict   Verdict
	Tier      Tier
	Detail    string // one line for people
	CPU, Wall time.Duration
	PeakKiB   int64
}

// Verification is one program judged on one task by one runner.
type Verification struct {
	Program  ProgramID
	Task     TaskID
	Runner   RunnerID
	Attempt  int
	Outcomes []Outcome // in the order of the tests
	Tests    int       // of the task, those not executed included
}

// RecordVerification stores a verification with its outcomes. Its verdict is Pass
// when every test of the task passed, else that of the first test that did not;
// its tier is the least trusted one. The same attempt again is left as it is.
func (tx *Tx) RecordVerification(v Verification) error {
	sum := v.summary()
	_, found, err := tx.find(`SELECT id FROM verification WHERE program_id = ? AND task_id = ? AND runner_id = ? AND attempt = ?`,
		v.Program, v.Task, v.Runner, v.Attempt)
	if err != nil || found {
		return err
	}
	id, err := tx.insert(`INSERT INTO verification (program_id, task_id, runner_id, attempt, verdict, tier, tests_passed,
		tests_total, complete, created_us) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		v.Program, v.Task, v.Runner, v.Attempt, sum.verdict, sum.tier, sum.passed, v.Tests, sum.complete, tx.micros())
	if err != nil {
		return fmt.Errorf("verification of program %d on task %d: %w", v.Program, v.Task, err)
	}
	rows := make([][]any, len(v.Outcomes))
	for i, o := range v.Outcomes {
		rows[i] = []any{id, o.TestCase, o.Verdict, o.Tier, o.Detail, o.CPU.Microseconds(), o.Wall.Microseconds(), o.PeakKiB}
	}
	return tx.insertRows("outcome", []string{"verification_id", "test_case_id", "verdict", "tier", "detail", "cpu_us", "wall_us", "peak_kib"}, rows)
}

type summary struct {
	verdict  Verdict
	tier     Tier
	passed   int
	complete int
}

func (v Verification) summary() summary {
	s := summary{verdict: Pass, tier: ValueTier}
	trust := map[Tier]int{ValueTier: 0, SplitTier: 1, SharedTier: 2}
	for _, o := range v.Outcomes {
		if o.Verdict == Pass {
			s.passed++
		} else if s.verdict == Pass {
			s.verdict = o.Verdict
		}
		if trust[o.Tier] > trust[s.tier] {
			s.tier = o.Tier
		}
	}
	if len(v.Outcomes) == v.Tests {
		s.complete = 1
	} else if s.verdict == Pass {
		s.verdict = Infra // tests are missing and none of those executed says why
	}
	return s
}
