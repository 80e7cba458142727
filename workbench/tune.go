package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"nextworkbench/export"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sandbox"
)

func (a *app) tuneCommand() *cobra.Command {
	var shards []string
	var base, out, name string
	cmd := &cobra.Command{
		Use:   "tune --shards DIR --out FILE",
		Short: "Refit the built-in edit model from exported shards",
		Long: "Plays the fine-tuner outside: reads Parquet shards and a base checkpoint, writes a new checkpoint, and never\n" +
			"opens the database. Register the result with `workbench ingest model`.",
		Example: "  workbench tune --shards exports/demo-0 --out theta-1.json\n" +
			"  workbench ingest model theta-1 --base theta-0 --trained-on exports/demo-0 --uri file:theta-1.json",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(shards) == 0 || out == "" {
				return usageError{errors.New("--shards and --out are needed")}
			}
			stats, err := a.tune(cmd.Context(), shards, base, out, name)
			if err != nil {
				return err
			}
			return a.print(map[string]any{"checkpoint": out, "stats": stats}, "%s: tuned on %v rows, %v recognised as edits", out, stats["rows"], stats["rows_recognised"])
		},
	}
	cmd.Flags().StringSliceVar(&shards, "shards", nil, "directories of exports to train on")
	cmd.Flags().StringVar(&base, "base", "", "the checkpoint to tune (default: the one that comes with the workbench)")
	cmd.Flags().StringVar(&out, "out", "", "the checkpoint to write")
	cmd.Flags().StringVar(&name, "name", "", "the name inside the checkpoint (default: the file's)")
	return cmd
}

// tune fits a checkpoint to the rows of exports and writes it whole or not at all.
func (a *app) tune(ctx context.Context, shards []string, base, out, name string) (map[string]any, error) {
	python, err := sandbox.Find(ctx, a.config.Python)
	if err != nil {
		return nil, err
	}
	var start []byte
	if base != "" {
		if start, err = os.ReadFile(base); err != nil {
			return nil, err
		}
	}
	if name == "" {
		name = filepath.Base(out)
	}
	checkpoint, stats, err := sample.Tune(ctx, python, start, trainingRows(ctx, shards), map[string]any{"name": name})
	if err != nil {
		return nil, fmt.Errorf("tune %s: %w", out, err)
	}
	return stats, writeWhole(out, checkpoint)
}

// trainingRows reads the training rows of several exports, one after the other.
func trainingRows(ctx context.Context, dirs []string) iter.Seq2[sample.TuneRow, error] {
	return func(yield func(sample.TuneRow, error) bool) {
		for _, dir := range dirs {
			for row, err := range export.Rows(ctx, dir) {
				if row.Split != "train" && err == nil {
					continue
				}
				if !yield(sample.TuneRow{User: row.Prompt, Completion: row.Completion}, err) || err != nil {
					return
				}
			}
		}
	}
}

// writeWhole writes a file so that it appears complete or not at all.
func writeWhole(path string, data []byte) error {
	if !json.Valid(data) {
		return fmt.Errorf("%s: the checkpoint is not JSON", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	temporary := path + ".part"
	if err := os.WriteFile(temporary, data, 0o666); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
