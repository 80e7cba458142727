package export

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// side is one of two exports that are compared.
type side struct {
	dir      string
	manifest Manifest
	format   format
	keys     keySource
	export   int64 // in the database, for keys that it recorded
	db       *schema.DB
}

// keySource is what names the sample of a row.
type keySource int

const (
	nowhere   keySource = iota
	inColumns           // the columns of the shard
	inLineage           // the config lineage beside it
	inRecord            // the rows that a database recorded
)

// origin is where a row comes from, as far as an export says.
type origin struct {
	task, run string
	iteration int64
	known     bool // the run and the iteration
	drawn     bool // there is a run
	numbered  bool // there is an iteration
}

// sideRow is a row of one side.
type sideRow struct {
	key   string // content address of its sample; empty when nothing names it
	from  origin
	split split
	path  string
	row   int // of its shard
	cells []cell
}

// openSide reads the manifest of an export and finds out what names its rows.
func openSide(ctx context.Context, path string, db *schema.DB) (side, error) {
	path, err := manifestPath(path)
	if err != nil {
		return side{}, err
	}
	s := side{dir: filepath.Dir(path), db: db}
	if s.manifest, err = readManifestFile(path); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	if s.format, err = s.manifest.Options.options().format(); err != nil {
		return s, err
	}
	s.findKeys()
	if s.keys != nowhere || db == nil || s.format.unit == byTrace {
		return s, nil
	}
	found, err := ids(ctx, db, `SELECT id FROM export WHERE sha256 = ?`, s.manifest.SHA256)
	if err == nil && len(found) == 1 {
		s.keys, s.export = inRecord, int64(found[0])
	}
	return s, err
}

func (s *side) findKeys() {
	switch {
	case s.format.unit == byTrace, column(s.manifest.Columns, "sample_key") >= 0:
		s.keys = inColumns
	case s.manifest.Lineage != nil:
		s.keys = inLineage
	}
}

func column(columns []Column, name string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
}

