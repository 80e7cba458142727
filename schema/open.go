package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite"
)

// ErrNoDatabase says that the file to open does not exist or is empty.
var ErrNoDatabase = errors.New("no database")

// Options open a database in other ways than the usual one.
type Options struct {
	Create   bool             // make the file when it is not there
	ReadOnly bool             // refuse every write, migrations included
	Now      func() time.Time // the clock of created_us; nil is time.Now
	UUID     func() string    // the identity of a new file; nil is random
}

// DB is one open workbench file: a single writer and a pool of readers.
type DB struct {
	path   string
	writer *sql.DB
	reader *sql.DB
	now    func() time.Time
	backup string

	mu         sync.Mutex
	statements map[string]*sql.Stmt // by query; nil for one seen once
}

// Open opens the workbench file at path and brings it to the current schema.
// A file that has to be migrated is first copied beside itself; see [DB.Backup].
// The errors wrap [ErrNoDatabase], [ErrNewer] or [ErrForeign] where they apply.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if err := checkFile(path, o.Create); err != nil {
		return nil, err
	}
	db := &DB{path: path, now: o.Now, statements: map[string]*sql.Stmt{}}
	if db.now == nil {
		db.now = time.Now
	}
	if err := db.connect(ctx, o); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return db, nil
}

func checkFile(path string, create bool) error {
	info, err := os.Stat(path)
	switch {
	case create:
		return os.MkdirAll(filepath.Dir(path), 0o777)
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("open %s: %w", path, ErrNoDatabase)
	case err != nil:
		return fmt.Errorf("open %s: %w", path, err)
	case info.IsDir():
		return fmt.Errorf("open %s: is a directory", path)
	case info.Size() == 0:
		return fmt.Errorf("open %s: file is empty: %w", path, ErrNoDatabase)
	}
	return nil
}

func (db *DB) connect(ctx context.Context, o Options) (err error) {
	if !o.ReadOnly {
		if db.writer, err = sql.Open("sqlite", writerDSN(db.path)); err != nil {
			return err
		}
		db.writer.SetMaxOpenConns(1)
		if err := db.migrate(ctx, o); err != nil {
			return err
		}
	}
	if db.reader, err = sql.Open("sqlite", readerDSN(db.path)); err != nil {
		return err
	}
	db.reader.SetMaxOpenConns(max(4, runtime.NumCPU()))
	if o.ReadOnly {
		return db.checkReadable(ctx)
	}
	return nil
}

// The order matters: busy_timeout comes first, so that the pragmas after it wait
// for a lock instead of failing.
func writerDSN(path string) string {
	return dsn(path, "_txlock=immediate", "_pragma=busy_timeout(60000)", "_pragma=journal_mode(WAL)",
		"_pragma=synchronous(NORMAL)", "_pragma=foreign_keys(1)", "_pragma=recursive_triggers(1)",
		"_pragma=journal_size_limit(200000000)", "_pragma=temp_store(MEMORY)", "_pragma=cache_size(-32000)", "_dqs=0")
}

func readerDSN(path string) string {
	return dsn(path, "mode=ro", "_pragma=busy_timeout(60000)", "_pragma=query_only(1)",
		"_pragma=temp_store(MEMORY)", "_pragma=cache_size(-32000)", "_dqs=0")
}

func dsn(path string, parameters ...string) string {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return "file:" + escaped + "?" + strings.Join(parameters, "&")
}

// Close closes the file. It is safe to call twice.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.reader, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Path is the path that the file was opened with.
func (db *DB) Path() string { return db.path }

// Backup is the path of the copy made before a migration, empty when none was.
func (db *DB) Backup() string { return db.backup }

// Now is the clock of the file.
func (db *DB) Now() time.Time { return db.now() }

// Query reads. The statement cannot write: its connection is opened read-only.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := db.prepared(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return db.reader.QueryContext(ctx, query, args...)
}

// QueryRow reads one row.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := db.prepared(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return db.reader.QueryRowContext(ctx, query, args...)
}

// mostPrepared bounds the statements kept: those of the workbench itself, which
// come again and again, not those that people type.
const mostPrepared = 64

// prepared returns the statement of a query that comes for the second time or
// later; nil for others, and for those that do not compile, whose error belongs to
// whoever runs them.
func (db *DB) prepared(ctx context.Context, query string) *sql.Stmt {
	db.mu.Lock()
	defer db.mu.Unlock()
	stmt, seen := db.statements[query]
	if !seen && len(db.statements) < mostPrepared {
		db.statements[query] = nil
	}
	if !seen || stmt != nil {
		return stmt
	}
	stmt, err := db.reader.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil
	}
	db.statements[query] = stmt
	return stmt
}

// UUID is the identity of the file, given to it when it was created.
func (db *DB) UUID(ctx context.Context) (uuid string, err error) {
	err = db.QueryRow(ctx, `SELECT uuid FROM identity`).Scan(&uuid)
	return uuid, err
}
