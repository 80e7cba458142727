package queries

import (
	"path/filepath"
	"strings"
	"testing"

	"nextworkbench/schema"
)

func TestEveryQueryRunsOnAnEmptyFile(t *testing.T) {
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"), schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, q := range all {
		if seen[q.Name] {
			t.Errorf("two queries are called %s", q.Name)
		}
		seen[q.Name] = true
		rows, err := q.Run(t.Context(), db, nil)
		if err != nil {
			t.Errorf("%s: %v", q.Name, err)
			continue
		}
		for rows.Next() {
			if q.Kind != Report {
				t.Errorf("%s has a row on an empty file", q.Name)
			}
		}
		if err := rows.Err(); err != nil {
			t.Errorf("%s: %v", q.Name, err)
		}
		rows.Close()
	}
}

func TestParametersAreChecked(t *testing.T) {
	q, err := Find("passing")
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []map[string]string{{"iteration": "first"}, {"unknown": "1"}} {
		if _, err := q.Complete(given); err == nil || !strings.Contains(err.Error(), "passing") {
			t.Errorf("%v: %v, want an error that names the query", given, err)
		}
	}
	complete, err := q.Complete(map[string]string{"run": "r"})
	if err != nil || complete["run"] != "r" || complete["iteration"] != "-1" || complete["split"] != "train" {
		t.Errorf("complete: %v, %v", complete, err)
	}
	if _, err := Find("nothing"); err == nil {
		t.Error("found a query that is not there")
	}
}

// TestTracesAreFoundByKey checks that questions about one trace search for it, however
// many there are.
func TestTracesAreFoundByKey(t *testing.T) {
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"), schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	events, err := Find("trace-events")
	if err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{
		strings.ReplaceAll(events.Text, ":trace", "7"),
		"SELECT step FROM v_trace_variable WHERE trace_id = 7 AND name = 'x' AND value = '5'",
		"SELECT v.step, v.value FROM v_trace x JOIN v_trace_variable v USING (trace_id) WHERE x.task_id = 'a' AND v.name = 'x'",
	} {
		rows, err := db.Query(t.Context(), "EXPLAIN QUERY PLAN "+question)
		if err != nil {
			t.Fatal(question, err)
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(step, "SCAN") {
				t.Errorf("%s: %s", question, step)
			}
		}
		rows.Close()
	}
}
