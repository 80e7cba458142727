package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"nextworkbench/export"
	"nextworkbench/schema"
)

func (a *app) exportDiffCommand() *cobra.Command {
	var exitCode bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "What two exports hold that the other has not, by task and reason",
		Long: "Compares the rows of two exports, each a directory or its manifest with the shards beside it. Rows are matched by\n" +
			"their sample where lineage columns, the config lineage or the records of --db name it, else by what they say. With\n" +
			"--db the reason is asked of the database: the policy that dropped a sample, the cap, another run or iteration.\n" +
			"Exits with 0 also when they differ, unless --exit-code asks for 3. With --json there is one object for every change.",
		Example: "  workbench export diff exports/demo-0 exports/demo-1 --db demo.db\n  workbench export diff a b --exit-code",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, err := a.openIfNamed(cmd)
			if err != nil {
				return err
			}
			if db != nil {
				defer db.Close()
			}
			d, err := a.diffExports(cmd.Context(), args, db)
			if errors.Is(err, export.ErrIncomparable) {
				return hint(err, "compare traces with traces and samples with samples; other formats match where both have --lineage-columns, or --db recorded both")
			}
			if err == nil && exitCode && d.Differs() {
				return checkError{fmt.Errorf("%s and %s differ", args[0], args[1])}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 3 when anything differs")
	return cmd
}

// openIfNamed opens the database for questions, if --db names it.
func (a *app) openIfNamed(cmd *cobra.Command) (*schema.DB, error) {
	if !cmd.Flags().Changed("db") {
		return nil, nil
	}
	return a.openReadOnly(cmd.Context())
}

// group is rows that differ in the same way for the same reason.
type group struct{ task, change, reason string }

func (a *app) diffExports(ctx context.Context, paths []string, db *schema.DB) (export.Difference, error) {
	groups := map[group]int{}
	each := func(c export.RowChange) error {
		if a.config.JSON {
			return writeJSON(a.out, c)
		}
		groups[group{c.TaskID, c.Change, c.Reason}]++
		return nil
	}
	d, err := export.Diff(ctx, paths[0], paths[1], db, each)
	if err != nil {
		return d, err
	}
	if !a.config.JSON {
		return d, a.printDifference(d, groups)
	}
	for _, o := range d.Options {
		if err := writeJSON(a.out, o); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (a *app) printDifference(d export.Difference, groups map[group]int) error {
	for _, o := range d.Options {
		fmt.Fprintf(a.out, "%s: %s, then %s\n", o.Name, cmp.Or(o.A, "nothing"), cmp.Or(o.B, "nothing"))
	}
	if len(groups) > 0 {
		write, flush := a.rowWriter([]string{"task", "change", "rows", "reason"})
		all := slices.SortedFunc(maps.Keys(groups), func(x, y group) int {
			return cmp.Or(cmp.Compare(x.task, y.task), cmp.Compare(x.change, y.change), cmp.Compare(x.reason, y.reason))
		})
		for _, g := range all {
			if err := write([]any{cmp.Or(g.task, "?"), g.change, groups[g], g.reason}); err != nil {
				return err
			}
		}
		if err := flush(); err != nil {
			return err
		}
	}
	matched := "what they say"
	if d.ByKey {
		matched = "their samples"
	}
	fmt.Fprintf(a.out, "rows matched by %s: %d the same, %d added, %d removed, %d changed, %d moved\n",
		matched, d.Same, d.Rows[export.Added], d.Rows[export.Removed], d.Rows[export.Changed], d.Rows[export.Resplit])
	if d.Reordered {
		fmt.Fprintln(a.out, "rows that both have are in another order")
	}
	return nil
}
