// Package verify runs programs against tests and tells the verdict.
//
// A plan turns the source of a test into a tier. In the value tier the
// candidate's process evaluates expressions of inputs and this process compares
// the inert results with the expected values: nothing that a program does to
// its own process can forge a comparison that it never sees. In the split tier
// test code runs in a second jail, where the names of the program are stubs; a
// verdict of it deserves the same trust. In the shared tier test code and
// program meet in one process, because the test needs live objects or hands the
// program the expected value itself; its verdicts can be forged.
//
// The tier is decided by the test, so that no program can choose to be judged
// by a weaker one: a test whose own code hands the program what is no plain data
// falls from the split to the shared tier, a result that is none is a failure.
//
// It writes the tables runner, verification and outcome, by way of schema. It
// refuses to call a failing program an error: errors mean that the workbench
// could not do its job.
package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// Version names the judging code; it changes when verdicts may change.
const Version = "verify/3"

// Task is what programs are judged on.
type Task struct {
	Setup      string   // code that the tests rely on
	EntryPoint string   // name under test, "f" or "Solution.f"; empty for programs that read and write text
	Tests      []string // in order: an assert, a check function, other test code, or a pair as a JSON object
}

// Verifier judges programs. It may be used concurrently.
type Verifier struct {
	pool    *sandbox.Pool
	planner *planner
	alone   sync.RWMutex // held for writing by the one that is judged alone

	leastCounted time.Duration // leastCountedCPU, but in tests
}

// New starts a verifier over an open pool, which stays the caller's to close.
func New(ctx context.Context, pool *sandbox.Pool, python sandbox.Interpreter) (*Verifier, error) {
	p, err := startPlanner(ctx, python)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return &Verifier{pool: pool, planner: p, leastCounted: leastCountedCPU}, nil
}

// Close ends the planner.
func (v *Verifier) Close() error { return v.planner.close() }

// Plans tells how each test of a task would be judged.
func (v *Verifier) Plans(ctx context.Context, task Task) ([]Plan, error) {
	plan, err := v.planner.plan(ctx, task)
	if err != nil {
		return nil, err
	}
	return plan.tests, nil
}

// mostTimeouts is how many timeouts of one program are waited for.
const mostTimeouts = 3

// Judge runs a program on the tests of a task, in order, and returns their
// outcomes. Unless all is set it stops after the first that is not a pass; and
// even then after mostTimeouts, for a program that never ends would take its
// whole time on each of a thousand tests.
// Tests of the value tier share a process, as they would a module; when it
// dies the next test gets a fresh one. The parts of the task's setup that the
// calls need run in that process too, expected values never.
//
// A sandbox that fails is tried twice more, then the outcome is infra.
func (v *Verifier) Judge(ctx context.Context, program string, task Task, all bool) ([]schema.Outcome, error) {
	plan, err := v.planner.plan(ctx, task)
	if err != nil {
		return nil, err
	}
	return v.judge(ctx, program, plan, all)
}

func (v *Verifier) judge(ctx context.Context, program string, plan *taskPlan, all bool) ([]schema.Outcome, error) {
	v.alone.RLock()
	defer v.alone.RUnlock()
	j := &judging{verifier: v, program: program, planned: plan}
	defer j.drop()
	var outcomes []schema.Outcome
	timeouts := 0
	for i := range plan.tests {
		o := j.patiently(ctx, &plan.tests[i])
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		outcomes = append(outcomes, o)
		if o.Verdict == schema.Timeout && o.Wall > 0 {
			timeouts++
		}
		if o.Verdict != schema.Pass && !all || timeouts == mostTimeouts {
			break
		}
	}
	return outcomes, nil
}

// judging is one program on its way through the tests of a task.
type judging struct {
	verifier  *Verifier
	program   string
	planned   *taskPlan
	candidate *sandbox.Candidate // nil when there is none that lives
	broken    *schema.Outcome    // why the program does not load, once known
	counted   bool               // events are counted, to settle what an outcome in doubt should be
}

// infraTries is how often a test is tried when the sandbox fails.
const infraTries = 3

