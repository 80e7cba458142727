package lineage

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
)

var update = flag.Bool("update", false, "rewrite golden files")

const example = "../../next.db.example"

func openExample(t testing.TB) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), example, schema.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func walkFrom(t testing.TB, db *schema.DB, kind, id string, w Walk) *Graph {
	t.Helper()
	root, err := Find(t.Context(), db, kind, id)
	if err != nil {
		t.Fatal(err)
	}
	g, err := w.From(t.Context(), db, root)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func written(t testing.TB, g *Graph, form string) string {
	t.Helper()
	var b bytes.Buffer
	if err := g.Write(&b, form, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestForms compares every form of a row's lineage, and of a run's, with a golden file.
func TestForms(t *testing.T) {
	db := openExample(t)
	run, err := OfRun(t.Context(), db, "demo", 15)
	if err != nil {
		t.Fatal(err)
	}
	for name, g := range map[string]*Graph{
		"row": walkFrom(t, db, "shard_row", "1:0", Walk{Up: true, Down: true, Depth: 8, Limit: 10}),
		"run": run,
	} {
		for _, form := range Forms() {
			path := filepath.Join("testdata", name+"."+form)
			got := written(t, g, form)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-file +written); run go test ./workbench/lineage -update:\n%s", path, diff)
			}
		}
	}
}

// TestEveryKind walks both ways from a fact of every kind that v_lineage knows.
func TestEveryKind(t *testing.T) {
	db := openExample(t)
	rows, err := db.Query(t.Context(), `SELECT kind, min(id) FROM (SELECT child_kind AS kind, child_id AS id FROM v_lineage
		UNION ALL SELECT parent_kind, parent_id FROM v_lineage) GROUP BY kind`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var kinds []string
	for rows.Next() {
		var kind string
		var id any
		if err := rows.Scan(&kind, &id); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, kind)
		g := walkFrom(t, db, kind, fmt.Sprint(id), Walk{Up: true, Down: true, Depth: 8, Limit: 3})
		if len(g.Ways) == 0 {
			t.Errorf("%s %v leads nowhere", kind, id)
		}
		for _, n := range g.Nodes {
			if n.From == 0 || n.Name == "" {
				t.Errorf("%s: %v has no time or no name", kind, n.Fact)
			}
		}
	}
	want := slices.Sorted(slices.Values(Kinds()))
	slices.Sort(kinds)
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds (-Kinds() +v_lineage):\n%s", diff)
	}
}

// TestCounts holds the groups of a run against the tables, and every sample against
// the three groups that it is in.
func TestCounts(t *testing.T) {
	db := openExample(t)
	g, err := OfRun(t.Context(), db, "demo", 0)
	if err != nil || len(g.Cuts) > 0 {
		t.Fatal(err, g.Cuts)
	}
	var samples, kept, hard int
	if err := db.QueryRow(t.Context(), `SELECT count(*), (SELECT sum(kept) FROM v_iteration), (SELECT count(*) FROM hard_task) FROM v_sample WHERE run = 'demo'`).Scan(&samples, &kept, &hard); err != nil {
		t.Fatal(err)
	}
	sum := map[string]int{}
	for _, n := range g.Nodes {
		sum[n.Kind] += n.Count
		if n.Kind == "decisions" && strings.Contains(n.Name, "/train/") && strings.HasSuffix(n.Name, "/kept") {
			sum["kept"] += n.Count
		}
	}
	want := map[string]int{"samples": samples, "verdicts": samples, "decisions": samples, "kept": kept, "hard_tasks": hard}
	for what, n := range want {
		if sum[what] != n || n == 0 {
			t.Errorf("%s: %d in the graph, %d in the tables", what, sum[what], n)
		}
	}
}

// TestLimits checks that what is left out is counted, exactly.
func TestLimits(t *testing.T) {
	db := openExample(t)
	whole := walkFrom(t, db, "model", "demo-1", Walk{Down: true, Depth: 1})
	cut := walkFrom(t, db, "model", "demo-1", Walk{Down: true, Depth: 1, Limit: 4})
	hidden := 0
	for _, c := range cut.Cuts {
		hidden += c.Hidden
	}
	if hidden == 0 || len(cut.Nodes)+hidden != len(whole.Nodes) || len(whole.Cuts) > 0 {
		t.Errorf("%d shown and %d left out of %d", len(cut.Nodes), hidden, len(whole.Nodes))
	}
	if text := written(t, cut, "tree"); !strings.Contains(text, "... and ") {
		t.Errorf("the tree does not say what was left out:\n%s", text)
	}
	for _, form := range []string{"json", "mermaid", "dot"} {
		if text := written(t, cut, form); !strings.Contains(text, `"hidden":`) && !strings.Contains(text, "left out: ") {
			t.Errorf("%s does not say what was left out", form)
		}
	}
	if most := walkFrom(t, db, "ingest_file", "1", Walk{Down: true, Depth: 8, Limit: 1}); len(most.Nodes) > 100 {
		t.Errorf("%d facts, want at most a hundred times the limit", len(most.Nodes))
	}
}

