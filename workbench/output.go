package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"
)

// print writes one result: a JSON line with --json, else the text.
func (a *app) print(result any, format string, args ...any) error {
	if a.config.JSON {
		return writeJSON(a.out, result)
	}
	_, err := fmt.Fprintf(a.out, format+"\n", args...)
	return err
}

// writeJSON writes v as one line, with <, > and & as they are.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// printRows writes the rows of a query: a table, or with --json one object a row.
func (a *app) printRows(rows *sql.Rows) (n int, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	write, flush := a.rowWriter(columns)
	for rows.Next() {
		values := make([]any, len(columns))
		pointers := make([]any, len(columns))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return n, err
		}
		if err := write(values); err != nil {
			return n, err
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, flush()
}

// rowWriter returns what writes one row and what ends the output.
func (a *app) rowWriter(columns []string) (write func([]any) error, flush func() error) {
	if a.config.JSON {
		return func(values []any) error { return writeObject(a.out, columns, values) }, func() error { return nil }
	}
	table := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(columns, "\t"))
	return func(values []any) error {
		cells := make([]string, len(values))
		for i, value := range values {
			cells[i] = cell(value)
		}
		_, err := fmt.Fprintln(table, strings.Join(cells, "\t"))
		return err
	}, table.Flush
}

// writeObject writes one row as a JSON object whose keys keep the order of the
// columns.
func writeObject(w io.Writer, columns []string, values []any) error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, column := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := appendJSON(&b, column); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := appendJSON(&b, values[i]); err != nil {
			return err
		}
	}
	b.WriteString("}\n")
	_, err := w.Write(b.Bytes())
	return err
}

func appendJSON(b *bytes.Buffer, v any) error {
	if err := writeJSON(b, v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder ends every value with a newline
	return nil
}

// cellWidth bounds a cell of a table; --json has the whole value.
const cellWidth = 60

func cell(value any) string {
	if value == nil {
		return ""
	}
	text := fmt.Sprint(value)
	if data, ok := value.([]byte); ok {
		text = string(data)
	}
	text = strings.NewReplacer("\n", "⏎", "\t", " ", "\r", "").Replace(text)
	if utf8.RuneCountInString(text) > cellWidth {
		text = string([]rune(text)[:cellWidth-1]) + "…"
	}
	return text
}

// progress shows on a terminal how far long work is; elsewhere it says nothing
// until the work ends.
type progress struct {
	app   *app
	what  string
	begun time.Time
	shown time.Time
	live  bool
}

func (a *app) progress(what string) *progress {
	return &progress{app: a, what: what, begun: time.Now(), live: !a.config.Quiet && a.onTerminal(a.err)}
}

// update shows the state of the work; total is 0 when it is not known.
func (p *progress) update(done, total int) {
	if !p.live || time.Since(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown = time.Now()
	rate := float64(done) / max(time.Since(p.begun).Seconds(), 0.001)
	if total == 0 {
		fmt.Fprintf(p.app.err, "\r\x1b[K%s %d (%.0f/s)", p.what, done, rate)
		return
	}
	fmt.Fprintf(p.app.err, "\r\x1b[K%s %d/%d (%.0f/s)", p.what, done, total, rate)
}

// end clears the line.
func (p *progress) end() {
	if p.live {
		fmt.Fprint(p.app.err, "\r\x1b[K")
	}
}
