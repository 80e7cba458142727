package schema

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Tx is one transaction of the single writer. Everything a Tx wrote becomes
// durable together, or not at all.
type Tx struct {
	ctx      context.Context
	tx       *sql.Tx
	now      func() time.Time
	prepared map[string]*sql.Stmt
}

// Write runs fn in one transaction of the single writer and commits it when fn
// returns nil. Writers of other processes wait for their turn.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if db.writer == nil {
		return fmt.Errorf("write %s: opened read-only", db.path)
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write %s: %w", db.path, err)
	}
	defer tx.Rollback()
	if err := fn(&Tx{ctx: ctx, tx: tx, now: db.now, prepared: map[string]*sql.Stmt{}}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write %s: %w", db.path, err)
	}
	return nil
}

// Hash is the content address of parts: the SHA-256 of their JSON array, in
// lower-case hex. A single part hashes as its bare bytes, so that the address of
// a program is what `sha256sum` prints for its source.
func Hash(parts ...string) string {
	text := []byte(parts[0])
	if len(parts) > 1 {
		text, _ = json.Marshal(parts) // strings always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (tx *Tx) micros() int64 { return tx.now().UnixMicro() }

func (tx *Tx) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := tx.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := tx.tx.PrepareContext(tx.ctx, query)
	if err == nil {
		tx.prepared[query] = stmt
	}
	return stmt, err
}

func (tx *Tx) exec(query string, args ...any) error {
	stmt, err := tx.prepare(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(tx.ctx, args...)
	return err
}

// insert runs an INSERT and returns the id of the new row.
func (tx *Tx) insert(query string, args ...any) (int64, error) {
	stmt, err := tx.prepare(query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// find returns the id that query selects, and whether there is one.
func (tx *Tx) find(query string, args ...any) (id int64, found bool, err error) {
	stmt, err := tx.prepare(query)
	if err != nil {
		return 0, false, err
	}
	err = stmt.QueryRowContext(tx.ctx, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, err
}

// rowsPerStatement is where the cost of a statement stops to matter here.
const rowsPerStatement = 50

// insertRows writes many rows of one table, rowsPerStatement to a statement.
func (tx *Tx) insertRows(table string, columns []string, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		if len(rows) >= rowsPerStatement {
			n = rowsPerStatement
		}
		tuple := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
		query := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
			strings.TrimSuffix(strings.Repeat(tuple+",", n), ",")
		args := make([]any, 0, n*len(columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if err := tx.exec(query, args...); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
		rows = rows[n:]
	}
	return nil
}

// canonical is the JSON of v with sorted keys: equal values, equal text.
func canonical(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var generic any
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.UseNumber()
	if err := decoder.Decode(&generic); err != nil {
		return "", err
	}
	data, err = json.Marshal(generic)
	return string(data), err
}

// optional turns the zero id into NULL.
func optional[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// optionalText turns the empty text into NULL.
func optionalText(text string) any {
	if text == "" {
		return nil
	}
	return text
}
