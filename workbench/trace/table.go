package trace

import (
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"

	"nextworkbench/schema"
)

// Table writes the events of a trace for people, one per line: step, line, frame,
// what happened (indented by depth) and what changed.
func Table(_ Source, events []schema.TraceEvent) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tLINE\tFRAME\tEVENT\tCHANGES")
	for i, e := range events {
		if n := leftOut(events[max(i-1, 0)], e); n > 0 {
			fmt.Fprintf(table, "\t\t\t...\t%s\n", missing(n))
		}
		step, line := "", "test"
		if e.Step >= 0 {
			step = fmt.Sprint(e.Step)
		}
		if e.Line > 0 {
			line = fmt.Sprint(e.Line)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s%s\t%s\n", step, line, e.Frame, strings.Repeat("  ", max(e.Depth-1, 0)), e.Kind, Changes(e.Changes))
	}
	table.Flush() // a builder takes everything
	return blanks.ReplaceAllString(b.String(), "\n")
}

// blanks are what the writer leaves where a row ends with empty cells.
var blanks = regexp.MustCompile(` +\n`)

// Changes are changes as people read them: x=1  del y.
func Changes(changes []schema.Change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.Name + "=" + c.Value
		if c.Removed {
			parts[i] = "del " + c.Name
		}
	}
	return strings.Join(parts, "  ")
}
