package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/workbench/audit"
)

func (a *app) auditPoliciesCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "The policies, and the filters they are made of",
		Long: "Prints each policy and each filter there is. With --json it prints the policies as a file that --policies reads:\n" +
			"take it, change it, and audit under your own.",
		Example: "  workbench audit policies\n  workbench audit policies --json > mine.json\n  workbench audit --policies mine.json --policy mine",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := readPolicies(file)
			if err != nil {
				return err
			}
			if a.config.JSON {
				encoder := json.NewEncoder(a.out)
				encoder.SetIndent("", "  ")
				return encoder.Encode(all)
			}
			a.printPolicies(all)
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "policies", "", "a file of policies, instead of the built-in ones")
	return cmd
}

func (a *app) printPolicies(all []audit.Policy) {
	for _, p := range all {
		fmt.Fprintf(a.out, "%s: %s\n  %s\n", p.Name, p.Purpose, strings.Join(p.Filters, ", "))
	}
	fmt.Fprintln(a.out, "\na filter drops a sample when")
	for _, f := range audit.Filters() {
		fmt.Fprintf(a.out, "  %-13s  %s\n", f.Code, f.Purpose)
	}
}
