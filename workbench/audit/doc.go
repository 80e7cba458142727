// Package audit reads what rationales state, holds it against the traces, and
// decides which samples a policy keeps.
//
// In the order of the data: a rationale is split into sentences (sentence.go), in
// which each kind of claim finds its own wordings (claim.go and one file per
// kind); a claim is checked against the stored events of the run that it speaks
// of (evidence.go, check.go); the filters of a policy (policy.go, filter.go) look
// at the sample, its verdict and its checked claims; the station (station.go)
// carries this over all samples that lack a decision.
//
// It writes the tables claim, claim_check, policy and decision. It refuses to
// guess: what is hypothetical, about the repaired program or about another input
// is no claim about the traced run, and missing evidence neither supports nor
// contradicts.
package audit
