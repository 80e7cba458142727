package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/ingest"
	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
)

func (a *app) ingestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ingest",
		Short: "Take in tasks, samples, annotations or a model",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.ingestFilesCommand("tasks", "repair tasks and synthesis problems", "  workbench ingest tasks mbpp_r.tasks.jsonl.gz"),
		a.ingestFilesCommand("samples", "rationales and fixes that a model wrote elsewhere", "  workbench ingest samples gpt4.samples.jsonl.gz"),
		a.ingestFilesCommand("annotations", "people's judgements of samples", "  workbench ingest annotations judged.jsonl"),
		a.ingestModelCommand())
	return cmd
}

func (a *app) ingestFilesCommand(kind, what, example string) *cobra.Command {
	o := ingest.Options{Kind: kind, Parse: parseCompletion}
	cmd := &cobra.Command{
		Use:   kind + " FILE...",
		Short: "Take in " + what,
		Long: "Take in " + what + " from JSON Lines, plain or gzip; - is standard input.\n" +
			"Prints how many lines were accepted, were duplicates and were rejected; each rejected\nline is listed with file, line and reason, and kept in the table rejection.",
		Example: example,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ingestFiles(cmd.Context(), args, o)
		},
	}
	cmd.Flags().BoolVar(&o.Strict, "strict", false, "store nothing and exit with 3 when any line is rejected")
	if kind == "tasks" {
		var formats []string
		for _, f := range ingest.Formats() {
			formats = append(formats, f[0]+" ("+f[1]+")")
		}
		cmd.Flags().StringVar(&o.Format, "format", "workbench", "form of the lines: "+strings.Join(formats, "; "))
		cmd.Flags().BoolVar(&o.Resplit, "resplit", false, "ignore the given splits: train, dev and test anew by the hash of the problem (80/10/10)")
	}
	return cmd
}

func parseCompletion(text, entryPoint string) (string, *string, schema.Parse, string) {
	parsed := sample.Parse(text, entryPoint)
	return parsed.Rationale, parsed.Fix, parsed.Outcome, parsed.Detail
}

func (a *app) ingestFiles(ctx context.Context, paths []string, o ingest.Options) error {
	db, err := a.open(ctx)
	if errors.Is(err, schema.ErrNoDatabase) {
		db, err = a.create(ctx)
	}
	if err != nil {
		return err
	}
	defer db.Close()
	bar := a.progress("ingest " + o.Kind)
	o.Progress = func(p ingest.Progress) { bar.update(p.Lines, 0) }
	summary, err := ingest.Run(ctx, db, paths, o)
	bar.end()
	for _, r := range summary.First {
		fmt.Fprintf(a.err, "%s:%d: %s\n", r.File, r.Line, r.Reason)
	}
	if more := summary.Rejected - len(summary.First); more > 0 {
		fmt.Fprintf(a.err, "... and %d more rejected lines\n", more)
	}
	if err != nil {
		return err
	}
	return a.print(summary, "%s: %d accepted, %d duplicate, %d rejected", o.Kind, summary.Accepted, summary.Duplicate, summary.Rejected)
}

func (a *app) ingestModelCommand() *cobra.Command {
	var base, trainedOn, uri string
	cmd := &cobra.Command{
		Use:     "model NAME",
		Short:   "Register a checkpoint",
		Long:    "Register a checkpoint: its base and the export that it was trained on (a directory with a manifest, or the export's hash).",
		Example: "  workbench ingest model theta-1 --base theta-0 --trained-on exports/iteration-0 --uri file:theta-1.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return a.registerModel(cmd.Context(), db, checkpoint{args[0], base, trainedOn, uri})
		},
	}
	cmd.Flags().StringVar(&base, "base", "", "the model that it was tuned from")
	cmd.Flags().StringVar(&trainedOn, "trained-on", "", "the export that it was trained on")
	cmd.Flags().StringVar(&uri, "uri", "", "where the checkpoint is; a file: is hashed, a relative one lies beside the database")
	return cmd
}
