package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/workbench/sandbox"
)

// TestDemoPrintsTheTableOfTheReadme runs the whole demo, whose numbers are the same on
// every machine, with every Python and at every isolation level.
func TestDemoPrintsTheTableOfTheReadme(t *testing.T) {
	if os.Getenv(campaign) == "" {
		t.Skip("takes a minute; runs with " + campaign + "=1")
	}
	if _, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON")); err != nil {
		t.Skip("needs CPython:", err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"demo", "--dir", filepath.Join(t.TempDir(), "demo")}, streams{strings.NewReader(""), &out, &errs}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	if diff := cmp.Diff(demoTable(string(readme)), demoTable(out.String())); diff != "" {
		t.Errorf("README.md shows another table (-README +demo):\n%s", diff)
	}
}

// demoTable is the rows of the demo's table in a text, blanks at their ends apart.
func demoTable(text string) []string {
	rows := regexp.MustCompile(`(?m)^(iteration +checkpoint|[0-9]+ +(theta|demo)-).*$`).FindAllString(text, -1)
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return rows
}
