package main

import (
	"github.com/spf13/cobra"

	"nextworkbench/export"
)

func (a *app) exportSchemaCommand() *cobra.Command {
	var o export.Options
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the columns of a format as Arrow types",
		Long: "Prints the columns that an export would have, in their order, with their Arrow types. It needs no database: the\n" +
			"columns depend on nothing but the format and the flags, also when there are no rows.",
		Example: "  workbench export schema\n  workbench export schema --format dpo --lineage-columns --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			columns, err := export.Columns(o)
			if err != nil {
				return usageError{err}
			}
			write, flush := a.rowWriter([]string{"column", "arrow", "nullable", "meaning"})
			for _, c := range columns {
				if err := write([]any{c.Name, c.Arrow(), c.Nullable, c.Meaning}); err != nil {
					return err
				}
			}
			return flush()
		},
	}
	columnFlags(cmd.Flags(), &o)
	return cmd
}
