package main

import (
	"github.com/spf13/cobra"

	"nextworkbench/export"
)

// internalCommand holds what the workbench starts in processes of its own.
func (a *app) internalCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "internal", Hidden: true, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use:  "read-shard PATH",
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return export.ReadShard(args[0], a.out) },
	})
	cmd.AddCommand(&cobra.Command{
		Use:  "make-example OUT",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.makeExample(cmd.Context(), args[0]) },
	})
	return cmd
}
