package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/verify"
)

func (a *app) verifyCommand() *cobra.Command {
	var all bool
	var repeat int
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run every program on its task's tests where an outcome is missing",
		Long: "Judges buggy programs, references, fixes and solutions on the tests of their tasks. What is judged is stored as\n" +
			"it comes: interrupted, the same command goes on. The tests of a fix end at its first failure, unless --all.\n\n" +
			"With --repeat, programs run until each has that many verifications under this Python, isolation and limits.\n" +
			"Each is stored; where they differ, one more says so: its verdict is flaky, and it is the one that counts.",
		Example: "  workbench verify\n  workbench verify --cpu-limit 5 --workers 2\n  workbench verify --repeat 3",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withPool(cmd.Context(), func(db *schema.DB, pool *sandbox.Pool) error {
				if repeat < 1 {
					return usageError{fmt.Errorf("--repeat %d: at least 1", repeat)}
				}
				done, err := a.verify(cmd.Context(), db, pool, verify.Options{All: all, Repeat: repeat})
				if err != nil {
					return err
				}
				return a.print(map[string]any{"verified": done.Done, "passed": done.Passed, "flaky": done.Flaky, "infra": done.Infra, "isolation": pool.Isolation().Level},
					"%d programs verified, %d pass, %s%d could not be judged (isolation: %s)", done.Done, done.Passed, flakyPart(done.Flaky), done.Infra, pool.Isolation().Level)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "run the tests of a fix after its first failure too")
	cmd.Flags().IntVar(&repeat, "repeat", 1, "verifications that each program gets, to find those whose outcome changes")
	return cmd
}

// flakyPart is what the summary says of flaky programs, when there are any.
func flakyPart(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d flaky, ", n)
}

// verify judges what is not judged yet, or not as often as the options say.
func (a *app) verify(ctx context.Context, db *schema.DB, pool *sandbox.Pool, o verify.Options) (verify.Progress, error) {
	python, err := sandbox.Find(ctx, a.config.Python)
	if err != nil {
		return verify.Progress{}, err
	}
	verifier, err := verify.New(ctx, pool, python)
	if err != nil {
		return verify.Progress{}, err
	}
	defer verifier.Close()
	bar := a.progress("verify")
	defer bar.end()
	o.Workers, o.Python, o.Limits, o.Level = a.workers(), python.Version, a.limits(), string(pool.Isolation().Level)
	o.Progress = func(p verify.Progress) { bar.update(p.Done, p.Total) }
	return verify.Run(ctx, db, verifier, o)
}
