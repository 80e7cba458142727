package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Create the database",
		Example: "  workbench init --db my.db",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, statErr := os.Stat(a.config.DB)
			db, err := a.create(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			uuid, err := db.UUID(cmd.Context())
			if err != nil {
				return err
			}
			created := os.IsNotExist(statErr)
			verb := "already there"
			if created {
				verb = "created"
			}
			return a.print(map[string]any{"db": a.config.DB, "created": created, "version": schema.Version(), "uuid": uuid},
				"%s: %s, schema version %d, identity %s", a.config.DB, verb, schema.Version(), fmt.Sprintf("%.8s", uuid))
		},
	}
}