// patiently runs a test again, in a fresh process, when the sandbox failed or the
// outcome is in doubt.
func (j *judging) patiently(ctx context.Context, p *Plan) schema.Outcome {
	var failure error
	for range infraTries {
		o, err := j.try(ctx, p)
		if err == nil && doubted(o) {
			o, err = j.settle(ctx, p, o)
		}
		if err == nil {
			o.Detail = clip(o.Detail, detailSize)
			return o
		}
		failure = err
		j.drop()
		if ctx.Err() != nil {
			break
		}
	}
	return schema.Outcome{Verdict: schema.Infra, Tier: p.Tier, Detail: clip(failure.Error(), detailSize)}
}

func (j *judging) try(ctx context.Context, p *Plan) (schema.Outcome, error) {
	t := trial{judging: j, plan: p, asked: -1, outcome: schema.Outcome{Tier: p.Tier}}
	err := t.run(ctx)
	return t.outcome, err
}

// drop ends the candidate, if there is one.
func (j *judging) drop() {
	if j.candidate == nil {
		return
	}
	_, _ = j.candidate.Close() // a failure shows when the worker is used again
	j.candidate = nil
}

// trial is one test of a judging.
type trial struct {
	*judging
	plan    *Plan
	asked   int // the call that was asked for ahead; -1 for none
	outcome schema.Outcome
}

// run makes the outcome; the error is the sandbox's.
func (t *trial) run(ctx context.Context) error {
	switch {
	case t.plan.Invalid != "":
		t.end(schema.Infra, t.plan.Invalid)
		return nil
	case t.plan.Streams != nil:
		return t.exchange(ctx)
	}
	if t.plan.Tier == schema.SharedTier { // what its code says must not meet the next test
		t.drop()
		defer t.drop()
	}
	if err := t.start(ctx); err != nil || t.outcome.Verdict != "" {
		return err
	}
	switch t.plan.Tier {
	case schema.ValueTier:
		return t.compare(ctx)
	case schema.SplitTier:
		return t.split(ctx)
	}
	return t.share(ctx)
}

func (t *trial) end(v schema.Verdict, detail string) {
	t.outcome.Verdict, t.outcome.Detail = v, detail
}

// spent adds what a request used to the outcome, and lets go of the dead.
func (t *trial) spent(r sandbox.Reply) {
	t.outcome.CPU += r.CPU
	t.outcome.Wall += r.Wall
	t.outcome.PeakKiB = max(t.outcome.PeakKiB, r.PeakKiB)
	if r.Ending.Final() {
		t.drop()
	}
}

// start gives the trial a process with the program loaded. A program that
// does not load gets the same verdict on every test, and is loaded once.
func (t *trial) start(ctx context.Context) error {
	if t.candidate != nil {
		return nil
	}
	if t.broken != nil {
		t.outcome = *t.broken
		t.outcome.Tier = t.plan.Tier
		return nil
	}
	c, err := t.verifier.pool.Start(ctx, t.source())
	if err != nil {
		return err
	}
	t.candidate = c
	around := t.planned.inputs
	if t.plan.Tier == schema.SharedTier {
		around = t.planned.everything
	}
	return t.open(ctx, around)
}

// open asks a fresh process at once for all that comes before the first answer
// that matters: the setup before the program, the program, the setup after it,
// and the first call of a check.
func (t *trial) open(ctx context.Context, around surround) error {
	var steps []sandbox.Step
	if around[0] != "" {
		steps = append(steps, sandbox.ExecStep(around[0]))
	}
	steps = append(steps, sandbox.LoadStep())
	if around[1] != "" {
		steps = append(steps, sandbox.ExecStep(around[1]))
	}
	if t.asked = t.plan.Check.first(); t.asked >= 0 {
		steps = append(steps, sandbox.CallStep(t.plan.Calls[t.asked]))
	}
	if err := t.candidate.Send(ctx, steps...); err != nil {
		return err
	}
	if around[0] != "" {
		if err := t.opened(ctx, "test setup "); err != nil {
			return err
		}
		if t.outcome.Verdict != "" { // no fault of the program, which has not run yet
			t.outcome.Verdict, t.broken = schema.Infra, nil
			return nil
		}
	}
	if err := t.opened(ctx, ""); err != nil || t.outcome.Verdict != "" || around[1] == "" {
		return err
	}
	return t.opened(ctx, "test setup ")
}

