package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"strings"
)

// jsonLines writes rows as JSON Lines: one object for each, its keys the columns
// in their order, null where a cell is null.
type jsonLines struct {
	out     *bufio.Writer
	columns []Column
}

func newJSONLines(disk *disk, columns []Column) *jsonLines {
	return &jsonLines{bufio.NewWriterSize(disk, 1<<16), columns}
}

func (*jsonLines) groupBytes() int64 { return math.MaxInt64 }
func (*jsonLines) startGroup() error { return nil }
func (*jsonLines) release()          {}
func (l *jsonLines) close() error    { return l.out.Flush() }

func (l *jsonLines) append(row []cell) error {
	if err := writeObject(l.out, l.columns, row); err != nil {
		return err
	}
	return l.out.WriteByte('\n')
}

func writeObject(w *bufio.Writer, columns []Column, row []cell) error {
	for i, c := range columns {
		w.WriteByte("{,"[min(i, 1)])
		name, err := compactJSON(c.Name)
		if err != nil {
			return err
		}
		w.Write(name)
		w.WriteByte(':')
		if err := writeValue(w, c, row[i]); err != nil {
			return err
		}
	}
	return w.WriteByte('}')
}

func writeValue(w *bufio.Writer, c Column, value cell) error {
	list, ok := value.(items)
	if !ok {
		text, err := compactJSON(value)
		w.Write(text)
		return err
	}
	w.WriteByte('[')
	for i, item := range list {
		if i > 0 {
			w.WriteByte(',')
		}
		if err := writeObject(w, c.Fields, item); err != nil {
			return err
		}
	}
	return w.WriteByte(']')
}

func isJSONL(path string) bool { return strings.HasSuffix(path, ".jsonl") }

// jsonCells reads the rows of a file of JSON Lines. Every line must be an object
// of exactly these columns, in their order.
func jsonCells(path string, columns []Column) iter.Seq2[[]cell, error] {
	return func(yield func([]cell, error) bool) {
		file, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer file.Close()
		lines := bufio.NewReaderSize(file, 1<<16)
		for n := 1; ; n++ {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF && len(line) == 0 {
				return
			}
			var row []cell
			if err == nil {
				row, err = readLine(line, columns)
			}
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w", n, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func readLine(line []byte, columns []Column) ([]cell, error) {
	tokens := json.NewDecoder(bytes.NewReader(line))
	tokens.UseNumber()
	row, err := readObject(tokens, columns)
	if err != nil {
		return nil, err
	}
	if _, err := tokens.Token(); err != io.EOF {
		return nil, errors.New("goes on behind the object")
	}
	return row, nil
}

func readObject(tokens *json.Decoder, columns []Column) ([]cell, error) {
	if err := expectToken(tokens, json.Delim('{')); err != nil {
		return nil, err
	}
	row := make([]cell, len(columns))
	for i, c := range columns {
		if err := expectToken(tokens, c.Name); err != nil {
			return nil, err
		}
		var err error
		if row[i], err = readValue(tokens, c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return row, expectToken(tokens, json.Delim('}'))
}

func expectToken(tokens *json.Decoder, want json.Token) error {
	got, err := tokens.Token()
	if err == nil && got != want {
		err = fmt.Errorf("holds %v where %v belongs", got, want)
	}
	return err
}

func readValue(tokens *json.Decoder, c Column) (cell, error) {
	token, err := tokens.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case nil:
		if c.Nullable {
			return nil, nil
		}
	case string:
		if c.Type == textType {
			return v, nil
		}
	case bool:
		if c.Type == booleanType {
			return v, nil
		}
	case json.Number:
		switch c.Type {
		case integerType:
			return v.Int64()
		case numberType:
			return v.Float64()
		}
	case json.Delim:
		if c.Type == listType && v == '[' {
			return readItems(tokens, c.Fields)
		}
	}
	return nil, fmt.Errorf("%v is no %s", token, c.Type)
}

func readItems(tokens *json.Decoder, fields []Column) (cell, error) {
	all := items{}
	for tokens.More() {
		item, err := readObject(tokens, fields)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, expectToken(tokens, json.Delim(']'))
}
