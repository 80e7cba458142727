// Command workbench holds the whole self-training loop of a code model in one
// SQLite file: tasks come in, buggy programs are traced, a model samples rationales
// and fixes, tests and traces decide, and what is kept leaves as Parquet shards.
//
// This package is the wiring: one file per command. It parses flags, opens the file
// and hands typed options to the stations. It writes no table of its own.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}
