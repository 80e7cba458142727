package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/trace"
)

func (a *app) traceDiffCommand() *cobra.Command {
	var fix whichTrace
	cmd := &cobra.Command{
		Use:   "diff TASK | diff TRACE TRACE",
		Short: "The first step at which two traces part",
		Long: "Compares the trace of a task's buggy program with that of its reference, or of a sample's fix, on the same test; or\n" +
			"any two traces by id. Lines that a comparison of the programs pairs count as the same. Fixes have to be traced first.",
		Example: "  workbench trace --fixes\n  workbench trace diff example/0001-frost-days\n" +
			"  workbench trace diff example/0001-frost-days --sample 12\n  workbench trace diff 3 71",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			pair, err := pairOfTraces(cmd.Context(), db, args, fix)
			if err != nil {
				return err
			}
			return a.printParting(pair)
		},
	}
	cmd.Flags().IntVar(&fix.test, "test", -1, "index of the test; -1 takes the first that the buggy program fails")
	cmd.Flags().Int64Var(&fix.sample, "sample", 0, "the fix of this sample instead of the reference")
	return cmd
}

// tracePair is two traces and what to call their programs.
type tracePair struct {
	a, b   shownTrace
	labels [2]string
}

func pairOfTraces(ctx context.Context, db *schema.DB, args []string, fix whichTrace) (pair tracePair, err error) {
	fix.reference = fix.sample == 0
	buggy := whichTrace{test: fix.test}
	if len(args) == 1 {
		buggy.task, fix.task = args[0], args[0]
		pair.labels = [2]string{"buggy", fix.program()}
	} else if ids, bad := traceIDs(args); bad != nil {
		err = bad
	} else {
		buggy.trace, fix.trace = ids[0], ids[1]
		pair.labels = [2]string{"trace " + args[0], "trace " + args[1]}
	}
	if err == nil {
		pair.a, err = findTrace(ctx, db, buggy)
	}
	if err == nil && len(args) == 1 {
		fix.test = pair.a.Test
	}
	if err == nil {
		pair.b, err = findTrace(ctx, db, fix)
	}
	return pair, err
}

func traceIDs(args []string) (ids [2]int64, err error) {
	for i, arg := range args {
		if ids[i], err = strconv.ParseInt(arg, 10, 64); err != nil {
			return ids, hint(usageError{fmt.Errorf("%s is no id of a trace", arg)}, "give one task, or two ids as v_trace has them")
		}
	}
	return ids, nil
}

func (a *app) printParting(pair tracePair) error {
	p := trace.Diff(pair.a.source, pair.b.source, pair.a.events, pair.b.events)
	if a.config.JSON {
		return writeJSON(a.out, map[string]any{
			"a": pair.a.ID, "b": pair.b.ID, "task_id": pair.a.Task, "test_index": pair.a.Test,
			"alike": p.Alike, "apart": p.Apart(), "gap": p.Gap, "event_a": eventJSON(p.A), "event_b": eventJSON(p.B),
		})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "events alike: %d", p.Alike)
	if p.Last != nil {
		fmt.Fprintf(&b, "; the last: %s", describeEvent(p.Last, pair.a.source))
	}
	switch width := max(len(pair.labels[0]), len(pair.labels[1])); {
	case p.Gap:
		b.WriteString("\nfrom here on events are left out: whether the runs part is not known\n")
	case !p.Apart():
		b.WriteString("\nthe runs do not part\n")
	default:
		fmt.Fprintf(&b, "\n%-*s  %s\n%-*s  %s\n", width, pair.labels[0], describeEvent(p.A, pair.a.source), width, pair.labels[1], describeEvent(p.B, pair.b.source))
	}
	_, err := fmt.Fprint(a.out, trace.Harmless(b.String()))
	return err
}

func eventJSON(e *schema.TraceEvent) any {
	if e == nil {
		return nil
	}
	return map[string]any{"seq": e.Seq, "step": e.Step, "line": e.Line, "kind": e.Kind, "changes": trace.Changes(e.Changes)}
}

// describeEvent tells an event in a line: step, line, kind, changes and code.
func describeEvent(e *schema.TraceEvent, s trace.Source) string {
	if e == nil {
		return "is over"
	}
	parts := []string{"line " + strconv.Itoa(e.Line)}
	if e.Line == 0 {
		parts[0] = "the test"
	}
	if e.Step >= 0 {
		parts = append([]string{"step " + strconv.Itoa(e.Step)}, parts...)
	}
	if e.Kind != schema.LineEvent {
		parts = append(parts, string(e.Kind))
	}
	if changes := trace.Changes(e.Changes); changes != "" {
		parts = append(parts, changes)
	}
	return strings.Join(parts, ", ") + "  | " + strings.TrimSpace(s.Line(e.Line))
}
