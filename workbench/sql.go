package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nextworkbench/schema"
)

func (a *app) sqlCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sql [STATEMENT]",
		Short: "Read-only SQL: one statement, or a shell when none is given",
		Example: "  workbench sql \"SELECT verdict, count(*) FROM v_sample GROUP BY verdict\"\n" +
			"  workbench sql --json \"SELECT * FROM v_task LIMIT 3\"",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			console, err := schema.OpenConsole(cmd.Context(), a.config.DB)
			if err != nil {
				return err
			}
			defer console.Close()
			if len(args) == 1 {
				return a.runStatement(cmd.Context(), console, args[0])
			}
			return a.sqlShell(cmd.Context(), console)
		},
	}
}

func (a *app) runStatement(ctx context.Context, console *schema.Console, statement string) error {
	rows, err := console.Query(ctx, statement)
	if err != nil {
		return err
	}
	_, err = a.printRows(rows)
	return err
}

// sqlShell reads statements that end with a semicolon until the input ends. An
// error is told and the shell goes on.
func (a *app) sqlShell(ctx context.Context, console *schema.Console) error {
	interactive := a.onTerminal(a.out)
	prompt := func(text string) {
		if interactive {
			fmt.Fprint(a.out, text)
		}
	}
	if interactive {
		fmt.Fprintf(a.out, "read-only SQL on %s; end a statement with ; and the shell with Ctrl-D; start with: SELECT name FROM sqlite_schema WHERE type = 'view';\n", a.config.DB)
	}
	lines := bufio.NewScanner(a.in)
	lines.Buffer(nil, 16<<20)
	var statement strings.Builder
	for prompt("sql> "); lines.Scan() && ctx.Err() == nil; {
		statement.WriteString(lines.Text() + "\n")
		if !strings.HasSuffix(strings.TrimSpace(lines.Text()), ";") {
			prompt("...> ")
			continue
		}
		if err := a.runStatement(ctx, console, statement.String()); err != nil {
			a.explain(err)
		}
		statement.Reset()
		prompt("sql> ")
	}
	if rest := strings.TrimSpace(statement.String()); rest != "" {
		return a.runStatement(ctx, console, rest)
	}
	return lines.Err()
}
