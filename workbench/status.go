package main

import "github.com/spf13/cobra"

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "What there is, what is left, per station and per iteration",
		Example: "  workbench status\n  workbench status --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for i, name := range []string{"status", "tasks", "iterations"} {
				if i > 0 && !a.config.JSON {
					a.out.Write([]byte("\n"))
				}
				if err := a.runQuery(cmd.Context(), name, nil); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
