package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/trace"
)

func (a *app) traceCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "trace",
		Short: "Trace every buggy program on its failing test, where missing",
		Long: "Executes buggy programs once more on their first failing test and stores every line, changed variable, return and\n" +
			"exception. Programs have to be verified first. Interrupted, the same command goes on.",
		Example: "  workbench trace\n  workbench trace --all\n  workbench trace show example/0001-frost-days",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			done, err := a.trace(cmd.Context(), db, all)
			if err != nil {
				return err
			}
			return a.print(map[string]any{"traced": done.Done, "truncated": done.Truncated}, "%d programs traced, %d traces truncated", done.Done, done.Truncated)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "on every test of the task, not on the first failing one alone")
	cmd.AddCommand(a.traceShowCommand())
	return cmd
}

// slower is how many times the CPU time of a test its recording may take: 10 s by
// default.
const slower = 5

// recording are the limits of the sandbox for traces. The recorder's own limit is
// below them, so that it comes to tell what it has.
func (a *app) recording() sandbox.Limits {
	limits := a.limits()
	limits.CPU *= 2 * slower
	return limits
}

// trace records the traces that are missing, in a sandbox of its own limits.
func (a *app) trace(ctx context.Context, db *schema.DB, all bool) (trace.Progress, error) {
	python, err := sandbox.Find(ctx, a.config.Python)
	if err != nil {
		return trace.Progress{}, err
	}
	pool, err := a.openPool(ctx, a.recording())
	if err != nil {
		return trace.Progress{}, err
	}
	defer pool.Close()
	bar := a.progress("trace")
	defer bar.end()
	tracer := trace.Tracer{Pool: pool, Limits: trace.Limits{Seconds: slower * a.config.CPUSeconds}}
	return trace.Run(ctx, db, &tracer, trace.Options{
		Workers: a.workers(), All: all, Python: python, Limits: a.recording(), Level: string(pool.Isolation().Level),
		Progress: func(p trace.Progress) { bar.update(p.Done, p.Total) },
	})
}

func (a *app) traceShowCommand() *cobra.Command {
	var test int
	var table bool
	cmd := &cobra.Command{
		Use:     "show TASK",
		Short:   "Print the trace of a task's buggy program, inline or as a table",
		Example: "  workbench trace show example/0001-frost-days\n  workbench trace show example/0001-frost-days --table",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return a.showTrace(cmd.Context(), db, args[0], test, table)
		},
	}
	cmd.Flags().IntVar(&test, "test", -1, "index of the test; -1 takes the first that was traced")
	cmd.Flags().BoolVar(&table, "table", false, "one line per event instead")
	return cmd
}

func (a *app) showTrace(ctx context.Context, db *schema.DB, task string, test int, table bool) error {
	rows, err := db.Query(ctx, `SELECT x.trace_id, x.task_id, x.test_index, x.steps, x.truncated, x.inline
		FROM v_trace x JOIN task t ON t.task_id = x.task_id JOIN program p ON p.id = t.buggy_id AND p.sha256 = x.program_sha256
		WHERE x.task_id = ? AND (? < 0 OR x.test_index = ?) ORDER BY x.test_index, x.trace_id DESC LIMIT 1`, task, test, test)
	if err != nil {
		return err
	}
	if a.config.JSON {
		_, err := a.printRows(rows)
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if rows.Err() != nil {
			return rows.Err()
		}
		return hint(fmt.Errorf("task %s has no such trace: %w", task, schema.ErrUnknown), "run `workbench verify` and `workbench trace` first")
	}
	var id schema.TraceID
	var index, steps, truncated int
	var name, inline string
	if err := rows.Scan(&id, &name, &index, &steps, &truncated, &inline); err != nil {
		return err
	}
	if table {
		events, err := queries.Events(ctx, db, id)
		if err != nil {
			return err
		}
		return trace.Table(a.out, events)
	}
	_, err = fmt.Fprintln(a.out, inline)
	return err
}
