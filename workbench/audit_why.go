package main

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/trace"
)

func (a *app) auditWhyCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "why SAMPLE",
		Short:   "Why a sample is, or is not, in the shards",
		Long:    "Prints how a sample did on its tests, what each policy decided and why, what its rationale claims with the evidence, how\npeople judged it, and the rows of shards that hold it. The same is the query `why`.",
		Example: "  workbench audit why 100\n  workbench query why -p sample=100 --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := strconv.ParseInt(args[0], 10, 64); err != nil {
				return hint(usageError{fmt.Errorf("%s is no id of a sample", args[0])}, "`workbench query filtered` names some")
			}
			db, err := a.openReadOnly(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return a.why(cmd.Context(), db, args[0])
		},
	}
}

func (a *app) why(ctx context.Context, db *schema.DB, sample string) error {
	rows, err := queries.Run(ctx, db, "why", map[string]string{"sample": sample})
	if err != nil {
		return err
	}
	if a.config.JSON {
		n, err := a.printRows(rows)
		return firstError(err, unknownSample(n, sample))
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var fact, what string
		var detail sql.NullString
		if err := rows.Scan(&fact, &what, &detail); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "%-9s  %s\n", fact, trace.Harmless(what))
		if detail.String != "" {
			fmt.Fprintf(a.out, "%-9s    %s\n", "", trace.Harmless(detail.String))
		}
	}
	return firstError(rows.Err(), unknownSample(n, sample))
}

func unknownSample(rows int, sample string) error {
	if rows == 0 {
		return hint(fmt.Errorf("sample %s: %w", sample, schema.ErrUnknown), "`workbench query filtered` names some")
	}
	return nil
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
