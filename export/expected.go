package export

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"

	"nextworkbench/schema"
)

// expectation is what a database says the rows of an export are, table by table.
// It is nil without a database.
type expectation []*expectedTable

// expectedTable is the rows of one table that no shard has taken yet.
type expectedTable struct {
	ctx    context.Context
	read   reading
	format format
	cells  func(content) []cell
	rows   map[split][]planned
}

// expectedRows yields the digests of one shard's rows. It is nil without a
// database.
type expectedRows struct {
	cells func(content) []cell
	pull  func() (content, error, bool)
	stop  func()
	err   error // why the database could not be read
}

// next is what the next row should be, and of which sample. It is not ok after
// the last one and when the database cannot be read.
func (e *expectedRows) next() (want digest, sample schema.SampleID, ok bool) {
	c, err, ok := e.pull()
	if err == nil && ok {
		want, err = rowDigest(e.cells(c))
	}
	e.err = errors.Join(e.err, err)
	return want, c.sample, ok && err == nil
}

// failed is why the rows could not be read, if so.
func (e *expectedRows) failed() error {
	if e == nil {
		return nil
	}
	return e.err
}

// expect asks the database what the export should hold. It is nil when there is
// no database, or when the database cannot say; that is then a problem.
func (v *verifier) expect(ctx context.Context, m Manifest, given VerifyOptions) (expectation, error) {
	db := given.DB
	if db == nil {
		return nil, nil
	}
	if err := v.checkRecorded(ctx, m, db); err != nil {
		return nil, err
	}
	selection, err := frozen(ctx, db, m.Selection)
	if errors.Is(err, sql.ErrNoRows) {
		v.problem(manifestName, "the database has no selection %.12s", m.Selection.SHA256)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o := m.Options.options()
	o.Proxy = given.Proxy
	f, err := o.format()
	if err == nil {
		err = o.checkPrompts(f)
	}
	if err != nil {
		return nil, err
	}
	guard := guards{allowed: Allowances(), template: o.Template}
	address, rows, err := survey(ctx, db, selection, o, f, &guard)
	if err != nil {
		return nil, err
	}
	if address != m.Selection.SHA256 || !maps.Equal(selection.Parameters, m.Selection.Parameters) {
		v.problem(manifestName, "selection %.12s of the database has another content: %.12s", m.Selection.SHA256, address)
	}
	if err := guard.refusal(); err != nil {
		v.problem(manifestName, "the rows cannot be compared with the database: %s", err)
		return nil, nil
	}
	return expectTables(ctx, o, f, o.reading(db, selection.Parameters, rows), rows)
}

func expectTables(ctx context.Context, o Options, f format, read reading, rows []planned) (expectation, error) {
	tables, err := o.tables()
	var all expectation
	for _, t := range tables {
		all = append(all, &expectedTable{ctx, read, f, t.cells, bySplit(rows)})
	}
	return all, err
}

func (v *verifier) checkRecorded(ctx context.Context, m Manifest, db *schema.DB) error {
	var shards int
	err := db.QueryRow(ctx, `SELECT (SELECT count(*) FROM shard h WHERE h.export_id = e.id) FROM export e WHERE e.sha256 = ?`, m.SHA256).Scan(&shards)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		v.problem(manifestName, "the database has no export %.12s", m.SHA256)
		return nil
	case err == nil && shards != len(m.Shards):
		v.problem(manifestName, "the database has %d shards of the export, not %d", shards, len(m.Shards))
	}
	return err
}

// frozen reads a stored selection.
func frozen(ctx context.Context, db *schema.DB, of Selected) (selection, error) {
	s := selection{schema.Selection{SHA256: of.SHA256}, of.Dropped}
	var id schema.SelectionID
	var parameters string
	err := db.QueryRow(ctx, `SELECT id, name, query, parameters FROM selection WHERE sha256 = ?`, of.SHA256).
		Scan(&id, &s.Name, &s.Query, &parameters)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(parameters), &s.Parameters); err != nil {
		return s, err
	}
	rows, err := db.Query(ctx, `SELECT sample_id FROM selection_sample WHERE selection_id = ? ORDER BY position`, id)
	if err != nil {
		return s, err
	}
	defer rows.Close()
	for rows.Next() {
		var sample schema.SampleID
		if err := rows.Scan(&sample); err != nil {
			return s, err
		}
		s.Samples = append(s.Samples, sample)
	}
	return s, rows.Err()
}

// of is what is expected of the nth table.
func (e expectation) of(n int) *expectedTable {
	if e == nil {
		return nil
	}
	return e[n]
}

// take hands out the rows that belong in a shard, as many as the manifest gives it.
func (e *expectedTable) take(s Shard) *expectedRows {
	if e == nil {
		return nil
	}
	of := split(slices.Index(splitNames(), s.Split))
	rows := e.rows[of][:min(s.Rows, len(e.rows[of]))]
	e.rows[of] = e.rows[of][len(rows):]
	pull, stop := iter.Pull2(e.format.contents(e.ctx, e.read, rows))
	return &expectedRows{cells: e.cells, pull: pull, stop: stop}
}

// left counts the rows that no shard took.
func (e *expectedTable) left() map[string]int {
	rest := map[string]int{}
	if e != nil {
		for of, rows := range e.rows {
			if len(rows) > 0 {
				rest[of.String()] = len(rows)
			}
		}
	}
	return rest
}
