package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Test is test code that a candidate is judged by without ever seeing it.
type Test struct {
	Setup  string   // executed first
	Source string   // asserts, a check function and its call, or unittest cases
	Stubs  []string // the program's entry points: functions "f", methods "Solution.f"
}

// Verdict is how a test ended.
type Verdict uint8

// The verdicts of a Judgement.
const (
	Passed         Verdict = iota
	Failed                 // an assertion did not hold; Exception tells which
	TestRaised             // the test, or the program through it, raised Exception; NoCall when it passes without the program
	Inexpressible          // the test itself needs more than values; Exception.Message says what
	Unfit                  // the program's values cannot be told to the test; Exception.Message says why
	CandidateEnded         // Reply says how
	TestEnded              // the test's own process did; Reply says how
)

// String returns the verdict in words.
func (v Verdict) String() string {
	names := [...]string{"passed", "failed", "raised", "inexpressible", "unfit", "candidate ended", "test ended"}
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("verdict %d", uint8(v))
}

// Judgement is the outcome of one Test.
type Judgement struct {
	Verdict   Verdict
	Exception Exception
	Reply     Reply  // of CandidateEnded and TestEnded
	Output    string // what the test wrote to stdout
	Queries   int    // calls that reached the candidate
	Candidate Usage  // CPU and wall time of the candidate's calls, their peak memory
}

// Judge runs a test against a loaded candidate. The test runs in a jail of its
// own, where the program's entry points are stubs: each call goes through this
// process, which decodes and re-encodes whatever the candidate answers.
// Arguments that a call changed in place are changed in the test as well, and a
// result that is one of them is the test's own object; what the program keeps
// from one call to the next is not shared with the test. Instances of classes
// stay in the candidate; only their methods' values move.
func (p *Pool) Judge(ctx context.Context, test Test, c *Candidate) (Judgement, error) {
	t, err := p.startOn(ctx, p.referees, Program{CPU: c.limits.CPU})
	if err != nil {
		return Judgement{}, err
	}
	defer t.Close()
	s := session{test: t, candidate: c, began: time.Now()}
	r := newRequest(4)
	r.str("judge")
	r.str(test.Setup)
	r.str(test.Source)
	r.strs(test.Stubs)
	for {
		body, reply, err := t.exchange(ctx, r)
		if err != nil {
			return s.judgement, err
		}
		if s.spent(reply); reply.Ending.Final() || s.late() {
			s.judgement.Verdict, s.judgement.Reply = TestEnded, s.timed(reply)
			return s.judgement, nil
		}
		if f, err := fields(body, "sisssyy"); err == nil && f[0].Text == "verdict" {
			return s.finish(f), nil
		}
		if r, err = s.relay(ctx, body); err != nil || r == nil {
			return s.judgement, err
		}
	}
}

// session is one test at work on one candidate.
type session struct {
	test, candidate *Candidate
	began           time.Time
	cpu, idle       time.Duration // what the test computed, and what both waited
	judgement       Judgement
}

// A test's own code may compute longer over all its calls than the program, whose
// time is to be up first; and longest is how many times its wall time it may take on
// a machine that is too busy to run it.
const computes, longest = 4, 20

func (s *session) spent(r Reply) {
	s.cpu += r.CPU
	s.idle += r.Idle
}

// late tells whether the test has had its time, over all its calls.
func (s *session) late() bool {
	limits := s.test.limits
	return s.cpu > computes*limits.CPU || s.idle > limits.Wall || time.Since(s.began) > longest*limits.Wall
}

// timed is how the test's process ended, or had to be.
func (s *session) timed(r Reply) Reply {
	if r.Ending.Final() {
		return r
	}
	return Reply{Ending: TimedOut, CPU: s.cpu, Idle: s.idle, Wall: time.Since(s.began)}
}

func (s *session) finish(f []*Value) Judgement {
	j := &s.judgement
	j.Verdict = Verdict(f[1].Int.Int64())
	j.Exception = Exception{Type: printable(f[2].Text), Base: printable(f[3].Text), Message: printable(f[4].Text)}
	j.Output = printable(clip(f[5].Text, s.test.limits.Output))
	switch {
	case j.Verdict > Unfit:
		j.Verdict, j.Reply = TestEnded, Reply{Ending: Forged}
	case j.Verdict == Passed && j.Queries == 0:
		j.Verdict, j.Exception = TestRaised, Exception{Type: "NoCall", Base: "Exception", Message: "the test passes whatever the program is"}
	}
	return *j
}

// relay takes one query of the test to the candidate and returns the request
// that brings back the answer; nil when the judgement is final.
func (s *session) relay(ctx context.Context, body []byte) (*request, error) {
	f, err := fields(body, "sssyy")
	operation := ""
	if err == nil {
		operation = f[1].Text
	}
	if operation != "ask" && operation != "make" {
		s.judgement.Verdict, s.judgement.Reply = TestEnded, Reply{Ending: Forged}
		return nil, nil
	}
	s.judgement.Queries++
	reply, err := s.candidate.apply(ctx, operation, f[2].Text, []byte(f[3].Text), []byte(f[4].Text))
	if err != nil {
		return nil, err
	}
	s.judgement.Candidate.CPU += reply.CPU
	s.judgement.Candidate.Wall += reply.Wall
	s.judgement.Candidate.PeakKiB = max(s.judgement.Candidate.PeakKiB, reply.PeakKiB)
	// A test is one execution: its many calls share one limit.
	if s.judgement.Candidate.CPU > s.candidate.limits.CPU {
		s.candidate.kill()
		reply.Ending = TimedOut
	}
	if reply.Ending.Final() {
		s.judgement.Verdict, s.judgement.Reply = CandidateEnded, reply
		return nil, nil
	}
	s.idle += reply.Idle
	return answer(reply)
}

// answer is what a stub gets: (value and passed containers, exception, message,
// refusal). The test decodes bytes that were written here.
func answer(reply Reply) (*request, error) {
	r := newRequest(4)
	var value []byte
	var base, refusal string
	switch reply.Ending {
	case Returned:
		var err error
		if value, err = EncodeValue(reply.Result); err != nil {
			return nil, err
		}
	case Raised:
		base = cmp.Or(reply.Exception.Base, "Exception")
	case Unencodable:
		refusal = "the program's value is unencodable: " + reply.Exception.Message
	}
	r.bytes(value)
	r.str(base)
	r.str(reply.Exception.Message)
	r.str(refusal)
	return r, nil
}
