package trace

import (
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Parting says where two runs on the same test go different ways.
type Parting struct {
	Alike int                // events that both runs have, one after the other
	Last  *schema.TraceEvent // the last of them, as the first run has it; nil for none
	A, B  *schema.TraceEvent // the first that differ; nil where that run is over
	Gap   bool               // events are left out from here on in one of them: more is not known
}

// Apart says whether the runs are known to part.
func (p Parting) Apart() bool { return !p.Gap && (p.A != nil || p.B != nil) }

// Diff compares two runs event by event: what happened, at what depth, on which
// line and what it changed. Lines are the same if a comparison of the programs
// pairs them, unchanged or one changed for one; an event on another line is passed
// over while it changes nothing.
func Diff(a, b Source, eventsA, eventsB []schema.TraceEvent) Parting {
	inB, inA := pairLines(strings.Split(a.Program, "\n"), strings.Split(b.Program, "\n"))
	var p Parting
	for i, j := 0, 0; ; i, j = i+1, j+1 {
		for i < len(eventsA) && passes(eventsA[i], inB) {
			i++
		}
		for j < len(eventsB) && passes(eventsB[j], inA) {
			j++
		}
		p.A, p.B = at(eventsA, i), at(eventsB, j)
		p.Gap = gapBefore(eventsA, i) || gapBefore(eventsB, j)
		if p.Gap || p.A == nil || p.B == nil || !alike(*p.A, *p.B, inB) {
			return p
		}
		p.Alike++
		p.Last = p.A
	}
}

func at(events []schema.TraceEvent, i int) *schema.TraceEvent {
	if i >= len(events) {
		return nil
	}
	return &events[i]
}

// gapBefore says whether events are missing just before the event at i.
func gapBefore(events []schema.TraceEvent, i int) bool {
	return i < len(events) && (events[i].Kind == schema.GapEvent || i > 0 && leftOut(events[i-1], events[i]) > 0)
}

// passes says whether an event tells nothing that the other run could have.
func passes(e schema.TraceEvent, other map[int]int) bool {
	_, paired := other[e.Line]
	return !paired && e.Line > 0 && e.Kind == schema.LineEvent && len(e.Changes) == 0
}

func alike(a, b schema.TraceEvent, inB map[int]int) bool {
	line, paired := inB[a.Line]
	return a.Kind == b.Kind && a.Depth == b.Depth && slices.Equal(a.Changes, b.Changes) &&
		(paired && line == b.Line || a.Line == 0 && b.Line == 0)
}

// pairLines pairs the lines of two programs, from 1: those of a longest common
// subsequence, and between them changed lines that are as many on both sides.
func pairLines(a, b []string) (inB, inA map[int]int) {
	inB, inA = map[int]int{}, map[int]int{}
	common := longestCommon(a, b)
	common = append(common, [2]int{len(a), len(b)})
	i, j := 0, 0
	for _, next := range common {
		for same := next[0]-i == next[1]-j; same && i < next[0]; i, j = i+1, j+1 {
			inB[i+1], inA[j+1] = j+1, i+1
		}
		i, j = next[0]+1, next[1]+1
		if next[0] < len(a) {
			inB[i], inA[j] = j, i
		}
	}
	return inB, inA
}

// maxCompared bounds the comparison of two programs, in pairs of lines; between
// what is alike at both ends, larger ones count as one change.
const maxCompared = 4 << 20

// longestCommon are the indexes of the lines of a longest common subsequence.
func longestCommon(a, b []string) (pairs [][2]int) {
	head, tail := 0, 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		pairs = append(pairs, [2]int{head, head})
		head++
	}
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, p := range subsequence(a[head:len(a)-tail], b[head:len(b)-tail]) {
		pairs = append(pairs, [2]int{p[0] + head, p[1] + head})
	}
	for i := tail; i > 0; i-- {
		pairs = append(pairs, [2]int{len(a) - i, len(b) - i})
	}
	return pairs
}

func subsequence(a, b []string) (pairs [][2]int) {
	if len(a)*len(b) > maxCompared {
		return nil
	}
	longest := make([][]int, len(a)+1) // of a[i:] and b[j:]
	longest[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		longest[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}
