package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/tasks"
)

func (a *app) demoCommand() *cobra.Command {
	var dir string
	var iterations, samples int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole loop on the built-in tasks with the built-in edit model",
		Long: "Takes in the built-in example tasks, verifies and traces them, and runs three iterations of the loop with the\n" +
			"built-in edit model. Needs nothing but Python 3. Interrupted, the same command goes on.",
		Example: "  workbench demo\n  workbench demo --dir /tmp/demo --iterations 1",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), dir, iterations, samples)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "demo", "where the database, exports and checkpoints go")
	cmd.Flags().IntVar(&iterations, "iterations", 3, "iterations of the loop")
	cmd.Flags().IntVar(&samples, "samples", 32, "samples per task and iteration")
	return cmd
}

// The built-in programs end within milliseconds and some thousands of events, or
// never: what takes more CPU time is counted, and what has more events has no end.
const (
	demoCPUSeconds = 0.1
	demoEvents     = 1_000_000
)

// demoSettings are those of the paper, with the built-in model and tasks.
func demoSettings(samples int) loopSettings {
	return loopSettings{
		Base: "theta-0", Source: "example", MaxTasks: -1, MaxDevTasks: -1, Samples: samples, BaselineSamples: samples, HardBelow: 0.1,
		DevSamples: max(samples, 10), FewShot: 3, Policy: "next", Select: "passing-consistent", Sampler: "edit",
		Parameters: sample.Parameters{Temperature: 0.8, TopP: 1, MaxTokens: 2048},
	}
}

func (a *app) demo(ctx context.Context, dir string, iterations, samples int) error {
	begun := time.Now()
	a.config.CPUSeconds, a.config.Events = min(a.config.CPUSeconds, demoCPUSeconds), demoEvents
	a.config.DB = filepath.Join(dir, "demo.db")
	if err := a.takeInExamples(ctx); err != nil {
		return err
	}
	if err := a.trustOwn(ctx); err != nil {
		return err
	}
	return a.withPool(ctx, func(db *schema.DB, pool *sandbox.Pool) error {
		a.note("isolation: %s", pool.Isolation().Level.Meaning())
		l := loop{app: a, db: db, pool: pool, name: "demo", dir: dir, settings: demoSettings(samples)}
		rounds, err := l.carryOn(ctx, iterations)
		if err != nil {
			return err
		}
		if err := a.printRounds(rounds); err != nil || a.config.JSON {
			return err
		}
		a.tellWhatNext(dir, rounds, time.Since(begun))
		return nil
	})
}

// trustOwn lets the demo run where programs cannot be held: its own cannot do harm.
// A database that holds programs of others is held to what it is elsewhere.
func (a *app) trustOwn(ctx context.Context) error {
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var others bool
	err = db.QueryRow(ctx, `SELECT (SELECT count(*) FROM ingest_file) > 1
		OR EXISTS (SELECT 1 FROM generation g JOIN sampling s ON s.id = g.sampling_id WHERE s.sampler <> 'edit')`).Scan(&others)
	a.config.AllowWeak = a.config.AllowWeak || !others
	return err
}

// takeInExamples ingests the built-in tasks by way of a file beside the database.
func (a *app) takeInExamples(ctx context.Context) error {
	db, err := a.create(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var there int
	if err := db.QueryRow(ctx, `SELECT count(*) FROM task WHERE source = 'example'`).Scan(&there); err != nil || there > 0 {
		return err
	}
	path := filepath.Join(filepath.Dir(a.config.DB), "tasks.jsonl")
	if err := writeExamples(path); err != nil {
		return err
	}
	summary, err := ingest.Run(ctx, db, []string{path}, ingest.Options{Kind: "tasks", Strict: true})
	if err == nil {
		a.note("tasks: %d accepted from %s", summary.Accepted, path)
	}
	return err
}

func writeExamples(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := file.ReadFrom(tasks.Open()); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

func (a *app) tellWhatNext(dir string, rounds []round, took time.Duration) {
	fmt.Fprintf(a.out, "\nthe loop took %s; the database is %s\n", took.Round(time.Second), a.config.DB)
	for _, r := range rounds {
		if r.Export != "" {
			fmt.Fprintf(a.out, "shards of iteration %d: %s\n", r.Iteration, filepath.Join(dir, "exports", filepath.Base(r.Export)))
		}
	}
	fmt.Fprintf(a.out, "\ntry next:\n"+
		"  go run ./workbench query filtered --db %[1]s\n"+
		"  go run ./workbench lineage shard_row %[2]s:0 --db %[1]s\n"+
		"  go run ./workbench sql --db %[1]s \"SELECT inline FROM v_trace LIMIT 1\"\n",
		a.config.DB, filepath.Join(dir, "exports", "demo-0", "data", "train-00000-of-00001.parquet"))
}
