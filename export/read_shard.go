package export

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/xitongsys/parquet-go-source/local"
	"github.com/xitongsys/parquet-go/parquet"
	"github.com/xitongsys/parquet-go/reader"
)

// The lines that [ReadShard] prints, one JSON object each: the head, one line for
// every row, and the end.
type (
	shardHead struct {
		Columns []Column `json:"columns"`
		Rows    int64    `json:"rows"`
		Groups  []int64  `json:"row_groups"` // the rows of each
	}
	shardRow struct {
		Group  int    `json:"row_group"`
		Row    int    `json:"row"` // of the shard
		SHA256 string `json:"sha256"`
	}
	shardEnd struct {
		Done bool `json:"done"`
		Rows int  `json:"rows"`
	}
)

// ReadShard reads the Parquet file at path with the second implementation and
// prints the digest of every row. Call it only in a process that may die: a
// damaged file can make that implementation panic in goroutines of its own, or
// ask for any amount of memory.
func ReadShard(path string, w io.Writer) error {
	file, err := local.NewLocalFileReader(path)
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := reader.NewParquetColumnReader(file, 1)
	if err != nil {
		return fmt.Errorf("read shard %s: %w", path, err)
	}
	defer rows.ReadStop()
	buffered := bufio.NewWriter(w)
	if err := printShard(rows, buffered); err != nil {
		return fmt.Errorf("read shard %s: %w", path, errors.Join(err, buffered.Flush()))
	}
	return buffered.Flush()
}

func printShard(rows *reader.ParquetReader, w *bufio.Writer) error {
	columns, err := secondColumns(rows.SchemaHandler)
	if err != nil {
		return err
	}
	head := shardHead{Rows: rows.GetNumRows(), Groups: []int64{}}
	for _, c := range columns {
		head.Columns = append(head.Columns, c.Column)
	}
	for _, g := range rows.Footer.RowGroups {
		head.Groups = append(head.Groups, g.NumRows)
	}
	lines := json.NewEncoder(w)
	if err := lines.Encode(head); err != nil {
		return err
	}
	done := 0
	for i, g := range rows.Footer.RowGroups {
		if err := see(rows, g); err != nil {
			return fmt.Errorf("row group %d: %w", i, err)
		}
		if err := printGroup(rows, columns, i, g, &done, lines); err != nil {
			return fmt.Errorf("row group %d: %w", i, err)
		}
		if err := w.Flush(); err != nil { // the next group may be the end of this process
			return err
		}
	}
	return lines.Encode(shardEnd{true, done})
}

// see shows one row group alone to the reader: to know where the last list of a
// group ends it would look into the next, whose damage would then be this one's.
func see(rows *reader.ParquetReader, g *parquet.RowGroup) error {
	for _, c := range g.Columns {
		if c.FilePath != nil {
			return errors.New("refers to another file")
		}
	}
	rows.ReadStop()
	rows.ColumnBuffers = map[string]*reader.ColumnBufferType{}
	rows.Footer.RowGroups = []*parquet.RowGroup{g}
	return nil
}

// bytesAtOnce bounds the values that are decoded together.
const bytesAtOnce = 8 << 20

func printGroup(rows *reader.ParquetReader, columns []*secondColumn, index int, g *parquet.RowGroup, done *int, lines *json.Encoder) error {
	atOnce := int64(rowsAtOnce)
	if g.NumRows > 0 {
		atOnce = max(1, min(atOnce, bytesAtOnce/max(1, g.TotalByteSize/g.NumRows)))
	}
	for left := g.NumRows; left > 0; left -= atOnce {
		n := int(min(atOnce, left))
		table := make([][]cell, len(columns))
		for c, column := range columns {
			cells, err := column.rows(rows, n)
			if err != nil {
				return fmt.Errorf("column %s, from row %d: %w", column.Name, *done, err)
			}
			table[c] = cells
		}
		for i := range n {
			row := make([]cell, len(columns))
			for c := range columns {
				row[c] = table[c][i]
			}
			sum, err := rowDigest(row)
			if err != nil {
				return err
			}
			if err := lines.Encode(shardRow{index, *done, hex.EncodeToString(sum[:])}); err != nil {
				return err
			}
			*done++
		}
	}
	return nil
}
