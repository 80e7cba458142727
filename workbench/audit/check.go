package audit

import (
	"fmt"
	"slices"

	"nextworkbench/schema"
)

// Finding is what an execution says of a claim.
type Finding struct {
	Verdict  schema.ClaimVerdict
	Step     int // of the evidence, -1 when there is none
	Evidence string
}

// Check holds claims against one execution. It is silent rather than wrong: what
// the execution does not show is unverifiable.
func Check(claims []Claim, x Execution) []Finding {
	return newEvidence(x).checkAll(claims)
}

func (e *evidence) checkAll(claims []Claim) []Finding {
	findings := make([]Finding, len(claims))
	e.numbered = !slices.ContainsFunc(claims, e.miscounts)
	for i, c := range claims {
		findings[i] = e.check(c)
	}
	return findings
}

// miscounts says whether a claim shows that its rationale counts lines in another
// way than the program does: what it says of a line is true of the one beside it.
func (e *evidence) miscounts(c Claim) bool {
	switch {
	case c.about.misquoted:
		return true
	case c.Kind == Raised && c.number > 0:
		end := e.ending()
		return end != nil && end.name != returnName && beside(end.line, c.number)
	case c.Kind != AtLine || c.value.kind == opaque:
		return false
	}
	near := false
	for _, h := range e.historiesOf(c.name) {
		for _, m := range h {
			if m.gone || compare(c.value, e.shown(m.value)) != same {
				continue
			}
			if m.line == c.number {
				return false
			}
			near = near || beside(m.line, c.number)
		}
	}
	return near
}

func beside(a, b int) bool { return a == b+1 || a == b-1 }

func (e *evidence) check(c Claim) Finding {
	switch {
	case c.Kind == Fixed:
		return e.checkEither(c)
	case e.Trace == 0:
		return unverifiable("there is no trace")
	case c.mood == conditional:
		return unverifiable("it speaks of a kind of input, not of the traced run")
	}
	found := e.checkKind(c)
	if c.about.pronoun && found.Verdict == schema.Contradicted && e.heldBySome(c.value) {
		return unverifiable("it may speak of something else; %s", found.Evidence)
	}
	if found.Verdict != schema.Unverifiable || !c.about.proposed || e.fix == nil {
		return found
	}
	c.about.loose, c.about.proposed = false, false
	if was := e.checkKind(c); was.Verdict == schema.Contradicted && e.fix.checkKind(c).Verdict == schema.Contradicted {
		return was // neither program makes it true
	}
	return found
}

func (e *evidence) checkKind(c Claim) Finding {
	switch c.Kind {
	case Returned:
		return e.checkReturned(c)
	case Expected:
		return e.checkExpected(c)
	case Raised:
		return e.checkRaised(c)
	case Quiet:
		return e.checkQuiet(c)
	case AtStep:
		return e.checkAtStep(c)
	case Takes:
		return e.checkTakes(c)
	case Unbound:
		return e.checkUnbound(c)
	case AtLine, AtRound, AtEnd, AtStart:
		return e.checkMoment(c)
	case Constant:
		return e.checkConstant(c)
	case Executed:
		if c.place != (place{}) {
			return e.checkRounds(c)
		}
		return e.checkExecuted(c)
	case Ran, Skipped:
		return e.checkPlace(c)
	case Called:
		return e.checkCalled(c)
	case Typed, Sized:
		return e.checkShape(c)
	case Fails:
		return e.checkFails(c)
	}
	return unverifiable("no check for claims of this kind")
}

func unverifiable(format string, args ...any) Finding {
	return Finding{schema.Unverifiable, -1, fmt.Sprintf(format, args...)}
}

func supported(o observation) Finding { return Finding{schema.Supported, o.step, o.String()} }

func contradicted(o observation) Finding { return Finding{schema.Contradicted, o.step, o.String()} }
