package export

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"nextworkbench/export/secret"
	"nextworkbench/schema"
)

// Allowances are the guards that [Options.Allow] can lift, by name.
func Allowances() []string {
	return append([]string{"dev", "test", "not-passing", "undecided", "shared", "secret"}, heldOutGuards()...)
}

// Refusal says which rows must not be exported, and why. Nothing was published.
type Refusal struct {
	Trips []Trip // one for each guard that tripped
}

// Trip is one guard and the rows that tripped it: those of the text guards in the
// order of the files, the others in that of the selection.
type Trip struct {
	Guard  string
	Remedy string
	Count  int          // of the rows
	Rows   []TrippedRow // the first of them, a hundred thousand at most
}

// TrippedRow is a sample that a guard holds back.
type TrippedRow struct {
	Sample schema.SampleID
	TaskID string
	Detail string
	Like   []Likeness // for the guards of held-out tasks
}

// keptRows bounds how many rows of a trip are kept in memory.
const keptRows = 100_000

// namedRows is how many rows the message of a Refusal names for each guard.
const namedRows = 10

func (r *Refusal) Error() string {
	var parts []string
	for _, t := range r.Trips {
		var rows []string
		for _, row := range t.Rows[:min(namedRows, len(t.Rows))] {
			rows = append(rows, fmt.Sprintf("sample %d of task %s: %s", row.Sample, row.TaskID, row.Detail))
		}
		if rest := t.Count - len(rows); rest > 0 {
			rows = append(rows, fmt.Sprintf("and %d more", rest))
		}
		parts = append(parts, fmt.Sprintf("%s: %d rows: %s (%s)", t.Guard, t.Count, strings.Join(rows, "; "), t.Remedy))
	}
	return "export refused: " + strings.Join(parts, "; ")
}

// guards collects what trips while rows go by.
type guards struct {
	allowed  []string
	template string
	policy   map[schema.SampleID]string // why the policy asked for does not keep a sample
	heldOut  *heldOut
	trips    []Trip
	lifted   lifted
	clean    []cell // the last text of each column that held no secret

	needsFix, needsPrompt bool // the rows show them
}

func (g *guards) trip(guard, remedy string, row TrippedRow) {
	at := slices.IndexFunc(g.trips, func(t Trip) bool { return t.Guard == guard })
	if at < 0 {
		at = len(g.trips)
		g.trips = append(g.trips, Trip{Guard: guard, Remedy: remedy})
	}
	t := &g.trips[at]
	if t.Count++; len(t.Rows) < keptRows {
		t.Rows = append(t.Rows, row)
	}
}

// waivable trips a guard that [Options.Allow] can lift; lifted, it takes note.
func (g *guards) waivable(guard string, row TrippedRow) {
	if slices.Contains(g.allowed, guard) {
		g.lifted.note(guard, row)
		return
	}
	g.trip(guard, "leave them out, or allow "+guard+" to export them all the same", row)
}

// check trips the guards that the facts of a sample can trip.
func (g *guards) check(f fact) {
	waivable := func(guard, detail string) {
		g.waivable(guard, TrippedRow{Sample: f.sample, TaskID: f.taskID, Detail: detail})
	}
	if f.split != schema.Train {
		waivable(string(f.split), "is of the "+string(f.split)+" split")
	}
	switch {
	case f.fix == nil && g.needsFix:
		g.trip("no-fix", "select samples from which a fix was parsed", TrippedRow{Sample: f.sample, TaskID: f.taskID, Detail: "has no fix"})
	case f.fix == nil:
		waivable("not-passing", "has no fix")
	case f.verdict == nil:
		waivable("undecided", "was not judged")
	case *f.verdict != schema.Pass:
		waivable("not-passing", "the verdict is "+string(*f.verdict))
	}
	if why := g.policy[f.sample]; why != "" && (f.verdict != nil || f.fix == nil) {
		waivable("undecided", why)
	}
	if f.tier != nil && *f.tier == schema.SharedTier {
		waivable("shared", "the verdict could have been forged")
	}
	if g.needsPrompt {
		g.checkPrompt(f)
	}
}

func (g *guards) checkPrompt(f fact) {
	row := TrippedRow{Sample: f.sample, TaskID: f.taskID, Detail: "has no prompt"}
	switch {
	case f.prompts > 1:
		row.Detail = fmt.Sprintf("has %d prompts of template %s", f.prompts, g.template)
		g.trip("ambiguous-prompt", "name a template that made one prompt for each task", row)
	case f.prompts == 0 && g.template == "":
		g.trip("no-prompt", "`workbench prompt` stores prompts for recorded samples: name the template that made them", row)
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

// admit trips the guards that only the texts of a row can trip.
func (g *guards) admit(of split, f format, c content, row []cell) bool {
	tripped := TrippedRow{Sample: c.sample, TaskID: c.taskID}
	for i, value := range row {
		if !validText(value) {
			tripped.Detail = "column " + f.columns[i].Name
			g.trip("not-utf8", "a Parquet text must be UTF-8", tripped)
			return false
		}
	}
	if f.joined {
		if prompt, completion, ok := f.pair(row); !ok || prompt != c.prompt() || completion != c.completion() {
			tripped.Detail = "holds the heading that parts prompt and completion"
			g.trip("ambiguous-text", "take another format", tripped)
			return false
		}
	}
	if tripped.Detail = g.secretsIn(f.columns, row); tripped.Detail != "" {
		g.waivable("secret", tripped)
	}
	if of == splitOf(schema.Train) {
		g.checkHeldOut(c)
	}
	return true
}

// texts are those of a cell.
func texts(value cell) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case items:
		var all []string
		for _, item := range v {
			for _, field := range item {
				all = append(all, texts(field)...)
			}
		}
		return all
	}
	return nil
}

func validText(value cell) bool {
	return !slices.ContainsFunc(texts(value), func(s string) bool { return !utf8.ValidString(s) })
}

// namedSecrets is how many secrets of a row are told of.
const namedSecrets = 5

// secretsIn tells of the secrets in the texts of a row: the column, the kind, and as
// much as gives nothing away. It is empty when there are none. A text that stood in
// the same column of the row before, as prompts do, is not looked at again.
func (g *guards) secretsIn(columns []Column, row []cell) string {
	if g.clean == nil {
		g.clean = make([]cell, len(row))
	}
	var all []string
	for i, value := range row {
		text, ok := value.(string)
		if ok && text == g.clean[i] {
			continue
		}
		found := secretsOf(columns[i].Name, value)
		if ok && len(found) == 0 {
			g.clean[i] = text
		}
		all = append(all, found...)
	}
	if rest := len(all) - namedSecrets; rest > 0 {
		all = append(all[:namedSecrets], fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(all, ", ")
}

func secretsOf(column string, value cell) (all []string) {
	for _, text := range texts(value) {
		for _, f := range secret.Scan(text) {
			all = append(all, "column "+column+" holds "+f.String())
		}
	}
	return all
}
