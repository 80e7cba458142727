package queries

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// broken is a copy of the example database without triggers, on one connection that
// may do everything, each time in a transaction that is rolled back.
type broken struct {
	conn *sql.Conn
}

func openBroken(t *testing.T) broken {
	t.Helper()
	path := filepath.Join(t.TempDir(), "broken.db")
	from, err := os.Open("../next.db.example")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.Create(path)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err != nil {
		t.Fatal(err)
	}
	to.Close()
	pool, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	b := broken{conn}
	b.unseal(t)
	return b
}

func (b broken) unseal(t *testing.T) {
	t.Helper()
	tx, err := b.conn.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, trigger := range column(t.Context(), t, tx, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`) {
		if _, err := tx.ExecContext(t.Context(), "DROP TRIGGER "+trigger); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// after runs statements and returns the rows of the invariants of
// lineage, each as its fields joined by a space.
func (b broken) after(t *testing.T, statements string) (found []string) {
	t.Helper()
	ctx := t.Context()
	tx, err := b.conn.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		t.Fatal(statements, ": ", err)
	}
	for _, name := range []string{"lineage-orphans", "lineage-dangling", "lineage-circles"} {
		q, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, column(ctx, t, tx, q.Text)...)
	}
	return found
}

func column(ctx context.Context, t *testing.T, tx *sql.Tx, query string) (all []string) {
	t.Helper()
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	fields := make([]sql.NullString, len(columns))
	pointers := make([]any, len(columns))
	for i := range fields {
		pointers[i] = &fields[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, f := range fields {
			texts = append(texts, f.String)
		}
		all = append(all, strings.Join(texts, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestLineageSeesEveryLoss deletes, for every foreign key, the row that the first row
// of the child refers to, and wants that row named; foreign keys are off.
func TestLineageSeesEveryLoss(t *testing.T) {
	b := openBroken(t)
	if found := b.after(t, `SELECT 1`); len(found) > 0 {
		t.Fatalf("before anything is broken: %v", found)
	}
	tx, err := b.conn.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	keys := column(t.Context(), t, tx, `SELECT m.name, k."from", k."table" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) k
		WHERE m.type = 'table' AND k."to" = 'id' ORDER BY 1, 2`)
	tx.Rollback()
	if len(keys) < 40 {
		t.Fatalf("only %d foreign keys: %v", len(keys), keys)
	}
	for _, key := range keys {
		child, from, parent := strings.Fields(key)[0], strings.Fields(key)[1], strings.Fields(key)[2]
		kind := strings.TrimSuffix(child, "_sample") // a selection's sample is a way of the selection
		found := b.after(t, `DELETE FROM `+parent+` WHERE id IN (SELECT `+from+` FROM `+child+` WHERE `+from+` IS NOT NULL LIMIT 1)`)
		if !slices.ContainsFunc(found, func(row string) bool { return strings.HasPrefix(row, kind) }) {
			t.Errorf("%s.%s points to no %s, and no invariant says so; found %d rows: %.300v", child, from, parent, len(found), found)
		}
	}
}

// TestLineageSees breaks the rest of what the invariants of lineage promise.
func TestLineageSees(t *testing.T) {
	b := openBroken(t)
	for name, c := range map[string]struct{ statements, want string }{
		"an undecided table":      {`CREATE TABLE mood (id INTEGER PRIMARY KEY) STRICT`, "table mood decision which kind its rows are"},
		"a program of nothing":    {`INSERT INTO program (sha256, source, created_us) VALUES ('` + strings.Repeat("a", 64) + `', 'x', 0)`, "program " + strings.Repeat("a", 64) + " task or sample"},
		"an empty selection":      {`DELETE FROM selection_sample WHERE selection_id = 1`, "selection 1 sample"},
		"a shard without rows":    {`DELETE FROM shard_row WHERE shard_id = 1`, "shard 1 shard_row"},
		"a prompt of nothing":     {`DELETE FROM prompt_task WHERE prompt_id = 1`, "prompt "},
		"a checkpoint of itself":  {`UPDATE model SET trained_on_id = (SELECT m.trained_on_id FROM model m WHERE m.name = 'demo-1') WHERE name = 'theta-0'`, "model theta-0"},
		"a base of itself":        {`UPDATE model SET base_id = id WHERE name = 'theta-0'`, "model theta-0"},
		"fixes that are bugs now": {crossedFixes, "program "},
	} {
		t.Run(name, func(t *testing.T) {
			found := b.after(t, c.statements)
			if !slices.ContainsFunc(found, func(row string) bool { return strings.HasPrefix(row, c.want) }) {
				t.Errorf("found %v, want %q", found, c.want)
			}
		})
	}
}

// crossedFixes lets a sample's fix be a program that its own prompt shows, before its
// task was there.
const crossedFixes = `UPDATE task SET created_us = created_us + 1;
	UPDATE sample SET fix_id = (SELECT t.buggy_id FROM task t WHERE t.id = sample.task_id)
	WHERE id = (SELECT s.id FROM sample s JOIN prompt_task k ON k.prompt_id = s.prompt_id WHERE k.trace_id IS NOT NULL LIMIT 1)`
