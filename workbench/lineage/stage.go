package lineage

import (
	"cmp"
	"slices"
	"strings"
)

// stage is one stage of work: the facts of a graph that were stored by it, what they
// were made from, and what frames them.
type stage struct {
	name    string // ingest, verify, trace, sample, audit, annotate, export or train
	round   int    // how many checkpoints deep
	key     string // which of several in a round: the file, or the checkpoint
	inputs  []*Node
	outputs []*Node
	frames  []*Node // runner, sampler's parameters, policy, run, iteration, evaluation
}

// place is where a fact was made.
type place struct {
	stage string
	key   string
	round int
}

// isFrame holds for facts that are no data: they say by what or for what data was
// made.
func isFrame(kind string) bool {
	switch kind {
	case "runner", "sampling", "policy", "run", "iteration", "evaluation":
		return true
	}
	return false
}

// stageOf is the stage that stores facts of a kind; empty for facts that come from
// outside.
func stageOf(kind string) string {
	switch kind {
	case "rejection", "task", "tasks", "test_case":
		return "ingest"
	case "verification", "outcome", "verdicts":
		return "verify"
	case "trace", "traces", "trace_rendering":
		return "trace"
	case "prompt", "generation", "sample", "samples", "hard_task", "hard_tasks":
		return "sample"
	case "claim", "claim_check", "decision", "decisions":
		return "audit"
	case "annotation":
		return "annotate"
	case "selection", "shard", "shard_row", "export":
		return "export"
	case "model":
		return "train"
	}
	return ""
}

// places finds out where the facts of a graph were made.
type places struct {
	g       *Graph
	parents map[Fact][]Way
	known   map[Fact]place
}

// of tells where a fact was made. A fact whose parents are not in the graph is only
// known as an input: its stage is empty.
func (p *places) of(f Fact) place {
	if known, ok := p.known[f]; ok {
		return known
	}
	p.known[f] = place{} // ends the walk in a file where lineage leads in a circle
	at := place{}
	var parents []place
	for _, w := range p.parents[f] {
		parents = append(parents, p.of(w.Parent))
		at.round = max(at.round, parents[len(parents)-1].round)
	}
	if len(parents) > 0 {
		at.stage = stageOf(f.Kind)
	}
	if at.stage == "train" {
		at.round, at.key = at.round+1, p.g.found[f].Name
	}
	for i, w := range p.parents[f] {
		p.along(&at, w, parents[i])
	}
	p.known[f] = at
	return at
}

// along is what one way says about where its child was made: what was taken from a
// file was ingested, and a program came in with its task or was written by a sample.
func (p *places) along(at *place, w Way, parent place) {
	switch w.Relation {
	case "taken from", "refused from":
		at.stage, at.key = "ingest", p.g.found[w.Parent].Name
	case "buggy program of", "reference of", "test of":
		at.stage, at.key = "ingest", parent.key
	case "fix of":
		if at.stage == "" {
			at.stage, at.key = cmp.Or(parent.stage, "sample"), parent.key
		}
	}
}

// stages sorts the facts of a graph into stages of work, in the order of the loop.
func (g *Graph) stages() []*stage {
	parents := g.parents()
	p := places{g, parents, map[Fact]place{}}
	found := map[place]*stage{}
	for _, n := range g.Nodes {
		at := p.of(n.Fact)
		if at.stage == "" || isFrame(n.Kind) {
			continue
		}
		if found[at] == nil {
			found[at] = &stage{name: at.stage, round: at.round, key: at.key}
		}
		found[at].outputs = append(found[at].outputs, n)
	}
	var all []*stage
	for _, s := range found {
		s.collect(g, parents)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *stage) int {
		return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(a.rank(), b.rank()), strings.Compare(a.key, b.key))
	})
	return all
}

// rank is the place of a stage in a round; training comes first, for it begins one.
func (s *stage) rank() int {
	return slices.Index([]string{"train", "ingest", "trace", "sample", "verify", "audit", "annotate", "export"}, s.name)
}

// collect finds what the outputs were made from, themselves left out.
func (s *stage) collect(g *Graph, parents map[Fact][]Way) {
	taken := map[Fact]bool{}
	for _, n := range s.outputs {
		taken[n.Fact] = true
	}
	for _, n := range s.outputs {
		for _, w := range parents[n.Fact] {
			if taken[w.Parent] {
				continue
			}
			taken[w.Parent] = true
			if from := g.found[w.Parent]; isFrame(from.Kind) {
				s.frames = append(s.frames, from)
			} else {
				s.inputs = append(s.inputs, from)
			}
		}
	}
	for _, some := range [][]*Node{s.inputs, s.outputs, s.frames} {
		slices.SortFunc(some, func(a, b *Node) int { return strings.Compare(a.address(), b.address()) })
	}
}

// span is when the first and the last output were stored.
func (s *stage) span() (from, to int64) {
	for i, n := range s.outputs {
		if i == 0 || n.From < from {
			from = n.From
		}
		to = max(to, n.To)
	}
	return from, to
}

// address names a fact in every database: its kind and its name.
func (n *Node) address() string { return n.Kind + "/" + n.Name }
