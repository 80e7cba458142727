package export

import (
	"errors"
	"fmt"

	"github.com/xitongsys/parquet-go/parquet"
	"github.com/xitongsys/parquet-go/reader"
	"github.com/xitongsys/parquet-go/schema"
)

// secondColumn is a column as the second implementation finds it in a file, with
// the levels at which its values are there: a leaf has a value where the level is
// present; a list is there from present on, and holds items from present+1 on.
type secondColumn struct {
	Column
	present int32
	item    int32 // of a list: where an item is there, and not null
	repeat  int32 // of a list: the repetition level of its second and later items
	below   []*secondColumn
	path    string // of a leaf, in the reader's own spelling
	values  []any
	repeats []int32
	levels  []int32
	next    int
}

// secondColumns derives the columns from the schema of the file alone.
func secondColumns(handler *schema.SchemaHandler) ([]*secondColumn, error) {
	w := schemaWalk{handler: handler, next: 1}
	all, err := w.columns(handler.SchemaElements[0].GetNumChildren(), 0, 0)
	if err == nil && w.next != len(handler.SchemaElements) {
		err = errors.New("the schema goes on behind its root")
	}
	return all, err
}

// schemaWalk goes through the elements of a schema, which come depth first.
type schemaWalk struct {
	handler *schema.SchemaHandler
	next    int
}

func (w *schemaWalk) element() (*parquet.SchemaElement, string, error) {
	if w.next >= len(w.handler.SchemaElements) {
		return nil, "", errors.New("the schema ends too early")
	}
	e, name := w.handler.SchemaElements[w.next], w.handler.Infos[w.next].ExName
	w.next++
	return e, name, nil
}

