// Package queries is the questions that the workbench asks of its file, as .sql
// files with a header: name, purpose and parameters. Selections freeze into
// exports, reports are for people, work lists say what is left to do, invariants
// return a row for every violation.
//
// It reads and never writes; it refuses unknown names, unknown parameters and
// values of the wrong type.
package queries

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/schema"
)

//go:embed selections/*.sql reports/*.sql work/*.sql invariants/*.sql
var files embed.FS

// Kind is what a query is for: the folder that it lies in.
type Kind string

// The kinds.
const (
	Selection Kind = "selection"
	Report    Kind = "report"
	Work      Kind = "work"
	Invariant Kind = "invariant"
)

// Parameter is a typed parameter of a query, with its default.
type Parameter struct {
	Name    string
	Type    string // text, integer or real
	Default string
	Help    string
}

// Query is one question.
type Query struct {
	Name       string
	Kind       Kind
	Purpose    string
	Parameters []Parameter
	Text       string // the whole file
}

// All lists the queries, selections first, each kind by name.
func All() ([]Query, error) {
	var all []Query
	for _, kind := range []Kind{Selection, Report, Work, Invariant} {
		folder := string(kind) + "s"
		if kind == Work {
			folder = "work"
		}
		names, err := fs.Glob(files, folder+"/*.sql")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			q, err := read(name, kind)
			if err != nil {
				return nil, err
			}
			all = append(all, q)
		}
	}
	return all, nil
}

// Find returns the query called name.
func Find(name string) (Query, error) {
	all, err := All()
	if err != nil {
		return Query{}, err
	}
	for _, q := range all {
		if q.Name == name {
			return q, nil
		}
	}
	return Query{}, fmt.Errorf("query %s: %w", name, schema.ErrUnknown)
}

func read(name string, kind Kind) (Query, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return Query{}, err
	}
	q := Query{Kind: kind, Text: string(data)}
	for line := range strings.Lines(q.Text) {
		header, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if !ok {
			break
		}
		if err := q.readHeader(header); err != nil {
			return q, fmt.Errorf("%s: %w", name, err)
		}
	}
	if want := strings.TrimSuffix(path.Base(name), ".sql"); q.Name != want || q.Purpose == "" {
		return q, fmt.Errorf("%s: the header must give name %s and a purpose", name, want)
	}
	return q, nil
}

// readHeader reads one header line, such as "parameter: k integer 1 the k of pass@k".
func (q *Query) readHeader(line string) error {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "name":
		q.Name = value
	case "purpose":
		q.Purpose = value
	case "parameter":
		fields := strings.SplitN(value, " ", 4)
		if len(fields) != 4 || !slices.Contains([]string{"text", "integer", "real"}, fields[1]) {
			return fmt.Errorf("parameter %q: want name, type, default and help", value)
		}
		q.Parameters = append(q.Parameters, Parameter{Name: fields[0], Type: fields[1], Default: strings.Trim(fields[2], "'"), Help: fields[3]})
	default:
		return fmt.Errorf("unknown header %q", key)
	}
	return nil
}

// Run asks the question. Parameters that are not given take their defaults.
func (q Query) Run(ctx context.Context, db *schema.DB, given map[string]string) (*sql.Rows, error) {
	args, err := q.bind(given)
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, q.Text, args...)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", q.Name, err)
	}
	return rows, nil
}

// Complete returns every parameter with its value, given or default.
func (q Query) Complete(given map[string]string) (map[string]string, error) {
	if _, err := q.bind(given); err != nil {
		return nil, err
	}
	complete := map[string]string{}
	for _, p := range q.Parameters {
		complete[p.Name] = p.Default
	}
	maps.Copy(complete, given)
	return complete, nil
}

func (q Query) bind(given map[string]string) ([]any, error) {
	rest := maps.Clone(given)
	var args []any
	for _, p := range q.Parameters {
		text, ok := rest[p.Name]
		if !ok {
			text = p.Default
		}
		delete(rest, p.Name)
		value, err := p.value(text)
		if err != nil {
			return nil, fmt.Errorf("query %s: parameter %s: %w", q.Name, p.Name, err)
		}
		args = append(args, sql.Named(p.Name, value))
	}
	for name := range rest {
		return nil, fmt.Errorf("query %s has no parameter %s; it has: %s", q.Name, name, q.parameterNames())
	}
	return args, nil
}

func (p Parameter) value(text string) (any, error) {
	switch p.Type {
	case "integer":
		return strconv.ParseInt(text, 10, 64)
	case "real":
		return strconv.ParseFloat(text, 64)
	}
	return text, nil
}

func (q Query) parameterNames() string {
	if len(q.Parameters) == 0 {
		return "none"
	}
	var all []string
	for _, p := range q.Parameters {
		all = append(all, p.Name)
	}
	return strings.Join(all, ", ")
}

// Run asks the query called name.
func Run(ctx context.Context, db *schema.DB, name string, given map[string]string) (*sql.Rows, error) {
	q, err := Find(name)
	if err != nil {
		return nil, err
	}
	return q.Run(ctx, db, given)
}
