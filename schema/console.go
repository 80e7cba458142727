package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Console answers the SQL of a person. It reads one statement at a time and can
// neither write the file nor attach another: `mode=ro` and query_only alone would
// let ATTACH and VACUUM INTO create files.
type Console struct {
	pool *sql.DB
	conn *sql.Conn
}

// ErrNotReading says that a statement of a person is not a question.
var ErrNotReading = errors.New("only SELECT, WITH, VALUES, EXPLAIN and PRAGMA table_info and the like can be asked here")

// OpenConsole opens the workbench file at path for a person's questions.
func OpenConsole(ctx context.Context, path string) (*Console, error) {
	db, err := Open(ctx, path, Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	conn, err := db.reader.Conn(ctx)
	if err == nil {
		_, err = sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	}
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("open console on %s: %w", path, err)
	}
	return &Console{pool: db.reader, conn: conn}, nil
}

var question = regexp.MustCompile(`(?is)^(select|with|values|explain|pragma\s+(table_info|table_xinfo|table_list|index_list|index_info|foreign_key_list|foreign_key_check|integrity_check|quick_check|user_version|application_id|compile_options)\b[^=]*$)`)

// Query asks one statement.
func (c *Console) Query(ctx context.Context, statement string) (*sql.Rows, error) {
	text := strings.TrimSpace(leadingComments.ReplaceAllString(statement, ""))
	text = strings.TrimSpace(strings.TrimSuffix(text, ";"))
	if !question.MatchString(text) {
		return nil, ErrNotReading
	}
	return c.conn.QueryContext(ctx, text)
}

var leadingComments = regexp.MustCompile(`(?s)^(\s*(--[^\n]*(\n|$)|/\*.*?\*/))*`)

// Close closes the file.
func (c *Console) Close() error { return errors.Join(c.conn.Close(), c.pool.Close()) }