func (w *schemaWalk) columns(n, level, repeat int32) ([]*secondColumn, error) {
	var all []*secondColumn
	for range n {
		c, err := w.column(level, repeat)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// column reads one column below a group that is there at level.
func (w *schemaWalk) column(level, repeat int32) (*secondColumn, error) {
	index := int32(w.next)
	e, name, err := w.element()
	if err != nil {
		return nil, err
	}
	c := &secondColumn{Column: Column{Name: name}, present: level, path: w.handler.IndexMap[index]}
	switch e.GetRepetitionType() {
	case parquet.FieldRepetitionType_OPTIONAL:
		c.Nullable, c.present = true, level+1
	case parquet.FieldRepetitionType_REPEATED:
		return nil, fmt.Errorf("column %s repeats outside a list", name)
	}
	switch {
	case e.GetNumChildren() > 0 && e.GetConvertedType() == parquet.ConvertedType_LIST:
		return c, w.list(c, repeat)
	case e.GetNumChildren() == 0 && e.GetType() == parquet.Type_INT64:
		c.Type = integerType
	case e.GetNumChildren() == 0 && e.GetType() == parquet.Type_DOUBLE:
		c.Type = numberType
	case e.GetNumChildren() == 0 && e.GetType() == parquet.Type_BOOLEAN:
		c.Type = booleanType
	case e.GetNumChildren() == 0 && e.GetType() == parquet.Type_BYTE_ARRAY && e.GetConvertedType() == parquet.ConvertedType_UTF8:
		c.Type = textType
	default:
		return nil, fmt.Errorf("column %s has a type that no format has", name)
	}
	return c, nil
}

// list reads the two groups inside a list: the repeated one and the item.
func (w *schemaWalk) list(c *secondColumn, repeat int32) error {
	repeated, _, err := w.element()
	if err != nil {
		return err
	}
	item, _, err := w.element()
	if err != nil {
		return err
	}
	if repeated.GetRepetitionType() != parquet.FieldRepetitionType_REPEATED || repeated.GetNumChildren() != 1 || item.GetNumChildren() == 0 {
		return fmt.Errorf("column %s is no list of structs", c.Name)
	}
	c.Type, c.repeat, c.item = listType, repeat+1, c.present+1
	if item.GetRepetitionType() == parquet.FieldRepetitionType_OPTIONAL {
		c.item++
	}
	c.below, err = w.columns(item.GetNumChildren(), c.item, c.repeat)
	for _, f := range c.below {
		c.Fields = append(c.Fields, f.Column)
	}
	return err
}

// rows reads the next n rows of the column.
func (c *secondColumn) rows(file *reader.ParquetReader, n int) ([]cell, error) {
	if err := c.load(file, n); err != nil {
		return nil, err
	}
	cells := make([]cell, n)
	for i := range cells {
		var err error
		if cells[i], err = c.value(); err != nil {
			return nil, err
		}
	}
	return cells, c.spent()
}

// load reads the leaves of the next n rows.
func (c *secondColumn) load(file *reader.ParquetReader, n int) (err error) {
	for _, f := range c.below {
		if err := f.load(file, n); err != nil {
			return err
		}
	}
	if c.Type == listType {
		return nil
	}
	c.next = 0
	c.values, c.repeats, c.levels, err = file.ReadColumnByPath(c.path, int64(n))
	if err == nil && (len(c.values) != len(c.levels) || len(c.repeats) != len(c.levels)) {
		err = errors.New("holds values without levels")
	}
	return err
}

// value puts the next value together from the leaves.
func (c *secondColumn) value() (cell, error) {
	level, _, ok := c.peek()
	if !ok {
		return nil, fmt.Errorf("%s ends too early", c.Name)
	}
	if c.Type != listType {
		c.next++
		if level < c.present {
			return nil, nil
		}
		return c.values[c.next-1], nil
	}
	if level <= c.present { // null or empty: one entry in every leaf says so
		if err := c.skip(level); err != nil {
			return nil, err
		}
		if level < c.present {
			return nil, nil
		}
		return items{}, nil
	}
	return c.items()
}

// items puts a list together that has items: its leaves go on with the next item
// for as long as they say that this list repeats.
func (c *secondColumn) items() (cell, error) {
	all := items{}
	for {
		if level, _, _ := c.peek(); level < c.item {
			return nil, fmt.Errorf("an item of %s is null", c.Name)
		}
		item := make([]cell, len(c.below))
		for i, f := range c.below {
			var err error
			if item[i], err = f.value(); err != nil {
				return nil, err
			}
		}
		all = append(all, item)
		more, err := c.repeatsAgain()
		if err != nil || !more {
			return all, err
		}
	}
}

// repeatsAgain says whether the next entry belongs to another item of this list, as
// every leaf must.
func (c *secondColumn) repeatsAgain() (bool, error) {
	var again bool
	for i, f := range c.below {
		_, repeat, ok := f.peek()
		if ok && repeat > c.repeat {
			return false, fmt.Errorf("%s repeats where it cannot", f.Name)
		}
		more := ok && repeat == c.repeat
		if i > 0 && more != again {
			return false, fmt.Errorf("the fields of %s are not nested alike", c.Name)
		}
		again = more
	}
	return again, nil
}

// peek is the levels of the next entry of the first leaf.
func (c *secondColumn) peek() (level, repeat int32, ok bool) {
	for c.Type == listType {
		c = c.below[0]
	}
	if c.next >= len(c.levels) {
		return 0, 0, false
	}
	return c.levels[c.next], c.repeats[c.next], true
}

// skip goes over the entry that stands for no item in every leaf.
func (c *secondColumn) skip(level int32) error {
	for _, f := range c.below {
		if found, _, ok := f.peek(); !ok || found != level {
			return fmt.Errorf("the fields of %s are not nested alike", c.Name)
		}
		if f.Type != listType {
			f.next++
		} else if err := f.skip(level); err != nil {
			return err
		}
	}
	return nil
}

// spent says that entries are left over, if so.
func (c *secondColumn) spent() error {
	for _, f := range c.below {
		if err := f.spent(); err != nil {
			return err
		}
	}
	if c.next < len(c.levels) {
		return fmt.Errorf("%s holds values of no row", c.Name)
	}
	return nil
}
