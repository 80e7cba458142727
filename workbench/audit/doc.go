// Package audit reads what rationales state, holds it against the traces, and
// decides which samples a policy keeps.
//
// In the order of the data: a rationale is split into sentences and rows of tables
// (sentence.go, table.go); a reader goes through them (reader.go) and knows of which
// input they speak (input.go) and in what mood (mood.go); each kind of claim has a
// file that finds its wordings and checks it against the stored events (evidence.go,
// timeline.go) of the run that it speaks of; the filters of a policy (policy.go,
// filter.go) look at the sample, its verdict and its checked claims; the station
// (station.go) carries this over all samples that lack a decision.
//
// It writes the tables claim, claim_check, policy and decision. It refuses to
// guess: what is hypothetical, about the repaired program or about another input
// is no claim about the traced run, and missing evidence neither supports nor
// contradicts.
package audit
