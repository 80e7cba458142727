package lineage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fact is one row of a fact table, as v_lineage names it, or a group of them: the
// kinds hard_tasks, tasks, traces, samples, verdicts and decisions of a run's graph.
type Fact struct {
	Kind string
	ID   any // int64 or string, as v_lineage has it
}

// Kinds are the kinds of facts, in the order in which they come up in a task's life.
func Kinds() []string {
	return []string{"ingest_file", "rejection", "task", "test_case", "trace", "program", "verification", "outcome", "trace_rendering",
		"prompt", "model", "sampling", "generation", "sample", "run", "iteration", "evaluation", "hard_task", "runner",
		"claim", "claim_check", "decision", "policy", "annotation", "selection", "shard", "shard_row", "export"}
}

// String is what a person types, with hashes cut short.
func (f Fact) String() string {
	text := fmt.Sprint(f.ID)
	if (f.Kind == "program" || f.Kind == "prompt" || f.Kind == "export") && len(text) == 64 {
		text = text[:12]
	}
	return f.Kind + " " + text
}

// compareFacts orders facts of one kind: numbers as numbers, texts as texts, and
// texts that end in a number, such as demo/2 and 1:10, by that number.
func compareFacts(a, b Fact) int {
	first, m := numbered(a.ID)
	second, n := numbered(b.ID)
	return cmp.Or(strings.Compare(first, second), cmp.Compare(m, n))
}

func numbered(id any) (text string, number int64) {
	if number, ok := id.(int64); ok {
		return "", number
	}
	text = fmt.Sprint(id)
	if at := strings.LastIndexAny(text, ":/") + 1; at > 0 {
		if number, err := strconv.ParseInt(text[at:], 10, 64); err == nil {
			return text[:at], number
		}
	}
	return text, 0
}

// compareKinds orders kinds as Kinds does; a group comes after all of them.
func compareKinds(a, b string) int {
	all := Kinds()
	m, n := slices.Index(all, a), slices.Index(all, b)
	if m < 0 || n < 0 {
		return cmp.Or(cmp.Compare(n, m), strings.Compare(a, b))
	}
	return cmp.Compare(m, n)
}
