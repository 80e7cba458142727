package export

import (
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
)

// Column is one column of a shard, or one field of the items of a list.
type Column struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"` // text, integer, number, boolean or list
	Nullable bool     `json:"nullable"`
	Fields   []Column `json:"fields,omitempty"` // of each item of a list
	Meaning  string   `json:"-"`

	few bool // few values that come back in many rows: worth a dictionary
}

// The column types: UTF-8 text, a signed 64-bit integer, a 64-bit float, a truth
// value, and a list of structs.
const (
	textType    = "text"
	integerType = "integer"
	numberType  = "number"
	booleanType = "boolean"
	listType    = "list"
)

// cell is one value of a row: a string, an int64, a float64, a bool, an items, or
// nil for null.
type cell any

// items is the value of a list: a cell for each field of each item.
type items [][]cell

func text(name, meaning string) Column { return Column{Name: name, Type: textType, Meaning: meaning} }
func integer(name, meaning string) Column {
	return Column{Name: name, Type: integerType, Meaning: meaning}
}
func number(name, meaning string) Column {
	return Column{Name: name, Type: numberType, Meaning: meaning}
}
func boolean(name, meaning string) Column {
	return Column{Name: name, Type: booleanType, Meaning: meaning}
}

// listOf is a column of lists. Lists and the fields of their items are nullable in
// every shard, whether or not they are ever null: writers and readers disagree
// about nested values that cannot be.
func listOf(name, meaning string, fields ...Column) Column {
	c := Column{Name: name, Type: listType, Nullable: true, Meaning: meaning}
	for _, f := range fields {
		f.Nullable = true
		c.Fields = append(c.Fields, f)
	}
	return c
}

// orNull is the column with nulls.
func (c Column) orNull() Column {
	c.Nullable = true
	return c
}

// ofFew is the column of values that come back in many rows.
func (c Column) ofFew() Column {
	c.few = true
	return c
}

// Arrow is the Arrow type of the column, as Arrow itself writes it.
func (c Column) Arrow() string { return arrowType(c).String() }

// sql is the type in the notation of SQL engines, for people.
func (c Column) sql() string {
	if c.Type != listType {
		return c.Type
	}
	var fields []string
	for _, f := range c.Fields {
		fields = append(fields, f.Name+": "+f.sql())
	}
	return "list<struct<" + strings.Join(fields, ", ") + ">>"
}

func arrowSchema(columns []Column) *arrow.Schema { return arrow.NewSchema(arrowFields(columns), nil) }

func arrowFields(columns []Column) []arrow.Field {
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrowType(c), Nullable: c.Nullable})
	}
	return fields
}

func arrowType(c Column) arrow.DataType {
	switch c.Type {
	case integerType:
		return arrow.PrimitiveTypes.Int64
	case numberType:
		return arrow.PrimitiveTypes.Float64
	case booleanType:
		return arrow.FixedWidthTypes.Boolean
	case listType:
		return arrow.ListOf(arrow.StructOf(arrowFields(c.Fields)...))
	default:
		return arrow.BinaryTypes.String
	}
}

// dictionaries lists the paths of the leaves, as Parquet spells them, that are
// worth a dictionary.
func dictionaries(columns []Column, below string) []string {
	var all []string
	for _, c := range columns {
		switch {
		case c.Type == listType:
			all = append(all, dictionaries(c.Fields, below+c.Name+".list.element.")...)
		case c.few:
			all = append(all, below+c.Name)
		}
	}
	return all
}

func sameColumns(a, b []Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type || a[i].Nullable != b[i].Nullable || !sameColumns(a[i].Fields, b[i].Fields) {
			return false
		}
	}
	return true
}
