package main

import (
	"context"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/verify"
)

func (a *app) verifyCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run every program on its task's tests where an outcome is missing",
		Long: "Judges buggy programs, references, fixes and solutions on the tests of their tasks. What is judged is stored as\n" +
			"it comes: interrupted, the same command goes on. The tests of a fix end at its first failure, unless --all.",
		Example: "  workbench verify\n  workbench verify --cpu-limit 5 --workers 2",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withPool(cmd.Context(), func(db *schema.DB, pool *sandbox.Pool) error {
				done, err := a.verify(cmd.Context(), db, pool, all)
				if err != nil {
					return err
				}
				return a.print(map[string]any{"verified": done.Done, "passed": done.Passed, "infra": done.Infra, "isolation": pool.Isolation().Level},
					"%d programs verified, %d pass, %d could not be judged (isolation: %s)", done.Done, done.Passed, done.Infra, pool.Isolation().Level)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "run the tests of a fix after its first failure too")
	return cmd
}

// verify judges what is not judged yet.
func (a *app) verify(ctx context.Context, db *schema.DB, pool *sandbox.Pool, all bool) (verify.Progress, error) {
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
	return verify.Run(ctx, db, verifier, verify.Options{
		Workers: a.workers(), All: all, Python: python.Version, Limits: a.limits(), Level: string(pool.Isolation().Level),
		Progress: func(p verify.Progress) { bar.update(p.Done, p.Total) },
	})
}