// opened waits for a step without which the program cannot be tested.
func (t *trial) opened(ctx context.Context, name string) error {
	r, err := t.candidate.Receive(ctx)
	if err != nil {
		return err
	}
	if t.spent(r); r.Ending != sandbox.Returned {
		verdict, detail := verdictOf(r)
		t.end(verdict, name+detail)
		t.drop()
		t.broken = &schema.Outcome{Verdict: verdict, Detail: clip(name+detail, detailSize)} // which costs nothing again
	}
	return nil
}

// errEnded stops a check whose call did not return; the outcome says how.
var errEnded = errors.New("the call did not return")

// compare decides a test of the value tier.
func (t *trial) compare(ctx context.Context) error {
	e := newEvaluation(func(i int) (*sandbox.Value, error) {
		r, err := t.call(ctx, i)
		if err != nil {
			return nil, err
		}
		if t.spent(r); r.Ending != sandbox.Returned {
			t.end(verdictOf(r))
			return nil, errEnded
		}
		return r.Result, nil
	})
	v, err := e.value(t.plan.Check)
	var raised *Raised
	switch {
	case errors.Is(err, errEnded):
	case errors.As(err, &raised):
		t.end(schema.Error, "the comparison raised "+raised.Error())
	case err != nil:
		return err
	case Truth(v):
		t.end(schema.Pass, "")
	default:
		t.end(schema.Fail, e.explain(t.plan.Check))
	}
	return nil
}

// call makes a call of the check, or waits for the one that was made ahead.
func (t *trial) call(ctx context.Context, i int) (sandbox.Reply, error) {
	if t.asked == i {
		t.asked = -1
		return t.candidate.Receive(ctx)
	}
	return t.candidate.Call(ctx, t.plan.Calls[i])
}

// share decides a test of the shared tier, in the candidate's own process.
func (t *trial) share(ctx context.Context) error {
	r, err := t.candidate.Exec(ctx, t.plan.Source)
	if err != nil {
		return err
	}
	t.spent(r)
	switch {
	case r.Ending == sandbox.Returned:
		t.end(schema.Pass, "")
	case r.Ending == sandbox.Raised && r.Exception.Type == "AssertionError" && r.Exception.Line == 0:
		t.end(schema.Fail, strings.TrimSuffix("the test raised AssertionError: "+r.Exception.Message, ": "))
	default:
		t.end(verdictOf(r))
	}
	return nil
}

// exchange runs a program that reads and writes text, in a process of its own.
func (t *trial) exchange(ctx context.Context) error {
	t.drop()
	program := t.source()
	program.Stdin, program.Quiet = t.plan.Streams.Input, false
	c, err := t.verifier.pool.Start(ctx, program)
	if err != nil {
		return err
	}
	t.candidate = c
	defer t.drop()
	r, err := c.Load(ctx)
	if err != nil {
		return err
	}
	t.spent(r)
	wrote, expected := lines(r.Output), lines(t.plan.Streams.Expected)
	switch {
	case r.Ending != sandbox.Returned && (r.Ending != sandbox.Exited || r.Code != 0):
		t.end(verdictOf(r))
	case r.Truncated:
		t.end(schema.Fail, "wrote more than is kept")
	case wrote == expected:
		t.end(schema.Pass, "")
	default:
		t.end(schema.Fail, fmt.Sprintf("wrote %s, expected %s", Brief(text(wrote), 160), Brief(text(expected), 160)))
	}
	return nil
}

func text(s string) *sandbox.Value { return &sandbox.Value{Kind: sandbox.Str, Text: s} }

// lines drops what judges of text ignore: white space at the end of lines and
// empty lines at the end.
func lines(text string) string {
	all := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range all {
		all[i] = strings.TrimRight(line, " \t\r")
	}
	return strings.TrimRight(strings.Join(all, "\n"), "\n")
}
