package export

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/xitongsys/parquet-go-source/local"
	"github.com/xitongsys/parquet-go/common"
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

func printShard(rows *reader.ParquetReader, w io.Writer) error {
	columns, err := leafColumns(rows)
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
		if err := printGroup(rows, columns, i, g, &done, lines); err != nil {
			return fmt.Errorf("row group %d: %w", i, err)
		}
	}
	return lines.Encode(shardEnd{true, done})
}

// bytesAtOnce bounds the values that are decoded together.
const bytesAtOnce = 8 << 20

func printGroup(rows *reader.ParquetReader, columns []leafColumn, index int, g *parquet.RowGroup, done *int, lines *json.Encoder) error {
	atOnce := int64(rowsAtOnce)
	if g.NumRows > 0 {
		atOnce = max(1, min(atOnce, bytesAtOnce/max(1, g.TotalByteSize/g.NumRows)))
	}
	for left := g.NumRows; left > 0; left -= atOnce {
		n := int(min(atOnce, left))
		table := make([][]cell, len(columns))
		for c, column := range columns {
			cells, err := column.read(rows, n)
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

// leafColumn is a column with the leaves that hold its values.
type leafColumn struct {
	Column
	leaves []leaf
}

type leaf struct {
	path   string // in the reader's own spelling
	maxDef int32
}

// leafColumns derives the columns from the schema of the file alone.
func leafColumns(rows *reader.ParquetReader) ([]leafColumn, error) {
	var all []leafColumn
	handler := rows.SchemaHandler
	for _, path := range handler.ValueColumns {
		index, names := handler.MapIndex[path], common.StrToPath(handler.InPathToExPath[path])
		maxDef, err := handler.MaxDefinitionLevel(common.StrToPath(path))
		if err != nil {
			return nil, err
		}
		column := leafColumn{leaves: []leaf{{path, maxDef}}}
		column.Name = names[1]
		switch element := handler.SchemaElements[index]; {
		case len(names) == 2 && element.GetType() == parquet.Type_INT64:
			column.Type = integerType
		case len(names) == 2 && element.GetType() == parquet.Type_BYTE_ARRAY && element.GetConvertedType() == parquet.ConvertedType_UTF8:
			column.Type = textType
		case slices.Equal(names[2:], []string{"list", "element", "role"}) && maxDef == 4:
			column.Type = messagesType
		case slices.Equal(names[2:], []string{"list", "element", "content"}) && maxDef == 4 && len(all) > 0 && all[len(all)-1].Name == names[1]:
			all[len(all)-1].leaves = append(all[len(all)-1].leaves, column.leaves...)
			continue
		default:
			return nil, fmt.Errorf("column %v has a type that no format has", names[1:])
		}
		column.Nullable = maxDef > 0
		all = append(all, column)
	}
	return all, nil
}

// read reads the next n rows of the column.
func (c leafColumn) read(rows *reader.ParquetReader, n int) ([]cell, error) {
	if c.Type == messagesType {
		return c.readMessages(rows, n)
	}
	values, _, defs, err := rows.ReadColumnByPath(c.leaves[0].path, int64(n))
	if err != nil {
		return nil, err
	}
	if len(values) != n || len(defs) != n {
		return nil, fmt.Errorf("holds %d values for %d rows", len(values), n)
	}
	cells := make([]cell, n)
	for i, v := range values {
		if defs[i] == c.leaves[0].maxDef {
			cells[i] = v
		}
	}
	return cells, nil
}

// readMessages joins the leaves role and content back into conversations. The
// levels of the two are the same: 0 is a null list, 1 an empty one, 4 a value.
func (c leafColumn) readMessages(rows *reader.ParquetReader, n int) ([]cell, error) {
	if len(c.leaves) != 2 {
		return nil, errors.New("has no content beside role")
	}
	roles, repeats, defs, err := rows.ReadColumnByPath(c.leaves[0].path, int64(n))
	if err != nil {
		return nil, err
	}
	contents, otherRepeats, otherDefs, err := rows.ReadColumnByPath(c.leaves[1].path, int64(n))
	if err != nil {
		return nil, err
	}
	if !slices.Equal(repeats, otherRepeats) || !slices.Equal(defs, otherDefs) {
		return nil, errors.New("role and content are not nested alike")
	}
	var cells []cell
	for i, def := range defs {
		if repeats[i] == 0 {
			cells = append(cells, nil)
		}
		last := len(cells) - 1
		switch {
		case last < 0 || def != 0 && def != 1 && def != c.leaves[0].maxDef:
			return nil, errors.New("a turn is null or has no row")
		case def == 1:
			cells[last] = []Message{}
		case def == c.leaves[0].maxDef:
			turns, _ := cells[last].([]Message)
			role, _ := roles[i].(string)
			content, _ := contents[i].(string)
			cells[last] = append(turns, Message{role, content})
		}
	}
	if len(cells) != n {
		return nil, fmt.Errorf("holds %d conversations for %d rows", len(cells), n)
	}
	return cells, nil
}
