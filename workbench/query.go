package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/queries"
)

func (a *app) queryCommand() *cobra.Command {
	var given []string
	cmd := &cobra.Command{
		Use:     "query [NAME]",
		Short:   "List the named queries, or run one",
		Example: "  workbench query\n  workbench query iterations\n  workbench query filtered -p policy=paper --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listQueries()
			}
			parameters, err := readParameters(given)
			if err != nil {
				return err
			}
			return a.runQuery(cmd.Context(), args[0], parameters)
		},
	}
	cmd.Flags().StringArrayVarP(&given, "param", "p", nil, "a parameter of the query, as name=value")
	return cmd
}

// readParameters reads name=value pairs.
func readParameters(given []string) (map[string]string, error) {
	parameters := map[string]string{}
	for _, pair := range given {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("parameter %q: want name=value", pair)}
		}
		parameters[name] = value
	}
	return parameters, nil
}

func (a *app) listQueries() error {
	all, err := queries.All()
	if err != nil {
		return err
	}
	write, flush := a.rowWriter([]string{"name", "kind", "purpose", "parameters"})
	for _, q := range all {
		var parameters []string
		for _, p := range q.Parameters {
			parameters = append(parameters, p.Name+"="+p.Default)
		}
		if err := write([]any{q.Name, string(q.Kind), q.Purpose, strings.Join(parameters, " ")}); err != nil {
			return err
		}
	}
	return flush()
}

func (a *app) runQuery(ctx context.Context, name string, parameters map[string]string) error {
	q, err := queries.Find(name)
	if err != nil {
		return hint(usageError{err}, "`workbench query` lists the names")
	}
	if _, err := q.Complete(parameters); err != nil {
		return usageError{err}
	}
	db, err := a.openReadOnly(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := q.Run(ctx, db, parameters)
	if err != nil {
		return err
	}
	_, err = a.printRows(rows)
	return err
}
