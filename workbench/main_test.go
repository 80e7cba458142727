package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"nextworkbench/workbench/sandbox"
)

// allowWeak is set for all tests of this package: their programs are our own.
const allowWeak = "WORKBENCH_ALLOW_WEAK"

// TestMain lets the test binary be the workbench: for scripts, for tests that need
// it as a process of its own, and where the workbench starts itself again.
func TestMain(m *testing.M) {
	if os.Getenv(asWorkbench) != "" || len(os.Args) > 1 && os.Args[1] == "internal" {
		os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
	}
	if _, set := os.LookupEnv(allowWeak); !set { // a script may have said otherwise
		os.Setenv(allowWeak, "true")
	}
	testscript.Main(m, map[string]func(){"workbench": main})
}

// campaign is the variable under which long tests run in full.
const campaign = "WORKBENCH_CAMPAIGN"

// TestScripts runs the tutorial of each command. The condition [python] holds where
// programs can be executed, [campaign] where long tests run in full.
func TestScripts(t *testing.T) {
	shipped, err := filepath.Abs(example)
	if err != nil {
		t.Fatal(err)
	}
	python, noPython := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	lame, err := filepath.Abs("sandbox/testdata/without_ctypes.py")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("EXAMPLE", shipped)
			env.Setenv("PYTHON", python.Path)
			env.Setenv("WORKBENCH_PYTHON", python.Path)
			env.Setenv(allowWeak, "true")
			env.Setenv("WITHOUT_CTYPES", lame) // makes such a Python in a directory
			return nil
		},
		Condition: func(name string) (bool, error) {
			return name == "python" && noPython == nil || name == "campaign" && os.Getenv(campaign) != "", nil
		},
	})
}

// TestEveryCommandHasAScript holds the scripts against the commands.
func TestEveryCommandHasAScript(t *testing.T) {
	for _, cmd := range new(app).rootCommand().Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		if _, err := os.Stat(filepath.Join("testdata", "script", cmd.Name()+".txtar")); err != nil {
			t.Errorf("workbench %s has no script", cmd.Name())
		}
	}
}
