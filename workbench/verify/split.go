package verify

import (
	"context"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// split decides a test of the split tier: its code runs in a jail of its own
// and reaches the program by value.
func (t *trial) split(ctx context.Context) error {
	test := sandbox.Test{Setup: t.plan.Setup, Source: t.plan.Source, Stubs: t.plan.Stubs}
	j, err := t.verifier.pool.Judge(ctx, test, t.candidate)
	if err != nil {
		return err
	}
	t.outcome.CPU += j.Candidate.CPU
	t.outcome.Wall += j.Candidate.Wall
	t.outcome.PeakKiB = max(t.outcome.PeakKiB, j.Candidate.PeakKiB)
	switch j.Verdict {
	case sandbox.Passed:
		t.end(schema.Pass, "")
	case sandbox.Failed:
		t.end(schema.Fail, "the test "+raised(j.Exception))
	case sandbox.TestRaised:
		t.testRaised(j)
	case sandbox.CandidateEnded:
		t.drop()
		t.end(verdictOf(j.Reply))
	case sandbox.Inexpressible:
		return t.again(ctx)
	case sandbox.Unfit:
		t.end(schema.Fail, j.Exception.Message)
	default:
		t.testEnded(j.Reply)
	}
	return nil
}

// testRaised blames the program only when the test has reached it.
func (t *trial) testRaised(j sandbox.Judgement) {
	if j.Queries == 0 {
		t.end(schema.Infra, "the test "+raised(j.Exception)+", before any call")
		return
	}
	t.end(schema.Error, raised(j.Exception))
}

// testEnded handles a test whose own process ended. It may have waited for
// something that the program never returns; else the program is not to blame.
func (t *trial) testEnded(r sandbox.Reply) {
	verdict, detail := verdictOf(r)
	if verdict != schema.Timeout {
		verdict = schema.Infra
	}
	t.end(verdict, "the test: "+detail)
}

// again decides a test that needs more than values in the shared tier. That is the
// test's own doing: no program gets itself a weaker judge.
func (t *trial) again(ctx context.Context) error {
	t.drop()
	shared := *t.plan
	shared.Tier = schema.SharedTier
	again := trial{judging: t.judging, plan: &shared, asked: -1, outcome: schema.Outcome{Tier: schema.SharedTier}}
	err := again.run(ctx)
	t.outcome = again.outcome
	return err
}
