package audit

import (
	"strings"
	"testing"

	"nextworkbench/schema"
)

// TestMutation puts another value, or another exception, into every true claim of
// the corpus that names its run: the trace must contradict it.
func TestMutation(t *testing.T) {
	mutated, contradicted := 0, 0
	for _, p := range readCorpus(t) {
		for _, rationale := range p.rationales {
			claims := Parse(rationale, p.execution.Task)
			for i, f := range Check(claims, p.execution) {
				other, ok := mutate(rationale, claims[i])
				if f.Verdict != schema.Supported || !ok {
					continue
				}
				mutated++
				verdict, evidence := verdictAt(other, claims[i], p.execution)
				switch {
				case verdict == schema.Contradicted:
					contradicted++
				case verdict == schema.Supported:
					t.Errorf("%s: supported after the mutation: %q", p.name, other)
				default:
					t.Logf("%s: %s in %q: %s %s", p.name, claims[i].Stated, other, verdict, evidence)
				}
			}
		}
	}
	if mutated < 60 || contradicted*100 < mutated*90 {
		t.Errorf("%d of %d mutated claims are contradicted", contradicted, mutated)
	}
}

// mutate replaces what a claim states, in the text of its rationale.
func mutate(rationale string, c Claim) (string, bool) {
	var from, to string
	switch c.Kind {
	case Raised:
		from, to = c.name, "BufferError"
	case Returned, Expected, AtStep, Takes:
		from, to = strings.TrimSpace(c.value.text), "['zz']"
		if c.value.kind == str {
			to = c.value.text + "x"
		}
	}
	quote := c.Quote
	if c.Kind == AtStep || c.Kind == Takes {
		before, after, _ := strings.Cut(quote, c.name) // the value comes behind the name
		at := strings.Index(after, from)
		if at < 0 {
			return "", false
		}
		quote = before + c.name + after[:at] + to + after[at+len(from):]
	} else if at := strings.LastIndex(quote, from); from != "" && at >= 0 {
		quote = quote[:at] + to + quote[at+len(from):]
	} else {
		return "", false
	}
	return rationale[:c.Start] + quote + rationale[c.Start+len(c.Quote):], true
}

// verdictAt is the verdict on the claim of the same kind at the same place.
func verdictAt(rationale string, like Claim, x Execution) (schema.ClaimVerdict, string) {
	claims := Parse(rationale, x.Task)
	for i, f := range Check(claims, x) {
		if claims[i].Kind == like.Kind && claims[i].Start == like.Start {
			return f.Verdict, f.Evidence
		}
	}
	return "not found", ""
}
