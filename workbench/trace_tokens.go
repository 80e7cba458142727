package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/trace"
)

// windows are the sizes of context that the report tells of, in tokens.
func windows() []int { return []int{1024, 2048, 4096, 8192} }

func (a *app) traceTokensCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "tokens",
		Short: "What share of the traces fits 1k, 2k, 4k and 8k tokens, per file of tasks and form",
		Long: "Renders the newest trace of every buggy program in every form, and counts tokens as --max-tokens does: an estimate, the\n" +
			"program itself included.",
		Example: "  workbench trace tokens\n  workbench trace tokens --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return a.reportTokens(cmd.Context(), db)
		},
	}
}

func (a *app) reportTokens(ctx context.Context, db *schema.DB) error {
	rows, err := queries.Run(ctx, db, "traced-buggy", nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	bar := a.progress("render")
	defer bar.end()
	var sources []string
	fits := map[string][]trace.Fit{}
	for done := 1; rows.Next(); done++ {
		var id schema.TraceID
		var from string
		var s trace.Source
		if err := rows.Scan(&id, &from, &s.Program, &s.Test); err != nil {
			return err
		}
		if fits[from] == nil {
			sources, fits[from] = append(sources, from), make([]trace.Fit, len(trace.Renderers()))
		}
		events, err := queries.Events(ctx, db, id)
		if err != nil {
			return err
		}
		for i, r := range trace.Renderers() {
			fits[from][i].Add(r.Render(s, events))
		}
		bar.update(done, 0)
	}
	if rows.Err() != nil {
		return rows.Err()
	}
	bar.end()
	return a.printFits(sources, fits)
}

func (a *app) printFits(sources []string, fits map[string][]trace.Fit) error {
	columns := []string{"tasks_from", "renderer", "traces", "median"}
	for _, most := range windows() {
		columns = append(columns, fmt.Sprintf("within_%dk", most/1024))
	}
	write, flush := a.rowWriter(columns)
	for _, from := range sources {
		for i, r := range trace.Renderers() {
			fit := &fits[from][i]
			row := []any{from, r.Name, fit.Len(), fit.Median()}
			for _, most := range windows() {
				row = append(row, fmt.Sprintf("%.1f", 100*fit.Within(most)))
			}
			if err := write(row); err != nil {
				return err
			}
		}
	}
	return flush()
}