// TestGivenBack stores a sample that gives the buggy program back, among facts whose
// local ids differ: lineage leads in no circle, and what leaves the file is the same.
func TestGivenBack(t *testing.T) {
	var first string
	for shift := range 2 {
		db := givenBack(t, shift)
		g := walkFrom(t, db, "task", "t/given", Walk{Up: true, Down: true, Depth: 20, Whole: true})
		var relations []string
		for _, w := range g.Ways {
			relations = append(relations, w.Relation)
		}
		if !slices.Contains(relations, "gives back") || slices.Contains(relations, "fix of") {
			t.Errorf("ways: %v", relations)
		}
		if circle := circleIn(g); circle != nil {
			t.Errorf("%v comes from itself", circle)
		}
		out := written(t, g, "openlineage")
		if shift == 0 {
			first = out
		} else if diff := cmp.Diff(first, out); diff != "" {
			t.Errorf("the same facts under other ids (-first +second):\n%s", diff)
		}
	}
}

// givenBack makes a file; shift is how many tasks come before.
func givenBack(t *testing.T, shift int) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "given.db"), schema.Options{Create: true, Now: func() time.Time { return time.UnixMicro(1_700_000_000_000_000) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	err = db.Write(t.Context(), func(tx *schema.Tx) error {
		for i := range shift {
			if _, err := giveBack(tx, fmt.Sprint("t/other/", i), "runner/0"); err != nil {
				return err
			}
		}
		_, err := giveBack(tx, "t/given", "runner/1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func giveBack(tx *schema.Tx, name, tracer string) (schema.SampleID, error) {
	source := "def f(x):\n    return '" + name + "'\n"
	file, err := tx.NextIngestFile()
	if err != nil {
		return 0, err
	}
	task, _, err := tx.PutTask(schema.Task{ID: name, ProblemID: name, Source: "test", Split: schema.Train, EntryPoint: "f", Buggy: &source, Tests: []string{"assert f(1) == 1"}, Metadata: "{}"}, file)
	if err != nil {
		return 0, err
	}
	if err := tx.PutIngestFile(file, schema.IngestFile{Kind: "tasks", Name: name, SHA256: schema.Hash(name), Lines: 1}); err != nil {
		return 0, err
	}
	program, err := tx.PutProgram(source)
	if err != nil {
		return 0, err
	}
	runner, err := tx.PutRunner(schema.Runner{Python: "3", Isolation: "none", Version: tracer, Limits: "{}"})
	if err != nil {
		return 0, err
	}
	trace, err := tx.RecordTrace(schema.Trace{Program: program, TestCase: schema.TestCaseID(task), Runner: runner, Tracer: tracer, Events: []schema.TraceEvent{{Line: 1, Kind: schema.CallEvent}}})
	if err != nil {
		return 0, err
	}
	prompt, err := tx.PutPrompt(schema.Prompt{User: source, Task: task, Trace: trace, Template: "repair/1"})
	if err != nil {
		return 0, err
	}
	model, err := tx.PutModelName("m")
	if err != nil {
		return 0, err
	}
	sampling, err := tx.PutSampling("edit", map[string]int{"n": 1})
	if err != nil {
		return 0, err
	}
	generation, _, err := tx.RecordGeneration(schema.Generation{Model: model, Prompt: prompt, Sampling: sampling, Text: source})
	if err != nil {
		return 0, err
	}
	sample, _, err := tx.PutSample(schema.Sample{Task: task, Model: model, Purpose: schema.Training, Generation: generation, Prompt: prompt, Fix: &source, Parse: schema.ParsedBare, Metadata: "{}"})
	return sample, err
}

// circleIn finds a fact that comes from itself, nil when there is none.
func circleIn(g *Graph) *Fact {
	parents := g.parents()
	state := map[Fact]int{} // 1: on the way, 2: done
	var visit func(Fact) *Fact
	visit = func(f Fact) *Fact {
		if state[f] == 1 {
			return &f
		}
		if state[f] == 2 {
			return nil
		}
		state[f] = 1
		for _, w := range parents[f] {
			if circle := visit(w.Parent); circle != nil {
				return circle
			}
		}
		state[f] = 2
		return nil
	}
	for _, n := range g.Nodes {
		if circle := visit(n.Fact); circle != nil {
			return circle
		}
	}
	return nil
}

func TestFindRefuses(t *testing.T) {
	db := openExample(t)
	for _, c := range []struct{ kind, id, want string }{
		{"task", "nothing", "task nothing: unknown"},
		{"planet", "earth", `"planet" is no kind of facts`},
		{"program", "", "stands for"},
		{"sample", "x'; --", "unknown"},
		{"shard_row", "data/x.parquet:first", "want FILE.parquet:ROW"},
		{"shard_row", filepath.Join(t.TempDir(), "data/x.parquet:0"), "no manifest.json"},
	} {
		if _, err := Find(t.Context(), db, c.kind, c.id); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.kind, c.id, err, c.want)
		}
	}
}