// rows reads the rows of the export in their order. Each shard is checked against
// its hash first.
func (s side) rows(ctx context.Context) iter.Seq2[sideRow, error] {
	return func(yield func(sideRow, error) bool) {
		for n := range s.manifest.Shards {
			for row, err := range s.shardRows(ctx, n) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

func (s side) shardRows(ctx context.Context, n int) iter.Seq2[sideRow, error] {
	return func(yield func(sideRow, error) bool) {
		shard := s.manifest.Shards[n]
		cells, err := s.open(ctx, s.manifest.Table, n)
		if err != nil {
			yield(sideRow{}, err)
			return
		}
		names, stop := s.names(ctx, n)
		defer stop()
		next := sideRow{path: shard.Path, split: split(slices.Index(splitNames(), shard.Split))}
		for row, err := range cells {
			next.cells = row
			if err == nil {
				next.key, next.from, err = names(row)
			}
			if !yield(next, err) || err != nil {
				return
			}
			next.row++
		}
	}
}

// open checks the nth shard of a table and reads it.
func (s side) open(ctx context.Context, t Table, n int) (iter.Seq2[[]cell, error], error) {
	path := filepath.Join(s.dir, filepath.FromSlash(t.Shards[n].Path))
	if err := checkFile(path, t.Shards[n].File); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return shardCells(ctx, path, t.Columns, s.manifest.Options.JSONL), nil
}

// namer names the sample of the next row of a shard and where it comes from.
type namer func(row []cell) (string, origin, error)

// names returns what names the rows of the nth shard, one after the other.
func (s side) names(ctx context.Context, n int) (namer, func()) {
	switch s.keys {
	case inColumns:
		if s.format.unit == byTrace {
			return nameTrace(s.manifest.Columns), func() {}
		}
		return nameByColumns(s.manifest.Columns), func() {}
	case inLineage:
		return s.nameByLineage(ctx, n)
	case inRecord:
		return s.nameByRecord(ctx, n)
	}
	return func([]cell) (string, origin, error) { return "", origin{}, nil }, func() {}
}

func nameByColumns(columns []Column) namer {
	key, task, run, iteration := column(columns, "sample_key"), column(columns, "task_id"), column(columns, "run"), column(columns, "iteration")
	return func(row []cell) (string, origin, error) {
		from := origin{known: true}
		from.task, _ = row[task].(string)
		from.run, from.drawn = row[run].(string)
		from.iteration, from.numbered = row[iteration].(int64)
		name, _ := row[key].(string)
		return name, from, nil
	}
}

// nameTrace names a trace by all that it is a trace of.
func nameTrace(columns []Column) namer {
	var parts []int
	for _, name := range []string{"task_id", "role", "program_sha256", "test_index", "python", "tracer"} {
		parts = append(parts, column(columns, name))
	}
	return func(row []cell) (string, origin, error) {
		var named []cell
		for _, at := range parts {
			named = append(named, row[at])
		}
		sum, err := rowDigest(named)
		task, _ := named[0].(string)
		return hexDigest(sum), origin{task: task}, err
	}
}

func (s side) nameByLineage(ctx context.Context, n int) (namer, func()) {
	rows, err := s.open(ctx, *s.manifest.Lineage, n)
	if err != nil {
		return func([]cell) (string, origin, error) { return "", origin{}, err }, func() {}
	}
	next, stop := iter.Pull2(rows)
	name := nameByColumns(s.manifest.Lineage.Columns)
	return func([]cell) (string, origin, error) {
		row, err, ok := next()
		if err == nil && !ok {
			err = errors.New("the config lineage has fewer rows")
		}
		if err != nil {
			return "", origin{}, err
		}
		return name(row)
	}, stop
}

// nameByRecord reads the names of a shard's rows from the database.
func (s side) nameByRecord(ctx context.Context, n int) (namer, func()) {
	rows, err := s.db.Query(ctx, `SELECT s.sha256, t.task_id, r.name, coalesce(i.number, s.given_iteration)
		FROM shard h JOIN shard_row w ON w.shard_id = h.id JOIN sample s ON s.id = w.sample_id JOIN task t ON t.id = s.task_id
		LEFT JOIN iteration i ON i.id = s.iteration_id LEFT JOIN run r ON r.id = i.run_id
		WHERE h.export_id = ? AND h.position = ? ORDER BY w.row`, s.export, n)
	if err != nil {
		return func([]cell) (string, origin, error) { return "", origin{}, err }, func() {}
	}
	return func([]cell) (string, origin, error) {
		if !rows.Next() {
			return "", origin{}, errors.Join(rows.Err(), fmt.Errorf("%s: the database recorded fewer rows", s.manifest.Shards[n].Path))
		}
		var key string
		var run *string
		var iteration *int64
		from := origin{known: true}
		err := rows.Scan(&key, &from.task, &run, &iteration)
		if from.drawn = run != nil; from.drawn {
			from.run = *run
		}
		if from.numbered = iteration != nil; from.numbered {
			from.iteration = *iteration
		}
		return key, from, err
	}, func() { rows.Close() }
}

// view is the values of a row that two exports have in common.
type view struct {
	names []string
	of    [2]func([]cell) []cell
}

// common finds what the rows of two exports can be compared by. own leaves out
// what lineage and weights add.
func common(a, b side, own bool) view {
	if a.format.name != b.format.name {
		if a.format.pair == nil || b.format.pair == nil {
			return view{}
		}
		return view{[]string{"prompt", "completion"}, [2]func([]cell) []cell{pairCells(a.format), pairCells(b.format)}}
	}
	columns := a.manifest.Columns
	if own {
		columns, _ = Columns(Options{Format: a.format.name})
	}
	var v view
	var at [2][]int
	for _, c := range columns {
		if c.Name == "sample_key" || c.Name == "policy" { // what rows are matched by, and an option
			continue
		}
		left, right := column(a.manifest.Columns, c.Name), column(b.manifest.Columns, c.Name)
		if right >= 0 && sameColumns(a.manifest.Columns[left:left+1], b.manifest.Columns[right:right+1]) {
			v.names = append(v.names, c.Name)
			at[0], at[1] = append(at[0], left), append(at[1], right)
		}
	}
	for i := range at {
		v.of[i] = func(row []cell) []cell {
			var some []cell
			for _, n := range at[i] {
				some = append(some, row[n])
			}
			return some
		}
	}
	return v
}

func pairCells(f format) func([]cell) []cell {
	return func(row []cell) []cell {
		prompt, completion, _ := f.pair(row)
		return []cell{prompt, completion}
	}
}

// marks are the first bytes of the hash of each value in view.
func (v view) marks(of int, row []cell) (string, error) {
	var b strings.Builder
	if len(v.names) == 0 {
		return "", nil
	}
	for _, value := range v.of[of](row) {
		sum, err := rowDigest([]cell{value})
		if err != nil {
			return "", err
		}
		b.Write(sum[:markBytes])
	}
	return b.String(), nil
}

// markBytes is how much of a hash stands for a value.
const markBytes = 8

// differing names the values in which two rows differ.
func (v view) differing(a, b string) []string {
	var all []string
	for i, name := range v.names {
		if at := i * markBytes; a[at:at+markBytes] != b[at:at+markBytes] {
			all = append(all, name)
		}
	}
	return all
}

// keyDigest is a key as it is held in memory.
func keyDigest(key string) (digest, error) {
	var d digest
	if n, err := hex.Decode(d[:], []byte(key)); err != nil || n != len(d) {
		return d, fmt.Errorf("%.12q is no key of a sample", key)
	}
	return d, nil
}
