package export

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// Row is one training example, whatever the format of the shards it was read from.
type Row struct {
	Split      string // train, validation or test
	Prompt     string
	Completion string
}

// rowsAtOnce is how many rows are decoded together.
const rowsAtOnce = 64

// Rows reads the training examples of an export without a database, in the order of
// its shards: of a dpo export the chosen completions, of a kto export those that
// are labelled true. It first checks the manifest, and each shard's hash before its
// first row.
func Rows(ctx context.Context, dir string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		m, err := ReadManifest(dir)
		if err != nil {
			yield(Row{}, fmt.Errorf("read export %s: %w", dir, err))
			return
		}
		for _, s := range m.Shards {
			more, err := readRows(ctx, dir, m, s, yield)
			if err != nil {
				yield(Row{}, fmt.Errorf("read export %s: %s: %w", dir, s.Path, err))
				return
			}
			if !more {
				return
			}
		}
	}
}

func readRows(ctx context.Context, dir string, m Manifest, s Shard, yield func(Row, error) bool) (more bool, err error) {
	f, err := m.Options.options().format()
	if err == nil && f.pair == nil {
		err = fmt.Errorf("format %s holds no training examples", f.name)
	}
	if err != nil {
		return false, err
	}
	path := filepath.Join(dir, filepath.FromSlash(s.Path))
	if err := checkFile(path, s.File); err != nil {
		return false, err
	}
	done := 0
	for row, err := range shardCells(ctx, path, m.Columns, m.Options.JSONL) {
		if err != nil {
			return false, err
		}
		prompt, completion, ok := f.pair(row)
		if !ok {
			return false, fmt.Errorf("row %d has no prompt and completion", done)
		}
		done++
		if f.avoid != nil && f.avoid(row) {
			continue
		}
		if !yield(Row{s.Split, prompt, completion}, nil) {
			return false, nil
		}
	}
	if done != s.Rows {
		return false, fmt.Errorf("%d rows where the manifest has %d", done, s.Rows)
	}
	return true, nil
}

// checkFile compares a file with what the manifest says of it.
func checkFile(path string, want File) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("is no regular file")
	}
	if info.Size() != want.Bytes {
		return fmt.Errorf("has %d bytes, not %d", info.Size(), want.Bytes)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want.SHA256 {
		return fmt.Errorf("has SHA-256 %.12s, not %.12s", got, want.SHA256)
	}
	return nil
}

// shardCells reads the rows of a shard. The columns must be exactly these.
func shardCells(ctx context.Context, path string, columns []Column, jsonl bool) iter.Seq2[[]cell, error] {
	if jsonl {
		return jsonCells(path, columns)
	}
	return parquetCells(ctx, path, columns)
}

// parquetCells reads the rows of a Parquet file with arrow.
func parquetCells(ctx context.Context, path string, columns []Column) iter.Seq2[[]cell, error] {
	return func(yield func([]cell, error) bool) {
		reader, err := file.OpenParquetFile(path, false)
		if err != nil {
			yield(nil, err)
			return
		}
		defer reader.Close()
		records, err := recordReader(ctx, reader, columns)
		if err != nil {
			yield(nil, err)
			return
		}
		defer records.Release()
		for records.Next() {
			if !yieldRecord(records.Record(), yield) {
				return
			}
		}
		if err := records.Err(); err != nil && err != io.EOF {
			yield(nil, err)
		}
	}
}

func recordReader(ctx context.Context, reader *file.Reader, columns []Column) (pqarrow.RecordReader, error) {
	rows, err := pqarrow.NewFileReader(reader, pqarrow.ArrowReadProperties{BatchSize: rowsAtOnce}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	schema, err := rows.Schema()
	if err != nil {
		return nil, err
	}
	want := arrowSchema(columns)
	if len(schema.Fields()) != len(want.Fields()) {
		return nil, fmt.Errorf("has %d columns, not %d", len(schema.Fields()), len(want.Fields()))
	}
	for i, f := range schema.Fields() {
		if w := want.Field(i); f.Name != w.Name || !arrow.TypeEqual(f.Type, w.Type) {
			return nil, fmt.Errorf("column %d is %s %s, not %s %s", i, f.Name, f.Type, w.Name, w.Type)
		}
	}
	return rows.GetRecordReader(ctx, nil, nil)
}

func yieldRecord(record arrow.Record, yield func([]cell, error) bool) bool {
	for i := range int(record.NumRows()) {
		row := make([]cell, record.NumCols())
		for c := range row {
			row[c] = cellOf(record.Column(c), i)
		}
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

// cellOf copies a value out of an array, whose memory is used again.
func cellOf(column arrow.Array, i int) cell {
	if column.IsNull(i) {
		return nil
	}
	switch a := column.(type) {
	case *array.String:
		return strings.Clone(a.Value(i))
	case *array.Int64:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Boolean:
		return a.Value(i)
	case *array.List:
		fields := a.ListValues().(*array.Struct)
		start, end := a.ValueOffsets(i)
		all := items{}
		for j := int(start); j < int(end); j++ {
			item := make([]cell, fields.NumField())
			for f := range item {
				item[f] = cellOf(fields.Field(f), j)
			}
			all = append(all, item)
		}
		return all
	}
	return nil
}
