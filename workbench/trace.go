package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/trace"
)

func (a *app) traceCommand() *cobra.Command {
	var all bool
	var fixes string
	cmd := &cobra.Command{
		Use:   "trace",
		Short: "Trace every buggy program on its failing test, where missing",
		Long: "Executes buggy programs once more on their first failing test and stores every line, changed variable, return and\n" +
			"exception. Programs have to be verified first. Interrupted, the same command goes on. With --fixes it is the references\n" +
			"and the fixes of samples that are executed, on the same tests: `workbench trace diff` shows where they part.",
		Example: "  workbench trace\n  workbench trace --all\n  workbench trace --fixes\n  workbench trace show example/0001-frost-days",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wanted := trace.Fixes(fixes)
			if wanted != trace.NoFixes && wanted != trace.PassingFixes && wanted != trace.AllFixes {
				return usageError{fmt.Errorf("--fixes=%s: want passing or all", fixes)}
			}
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			done, err := a.trace(cmd.Context(), db, all, wanted)
			if err != nil {
				return err
			}
			return a.print(map[string]any{"traced": done.Done, "truncated": done.Truncated}, "%d programs traced, %d traces truncated", done.Done, done.Truncated)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "on every test of the task, not on the first failing one alone")
	cmd.Flags().StringVar(&fixes, "fixes", "", "trace references and samples' fixes instead: those that are passing (the default), or all")
	cmd.Flags().Lookup("fixes").NoOptDefVal = string(trace.PassingFixes)
	cmd.AddCommand(a.traceShowCommand(), a.traceDiffCommand(), a.traceTokensCommand())
	return cmd
}

// slower is how many times the CPU time of a test its recording may take; and
// leastRecording what it may take in any case, for a run is cut by counts, and by
// its time only where it comes to no line.
const (
	slower         = 5
	leastRecording = 10 * time.Second
)

// recording are the limits of the sandbox for traces. The recorder's own limit is
// below them, so that it comes to tell what it has.
func (a *app) recording() sandbox.Limits {
	limits := a.limits()
	limits.CPU = 2 * max(slower*limits.CPU, leastRecording)
	return limits
}

// trace records the traces that are missing, in a sandbox of its own limits.
func (a *app) trace(ctx context.Context, db *schema.DB, all bool, fixes trace.Fixes) (trace.Progress, error) {
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
	tracer := trace.Tracer{Pool: pool, Limits: trace.Limits{Seconds: a.recording().CPU.Seconds() / 2}}
	return trace.Run(ctx, db, &tracer, trace.Options{
		Workers: a.workers(), All: all, Fixes: fixes, Python: python, Limits: a.recording(), Level: string(pool.Isolation().Level),
		Progress: func(p trace.Progress) { bar.update(p.Done, p.Total) },
	})
}
