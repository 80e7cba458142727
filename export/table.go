package export

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// table is one config of an export: the rows in the columns of the format, or what
// they come from.
type table struct {
	name    string // of the config
	folder  string // of its shards
	columns []Column
	cells   func(content) []cell
}

// The configs, and the folders of their shards.
const (
	defaultConfig = "default"
	lineageConfig = "lineage"
	dataFolder    = "data"
	lineageFolder = "lineage"
)

// tables are what an export with these options is made of. The rows of all of them
// are in the same order and cut into shards at the same places.
func (o Options) tables() ([]table, error) {
	f, err := o.format()
	if err != nil {
		return nil, err
	}
	all := []table{{defaultConfig, dataFolder, f.columns, f.cells}}
	if o.LineageConfig {
		all = append(all, table{lineageConfig, lineageFolder, lineageColumns(f), lineageCells(f)})
	}
	return all, nil
}

// tableWriter writes the shards of a table one after the other.
type tableWriter struct {
	table
	stage  *stage
	jsonl  bool
	shards []Shard
	shard  *shard // the one being written, or nil
	first  int    // of the current split
}

func (w *tableWriter) temporary(of split, n int) string {
	return fmt.Sprintf("%s/%s-%05d", w.folder, of, n)
}

func (w *tableWriter) begin(of split) (err error) {
	w.shard, err = createShard(w.stage.path(w.temporary(of, len(w.shards)-w.first)), w.columns, w.jsonl)
	return err
}

func (w *tableWriter) end(of split) error {
	s := w.shard
	w.shard = nil
	if err := s.close(); err != nil {
		return err
	}
	facts, err := s.facts(of)
	w.shards = append(w.shards, facts)
	return err
}

// nameShards gives the shards of a split their names, now that their number is known.
func (w *tableWriter) nameShards(of split) error {
	shards := w.shards[w.first:]
	w.first = len(w.shards)
	extension := "parquet"
	if w.jsonl {
		extension = "jsonl"
	}
	for n := range shards {
		shards[n].Path = fmt.Sprintf("%s/%s-%05d-of-%05d.%s", w.folder, of, n, len(shards), extension)
		if err := os.Rename(w.stage.path(w.temporary(of, n)), w.stage.path(shards[n].Path)); err != nil {
			return err
		}
	}
	return nil
}

// tableWriters writes the same rows into every table of an export.
type tableWriters []*tableWriter

func newTableWriters(st *stage, o Options) (tableWriters, error) {
	tables, err := o.tables()
	if err != nil {
		return nil, err
	}
	var all tableWriters
	for _, t := range tables {
		if err := os.Mkdir(st.path(t.folder), 0o777); err != nil {
			return nil, err
		}
		all = append(all, &tableWriter{table: t, stage: st, jsonl: o.JSONL})
	}
	return all, nil
}

func (all tableWriters) each(do func(*tableWriter) error) error {
	for _, w := range all {
		if err := do(w); err != nil {
			return err
		}
	}
	return nil
}

// abandon lets go of shards that will be removed.
func (all tableWriters) abandon() {
	for _, w := range all {
		if w.shard != nil {
			w.shard.abandon()
		}
	}
}

// full says that another row would make the shard of the rows too large.
func (all tableWriters) full(row []cell, o Options) bool {
	s := all[0].shard
	if s.rows == 0 {
		return false
	}
	return o.ShardRows > 0 && s.rows == o.ShardRows || s.bytes+cellBytes(row) > o.ShardBytes
}

// append adds the row of c to every table; row is that of the first.
func (all tableWriters) append(c content, row []cell) error {
	err := all[0].shard.append(row)
	for _, w := range all[1:] {
		err = errors.Join(err, w.shard.append(w.cells(c)))
	}
	return err
}

// written are the tables for the manifest.
func (all tableWriters) written() []Table {
	var tables []Table
	for _, w := range all {
		tables = append(tables, Table{w.columns, slices.Clip(w.shards)})
	}
	return tables
}
