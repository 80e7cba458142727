package schema

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// ApplicationID marks a SQLite file as a workbench file ("NExT" in ASCII).
const ApplicationID = 0x4e457854

// ErrNewer says that a newer workbench wrote the file.
var ErrNewer = errors.New("the file was written by a newer workbench")

// ErrForeign says that the file is a SQLite database of another program.
var ErrForeign = errors.New("the file is not a workbench database")

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed views.sql
var views string

// Version is the schema version of this workbench: the number of its migrations.
func Version() int {
	steps, err := migrationSteps()
	if err != nil {
		panic(err) // the files are embedded: only a broken build has none
	}
	return len(steps)
}

func migrationSteps() ([]string, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		if want := fmt.Sprintf("migrations/%04d_", i+1); !strings.HasPrefix(name, want) {
			return nil, fmt.Errorf("migration %s: want a name that starts with %s", name, want)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(text)
	}
	return steps, nil
}

// migrate brings the file to the current version.
func (db *DB) migrate(ctx context.Context, o Options) error {
	steps, err := migrationSteps()
	if err != nil {
		return err
	}
	return db.migrateTo(ctx, steps, o)
}

// migrateTo runs the steps that the file lacks in one transaction, so that a
// killed migration leaves the file as it was.
func (db *DB) migrateTo(ctx context.Context, steps []string, o Options) error {
	version, err := fileVersion(ctx, db.writer)
	if err != nil || version == len(steps) {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("%w: its schema is version %d, this one knows %d", ErrNewer, version, len(steps))
	}
	if version > 0 {
		if err := db.backUp(ctx, version); err != nil {
			return err
		}
	}
	return db.apply(ctx, steps, o)
}

// fileVersion tells the version of a workbench file, 0 for an empty one.
func fileVersion(ctx context.Context, pool *sql.DB) (version int, err error) {
	var application, objects int
	err = errors.Join(
		pool.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version),
		pool.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application),
		pool.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&objects))
	if err != nil {
		return 0, err
	}
	if application != ApplicationID && (application != 0 || version != 0 || objects != 0) {
		return 0, ErrForeign
	}
	return version, nil
}

func (db *DB) checkReadable(ctx context.Context) error {
	version, err := fileVersion(ctx, db.reader)
	switch {
	case err != nil:
		return err
	case version > Version():
		return fmt.Errorf("%w: its schema is version %d, this one knows %d", ErrNewer, version, Version())
	case version < Version():
		return fmt.Errorf("its schema is version %d, older than %d: open it once for writing", version, Version())
	}
	return nil
}

func (db *DB) backUp(ctx context.Context, version int) error {
	path := fmt.Sprintf("%s.v%d-%s.bak", db.path, version, db.now().UTC().Format("20060102T150405.000000"))
	if err := db.CopyTo(ctx, path); err != nil {
		return fmt.Errorf("back up before migrating: %w", err)
	}
	db.backup = path
	return nil
}

// CopyTo writes a compact copy of the file, without journals beside it, to a path
// where there is nothing yet.
func (db *DB) CopyTo(ctx context.Context, path string) error {
	if _, err := db.writer.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return fmt.Errorf("copy to %s: %w", path, err)
	}
	return nil
}

// apply runs the missing steps. Foreign keys are off meanwhile, so that a step may
// rebuild a table, and are checked before the commit.
func (db *DB) apply(ctx context.Context, steps []string, o Options) error {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA foreign_keys = 0`); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA foreign_keys = 1`)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have migrated while this one waited for the lock.
	var version int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version >= len(steps) {
		return nil
	}
	if err := db.applySteps(ctx, tx, steps, version, o); err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) applySteps(ctx context.Context, tx *sql.Tx, steps []string, version int, o Options) error {
	if err := unseal(ctx, tx); err != nil {
		return err
	}
	for i, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("migration %d: %w", version+i+1, err)
		}
	}
	if version == 0 {
		if err := identify(ctx, tx, o, db.now()); err != nil {
			return err
		}
	}
	if err := seal(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, views); err != nil {
		return fmt.Errorf("views: %w", err)
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, ApplicationID, len(steps)))
	return err
}

func identify(ctx context.Context, tx *sql.Tx, o Options, now time.Time) error {
	uuid := o.UUID
	if uuid == nil {
		uuid = randomUUID
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO identity (id, uuid, created_us) VALUES (1, ?, ?)`, uuid(), now.UnixMicro())
	return err
}

func randomUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// seal makes every table append-only.
func seal(ctx context.Context, tx *sql.Tx) error {
	tables, err := names(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		return err
	}
	for _, table := range tables {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			_, err := tx.ExecContext(ctx, fmt.Sprintf(
				`CREATE TRIGGER %[1]s_no_%[2]s BEFORE %[3]s ON %[1]s BEGIN SELECT raise(ABORT, '%[1]s is append-only'); END`,
				table, strings.ToLower(verb), verb))
			if err != nil {
				return fmt.Errorf("seal %s: %w", table, err)
			}
		}
	}
	return nil
}

// unseal drops what every migration makes again: the triggers and the views.
func unseal(ctx context.Context, tx *sql.Tx) error {
	drops, err := names(ctx, tx, `SELECT 'DROP ' || type || ' ' || name FROM sqlite_schema WHERE type IN ('trigger', 'view')`)
	if err != nil {
		return err
	}
	for _, drop := range drops {
		if _, err := tx.ExecContext(ctx, drop); err != nil {
			return err
		}
	}
	return nil
}

func names(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}

func checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	var table, parent string
	var row, key sql.NullInt64
	err := tx.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("foreign key check: row %d of %s has no parent in %s", row.Int64, table, parent)
}

// Dump writes the schema of the file as SQL text, in a stable order: what the
// file schema.sql holds.
func (db *DB) Dump(ctx context.Context) (string, error) {
	rows, err := db.Query(ctx, `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
		ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	fmt.Fprintf(&b, "-- Dumped from a freshly made file; regenerate with: go test ./schema -update\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\n\n", ApplicationID, Version())
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
		b.WriteString(text + ";\n\n")
	}
	return b.String(), rows.Err()
}
