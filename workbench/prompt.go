package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/prompt"
)

func (a *app) promptCommand() *cobra.Command {
	var split string
	var noTrace, noRationale bool
	cmd := &cobra.Command{
		Use:   "prompt",
		Short: "Store the prompts that recorded samples came without",
		Long: "Samples that were drawn here know their prompt; recorded ones often do not, and a training row needs one. This makes, for\n" +
			"each task of such samples, the prompt that a model would get for it, zero-shot and with the trace where there is one, and\n" +
			"prints the template to name in `workbench export --template`. The same facts give the same prompts.",
		Example: "  workbench prompt\n  workbench prompt --split train --no-trace\n  workbench export --select passing --template \"next/1 ...\" --out exports/recorded",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return a.storePrompts(cmd.Context(), db, split, prompt.Variant{Trace: !noTrace, Rationale: !noRationale})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&split, "split", "", "only tasks of this split; empty takes all")
	flags.BoolVar(&noTrace, "no-trace", false, "prompts without traces")
	flags.BoolVar(&noRationale, "no-rationale", false, "prompts that ask for no rationale")
	return cmd
}

func (a *app) storePrompts(ctx context.Context, db *schema.DB, split string, v prompt.Variant) error {
	rows, err := queries.Run(ctx, db, "unprompted", map[string]string{"split": split})
	if err != nil {
		return err
	}
	tasks, err := scanTaskIDs(rows)
	if err != nil {
		return err
	}
	bar := a.progress("prompt")
	stored, err := prompt.Store(ctx, db, prompt.Tasks(tasks), v, bar.update)
	bar.end()
	if err != nil {
		return err
	}
	if len(stored) == 0 {
		return a.print(map[string]any{"prompts": 0, "untraced": 0, "template": ""}, "every sample has a prompt of its own")
	}
	template, untraced := "", 0
	for _, s := range stored {
		head, _, without := strings.Cut(s.Template, prompt.Untraced)
		if template = head; without {
			untraced++
		}
	}
	return a.print(map[string]any{"prompts": len(stored), "untraced": untraced, "template": template},
		"%d prompts stored, %d of them without a trace; export with --template %q", len(stored), untraced, template)
}
