package main

import (
	"github.com/spf13/cobra"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

func (a *app) iterateCommand() *cobra.Command {
	var s loopSettings
	var name, dir string
	var iterations int
	var server serverFlags
	cmd := &cobra.Command{
		Use:   "iterate",
		Short: "Sample, verify, audit, export, tune, again",
		Long: "Algorithm 1 of NExT (arXiv 2404.14662): the hard set once with the base model, then for each iteration an empty\n" +
			"training set, samples of the current checkpoint, tests and the policy as filter, an export, and a checkpoint tuned\n" +
			"from the base; at the end the checkpoint with the best dev split. With the edit model the tuning is built in;\n" +
			"with another sampler the loop waits until the next checkpoint is registered with `workbench ingest model NEXT\n" +
			"--trained-on DIR`. Interrupted, the same command goes on.",
		Example: "  workbench iterate --iterations 3\n  workbench iterate --run big --samples 8 --max-tasks 300 --no-trace",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.check(); err != nil {
				return err
			}
			return a.withPool(cmd.Context(), func(db *schema.DB, pool *sandbox.Pool) error {
				l := loop{app: a, db: db, pool: pool, name: name, dir: dir, settings: s, server: server}
				rounds, err := l.carryOn(cmd.Context(), iterations)
				if err != nil {
					return err
				}
				return a.printRounds(rounds)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "run", "run", "the name of the run")
	flags.StringVar(&dir, "dir", ".", "where exports and checkpoints go")
	flags.IntVar(&iterations, "iterations", 10, "how many iterations the run is to have")
	addLoopFlags(cmd, &s)
	server.add(cmd)
	return cmd
}

func addLoopFlags(cmd *cobra.Command, s *loopSettings) {
	flags := cmd.Flags()
	flags.StringVar(&s.Base, "base", "theta-0", "the base model")
	flags.StringVar(&s.Source, "source", "", "only tasks of this source")
	flags.IntVar(&s.MaxTasks, "max-tasks", -1, "tasks of the train split at most, -1 for all")
	flags.IntVar(&s.MaxDevTasks, "max-dev-tasks", -1, "tasks of the dev split at most, -1 for all")
	flags.IntVar(&s.Samples, "samples", 32, "samples per task and iteration")
	flags.IntVar(&s.BaselineSamples, "baseline-samples", 32, "samples per task for the hard set")
	flags.Float64Var(&s.HardBelow, "hard-below", 0.1, "a task is hard when the base model's pass@1 is strictly below; 2 takes all")
	flags.IntVar(&s.DevSamples, "dev-samples", 32, "samples per task of the dev split")
	flags.IntVar(&s.FewShot, "few-shot", 3, "examples in the prompts of the base model")
	flags.BoolVar(&s.NoTrace, "no-trace", false, "prompts without traces")
	flags.BoolVar(&s.NoRationale, "no-rationale", false, "completions without rationales")
	flags.StringVar(&s.Policy, "policy", "next", "the policy that decides")
	flags.StringVar(&s.Select, "select", "passing-consistent", "the selection that is trained on")
	flags.IntVar(&s.MaxPerTask, "max-per-task", 0, "training rows of one task at most, 0 for no cap")
	flags.BoolVar(&s.Cumulative, "cumulative", false, "train on the kept samples of all iterations, not of the last alone")
	flags.BoolVar(&s.FromLast, "from-last", false, "tune the last checkpoint instead of the base")
	addSamplingFlags(cmd, &s.Sampler, &s.Parameters)
}
