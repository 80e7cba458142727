package export

import (
	"fmt"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Allowances are the guards that [Options.Allow] can lift, by name.
func Allowances() []string { return []string{"dev", "test", "not-passing", "shared"} }

// Refusal says which rows must not be exported, and why. Nothing was published.
type Refusal struct {
	Trips []Trip // one for each guard that tripped
}

// Trip is one guard and the rows that tripped it, in the order of the selection.
type Trip struct {
	Guard  string
	Remedy string
	Rows   []TrippedRow
}

// TrippedRow is a sample that a guard holds back.
type TrippedRow struct {
	Sample schema.SampleID
	TaskID string
	Detail string
}

// namedRows is how many rows the message of a Refusal names for each guard.
const namedRows = 10

func (r *Refusal) Error() string {
	var parts []string
	for _, t := range r.Trips {
		var rows []string
		for _, row := range t.Rows[:min(namedRows, len(t.Rows))] {
			rows = append(rows, fmt.Sprintf("sample %d of task %s: %s", row.Sample, row.TaskID, row.Detail))
		}
		if rest := len(t.Rows) - len(rows); rest > 0 {
			rows = append(rows, fmt.Sprintf("and %d more", rest))
		}
		parts = append(parts, fmt.Sprintf("%s: %d rows: %s (%s)", t.Guard, len(t.Rows), strings.Join(rows, "; "), t.Remedy))
	}
	return "export refused: " + strings.Join(parts, "; ")
}

// guards collects what trips while rows go by.
type guards struct {
	allowed  []string
	template string
	trips    []Trip

	needsFix, needsPrompt bool // the rows show them
}

func (g *guards) trip(guard, remedy string, row TrippedRow) {
	at := slices.IndexFunc(g.trips, func(t Trip) bool { return t.Guard == guard })
	if at < 0 {
		at = len(g.trips)
		g.trips = append(g.trips, Trip{Guard: guard, Remedy: remedy})
	}
	g.trips[at].Rows = append(g.trips[at].Rows, row)
}

// waivable trips a guard that [Options.Allow] can lift.
func (g *guards) waivable(guard string, f fact, detail string) {
	if !slices.Contains(g.allowed, guard) {
		g.trip(guard, "allow "+guard+" to export them all the same", TrippedRow{f.sample, f.taskID, detail})
	}
}

// check trips the guards that the facts of a sample can trip.
func (g *guards) check(f fact) {
	if f.split != schema.Train {
		g.waivable(string(f.split), f, "is of the "+string(f.split)+" split")
	}
	switch {
	case f.verdict == nil:
		g.waivable("not-passing", f, "was not judged")
	case *f.verdict != schema.Pass:
		g.waivable("not-passing", f, "the verdict is "+string(*f.verdict))
	}
	if f.tier != nil && *f.tier == schema.SharedTier {
		g.waivable("shared", f, "the verdict could have been forged")
	}
	if f.fix == nil && g.needsFix {
		g.trip("no-fix", "select samples from which a fix was parsed", TrippedRow{f.sample, f.taskID, "has no fix"})
	}
	if g.needsPrompt {
		g.checkPrompt(f)
	}
}

func (g *guards) checkPrompt(f fact) {
	row := TrippedRow{f.sample, f.taskID, "has no prompt"}
	switch {
	case f.prompts > 1:
		row.Detail = fmt.Sprintf("has %d prompts of template %s", f.prompts, g.template)
		g.trip("ambiguous-prompt", "name a template that made one prompt for each task", row)
	case f.prompts == 0 && g.template == "":
		g.trip("no-prompt", "store prompts for their tasks and name the template that made them", row)
	case f.prompts == 0:
		row.Detail += " of template " + g.template
		g.trip("no-prompt", "store prompts of this template for their tasks", row)
	}
}

func (g *guards) refusal() error {
	if len(g.trips) == 0 {
		return nil
	}
	return &Refusal{g.trips}
}
