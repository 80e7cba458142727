package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nextworkbench/workbench/sandbox"
)

// TestTemplateStandsForUntracedPrompts holds the export to the names that prompts get
// where their template was to show a trace and there is none: the two rooms meet in
// the database alone.
func TestTemplateStandsForUntracedPrompts(t *testing.T) {
	if _, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON")); err != nil {
		t.Skip("needs CPython:", err)
	}
	dir := t.TempDir()
	db := filepath.Join(dir, "next.db")
	ask := func(args ...string) string {
		t.Helper()
		var out, errs strings.Builder
		if code := run(t.Context(), append(args, "--db", db, "--json", "--quiet"), streams{strings.NewReader(""), &out, &errs}); code != exitDone {
			t.Fatalf("%v: exit code %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	ingest := func(kind, line string) {
		t.Helper()
		path := filepath.Join(dir, kind+".jsonl")
		if err := os.WriteFile(path, []byte(line+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		ask("ingest", kind, path)
	}
	ask("init")
	ingest("tasks", `{"task_id": "t/1", "source": "mine", "split": "train", "instruction": "Add one to x.", "entry_point": "f", "buggy_code": "def f(x):\n    return x\n", "tests": ["assert f(1) == 2"]}`)
	ingest("samples", `{"task_id": "t/1", "model": "m", "rationale": "It returns x itself.", "fix": "def f(x):\n    return 1 + x\n"}`)
	ask("verify")

	var stored struct {
		Template string
		Untraced int
	}
	if err := json.Unmarshal([]byte(ask("prompt")), &stored); err != nil || stored.Untraced != 1 {
		t.Fatalf("%+v, %v", stored, err)
	}
	exported := ask("export", "--select", "passing", "--template", stored.Template, "--out", filepath.Join(dir, "rows"))
	if !strings.Contains(exported, `"rows":1`) {
		t.Error(exported)
	}
}
