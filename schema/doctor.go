package schema

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
)

// Violation is a broken promise of the file.
type Violation struct {
	Check  string
	Detail string
}

// Check proves what no foreign key or CHECK can: that the file is whole, that its
// schema is this workbench's to the letter (every trigger and view included), and
// that every content address is the hash of its content.
func (db *DB) Check(ctx context.Context) ([]Violation, error) {
	var all []Violation
	for _, check := range []func(context.Context) ([]Violation, error){db.checkIntegrity, db.checkDrift, db.checkPrograms, db.checkPrompts} {
		found, err := check(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (db *DB) checkIntegrity(ctx context.Context) ([]Violation, error) {
	var all []Violation
	for _, pragma := range []string{"integrity_check", "foreign_key_check"} {
		rows, err := db.Query(ctx, `SELECT * FROM pragma_`+pragma+` LIMIT 20`)
		if err != nil {
			return nil, err
		}
		found, err := scanViolations(rows, pragma)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func scanViolations(rows *sql.Rows, check string) ([]Violation, error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all []Violation
	for rows.Next() {
		values := make([]any, len(columns))
		pointers := make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return nil, err
		}
		if values[0] != "ok" {
			all = append(all, Violation{check, fmt.Sprint(values...)})
		}
	}
	return all, rows.Err()
}

// checkDrift compares the file's schema with that of a freshly made file.
func (db *DB) checkDrift(ctx context.Context) ([]Violation, error) {
	folder, err := os.MkdirTemp("", "workbench-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	fresh, err := Open(ctx, filepath.Join(folder, "fresh.db"), Options{Create: true})
	if err != nil {
		return nil, err
	}
	defer fresh.Close()
	want, err := fresh.objects(ctx)
	if err != nil {
		return nil, err
	}
	have, err := db.objects(ctx)
	if err != nil {
		return nil, err
	}
	var all []Violation
	for name, text := range want {
		if have[name] == "" {
			all = append(all, Violation{"schema", name + " is missing"})
		} else if have[name] != text {
			all = append(all, Violation{"schema", name + " was changed"})
		}
	}
	return all, nil
}

func (db *DB) objects(ctx context.Context) (map[string]string, error) {
	rows, err := db.Query(ctx, `SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		all[name] = text
	}
	return all, rows.Err()
}

func (db *DB) checkPrograms(ctx context.Context) ([]Violation, error) {
	return db.checkHashes(ctx, "program", `SELECT sha256, source, NULL FROM program`)
}

func (db *DB) checkPrompts(ctx context.Context) ([]Violation, error) {
	return db.checkHashes(ctx, "prompt", `SELECT sha256, system, user FROM prompt`)
}

func (db *DB) checkHashes(ctx context.Context, table, query string) ([]Violation, error) {
	rows, err := db.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Violation
	for rows.Next() {
		var sum, first string
		var second *string
		if err := rows.Scan(&sum, &first, &second); err != nil {
			return nil, err
		}
		parts := []string{first}
		if second != nil {
			parts = append(parts, *second)
		}
		if Hash(parts...) != sum {
			all = append(all, Violation{"content address", fmt.Sprintf("%s %.12s does not hash to its address", table, sum)})
		}
	}
	return all, rows.Err()
}
