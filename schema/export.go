package schema

import (
	"fmt"
	"strconv"
)

// SelectionID is the local id of a selection.
type SelectionID int64

// ExportID is the local id of an export.
type ExportID int64

// Selection is the frozen result of a named selection query.
type Selection struct {
	Name       string
	Query      string
	Parameters map[string]string
	Samples    []SampleID // in the order of the query
	SHA256     string     // content address of what was selected
}

// Freeze stores a selection, once for the same content. SHA256 must be the content
// address of what was selected: name, query, parameters and the selected content,
// independent of local ids.
func (tx *Tx) Freeze(s Selection) (SelectionID, error) {
	id, found, err := tx.find(`SELECT id FROM selection WHERE sha256 = ?`, s.SHA256)
	if err != nil || found {
		return SelectionID(id), err
	}
	parameters, err := canonical(s.Parameters)
	if err != nil {
		return 0, fmt.Errorf("selection %s: %w", s.Name, err)
	}
	id, err = tx.insert(`INSERT INTO selection (sha256, name, query, parameters, samples, created_us) VALUES (?,?,?,?,?,?)`,
		s.SHA256, s.Name, s.Query, parameters, len(s.Samples), tx.micros())
	if err != nil {
		return 0, fmt.Errorf("selection %s: %w", s.Name, err)
	}
	rows := make([][]any, len(s.Samples))
	for i, sample := range s.Samples {
		rows[i] = []any{id, i, sample}
	}
	return SelectionID(id), tx.insertRows("selection_sample", []string{"selection_id", "position", "sample_id"}, rows)
}

// Export is a selection written as shards.
type Export struct {
	SHA256    string // content address of the manifest's facts
	Selection SelectionID
	Format    string
	Options   any
	Shards    []Shard
}

// Shard is one Parquet file of an export.
type Shard struct {
	Path   string // relative to the export's directory
	SHA256 string
	Bytes  int64
	Rows   []SampleID // the sample of each row
}

// RecordExport stores an export with its shards and rows, once.
func (tx *Tx) RecordExport(e Export) (ExportID, error) {
	id, found, err := tx.find(`SELECT id FROM export WHERE sha256 = ?`, e.SHA256)
	if err != nil || found {
		return ExportID(id), err
	}
	options, err := canonical(e.Options)
	if err != nil {
		return 0, fmt.Errorf("export %.12s: %w", e.SHA256, err)
	}
	id, err = tx.insert(`INSERT INTO export (sha256, selection_id, format, options, created_us) VALUES (?,?,?,?,?)`,
		e.SHA256, e.Selection, e.Format, options, tx.micros())
	if err != nil {
		return 0, fmt.Errorf("export %.12s: %w", e.SHA256, err)
	}
	for position, shard := range e.Shards {
		if err := tx.insertShard(id, position, shard); err != nil {
			return 0, fmt.Errorf("export %.12s: shard %s: %w", e.SHA256, strconv.Quote(shard.Path), err)
		}
	}
	return ExportID(id), nil
}

func (tx *Tx) insertShard(export int64, position int, s Shard) error {
	id, err := tx.insert(`INSERT INTO shard (export_id, position, path, sha256, rows, bytes) VALUES (?,?,?,?,?,?)`,
		export, position, s.Path, s.SHA256, len(s.Rows), s.Bytes)
	if err != nil {
		return err
	}
	rows := make([][]any, len(s.Rows))
	for i, sample := range s.Rows {
		rows[i] = []any{id, i, sample}
	}
	return tx.insertRows("shard_row", []string{"shard_id", "row", "sample_id"}, rows)
}
