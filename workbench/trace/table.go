package trace

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"nextworkbench/schema"
)

// Table writes the events of a trace for people, one per line: step, line, frame,
// what happened (indented by depth) and what changed.
func Table(w io.Writer, events []schema.TraceEvent) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "STEP\tLINE\tFRAME\tEVENT\tCHANGES")
	for _, e := range events {
		step, line := "", "test"
		if e.Step >= 0 {
			step = fmt.Sprint(e.Step)
		}
		if e.Line > 0 {
			line = fmt.Sprint(e.Line)
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s%s\t%s\n", step, line, e.Frame, strings.Repeat("  ", max(e.Depth-1, 0)), e.Kind, row(e.Changes))
	}
	return table.Flush()
}

func row(changes []schema.Change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.Name + "=" + c.Value
		if c.Removed {
			parts[i] = "del " + c.Name
		}
	}
	return strings.Join(parts, "  ")
}
