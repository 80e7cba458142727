package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/export"
	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
	"nextworkbench/workbench/trace"
)

// example is the database in the root of the repository.
var example = filepath.Join(root, "next.db.example")

func openExample(t *testing.T) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), example, schema.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestExampleIsWholeAndCurrent(t *testing.T) {
	db := openExample(t)
	violations, err := db.Check(t.Context())
	if err != nil || len(violations) > 0 {
		t.Errorf("next.db.example: %v, %v; regenerate it with go generate ./workbench", violations, err)
	}
	all, err := queries.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range all {
		n, err := countRows(t.Context(), db, q)
		switch {
		case err != nil:
			t.Error(err)
		case q.Kind == queries.Invariant && n > 0:
			t.Errorf("invariant %s: %d violations", q.Name, n)
		case (q.Kind == queries.Report || q.Kind == queries.Selection) && n == 0 && !needsArguments[q.Name]:
			t.Errorf("query %s has no row on the example", q.Name)
		}
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(example + suffix); err == nil {
			t.Errorf("reading the example left %s behind", suffix)
		}
	}
}

// needsArguments are reports that say something only about what they are asked, or
// when outcomes were recorded elsewhere.
var needsArguments = map[string]bool{"facts": true, "attempts": true, "agreement": true, "moved": true, "why": true}

func TestExampleFillsEveryTable(t *testing.T) {
	db := openExample(t)
	rows, err := db.Query(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var n int
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		if err := db.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n == 0 {
			t.Errorf("%s: %d rows, %v", table, n, err)
		}
	}
}

// TestExampleExportsTheSameBytes freezes a recorded selection again and compares
// the shard with the one that was recorded.
func TestExampleExportsTheSameBytes(t *testing.T) {
	copied := filepath.Join(t.TempDir(), "copy.db")
	data, err := os.ReadFile(example)
	if err == nil {
		err = os.WriteFile(copied, data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := schema.Open(t.Context(), copied, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	summary, err := export.Write(t.Context(), db, export.Options{Select: "passing-consistent",
		Parameters: map[string]string{"run": "demo", "iteration": "1", "policy": "next"}, Out: filepath.Join(t.TempDir(), "out")}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	var known int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM export WHERE sha256 = ?`, summary.SHA256).Scan(&known); err != nil || known != 1 || summary.Rows == 0 {
		t.Errorf("export %s of %d rows is recorded %d times, %v; want the recorded one again", summary.SHA256, summary.Rows, known, err)
	}
	var exports int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM export`).Scan(&exports); err != nil || exports != 3 {
		t.Errorf("%d exports, %v; want the 3 that were recorded", exports, err)
	}
}

func TestExampleOpensInSQLite(t *testing.T) {
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("needs the sqlite3 command line")
	}
	for _, view := range []string{"v_sample", "v_outcome", "v_task", "v_trace", "v_trace_variable", "v_claim", "v_decision", "v_iteration", "v_lineage"} {
		out, err := exec.Command(program, "-readonly", example, "SELECT count(*) FROM "+view).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) == "0" {
			t.Errorf("%s: %s, %v", view, out, err)
		}
	}
}

// TestExampleIsReproducible makes the example again and compares its content.
func TestExampleIsReproducible(t *testing.T) {
	if os.Getenv(campaign) == "" {
		t.Skip("takes half a minute: runs with " + campaign + "=1")
	}
	python, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip("needs CPython:", err)
	}
	made := column(t.Context(), openExample(t), `SELECT python FROM runner LIMIT 1`)
	if minor(made) != minor(python.Version) {
		t.Skipf("the example was made with CPython %s, whose messages are not those of %s", strings.TrimSpace(made), python.Version)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"internal", "make-example", fresh, "--quiet"}, streams{strings.NewReader(""), &out, &errs}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	db, err := schema.Open(t.Context(), fresh, schema.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		`SELECT sha256 FROM sample ORDER BY id`, `SELECT text FROM generation ORDER BY id`, `SELECT sha256 FROM prompt ORDER BY id`,
		`SELECT text FROM trace_rendering ORDER BY trace_id`, `SELECT sample_id || reason || CASE WHEN detail LIKE 'timeout%' OR detail LIKE 'memory%' THEN '' ELSE detail END FROM decision ORDER BY id`,
		`SELECT claim_id || verdict || evidence FROM claim_check ORDER BY id`, `SELECT sha256 FROM shard ORDER BY id`, `SELECT name || sha256 FROM model WHERE sha256 IS NOT NULL ORDER BY id`,
	} {
		if want, got := column(t.Context(), openExample(t), query), column(t.Context(), db, query); want != got {
			t.Errorf("%s gives another answer on a fresh example; regenerate it with go generate ./workbench", query)
		}
	}
}

// TestStoredEventsAreRendered checks that the stored events give the renderings that
// were stored with them: whoever has the events needs nothing else.
func TestStoredEventsAreRendered(t *testing.T) {
	db := openExample(t)
	for id := range strings.FieldsSeq(column(t.Context(), db, `SELECT trace_id FROM v_trace`)) {
		number, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		found, err := findTrace(t.Context(), db, whichTrace{trace: number, test: -1})
		if err != nil {
			t.Fatal(err)
		}
		want := column(t.Context(), db, `SELECT inline FROM v_trace WHERE trace_id = `+id)
		if got := trace.Default().Of(found.source, found.events); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("trace %s (-stored +rendered):\n%s", id, cmp.Diff(want, got))
		}
	}
}

// minor is the version of Python without the patch level.
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

func column(ctx context.Context, db *schema.DB, query string) string {
	rows, err := db.Query(ctx, query)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return err.Error()
		}
		fmt.Fprintln(&all, value)
	}
	return all.String()
}
