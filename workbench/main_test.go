package main

import (
	"context"
	"os"
	"testing"
)

// TestMain lets the test binary be the workbench: for tests that need it as a
// process of its own, and where the workbench starts itself again.
func TestMain(m *testing.M) {
	if os.Getenv(asWorkbench) != "" || len(os.Args) > 1 && os.Args[1] == "internal" {
		os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
	}
	os.Exit(m.Run())
}
