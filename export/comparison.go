package export

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
)

// comparison holds the lines of a second reader against what a manifest and,
// where there is one, a database say of the shard.
type comparison struct {
	shard    Shard
	columns  []Column
	expected *expectedRows
	sum      hash.Hash // of the row digests of the current group
	row      int       // the next one
	inGroup  int       // rows of the current group that were read
	groups   int       // that were finished
	found    []Problem
	unnamed  int // problems of rows beyond those that are named
}

// group is the row group being read.
func (c *comparison) group() int {
	if c.groups < len(c.shard.RowGroups) {
		return c.groups
	}
	return -1
}

// problems are what was found, many wrong rows summed up.
func (c *comparison) problems() []Problem {
	if c.unnamed > 0 {
		return append(c.found, Problem{c.shard.Path, -1, -1, fmt.Sprintf("%d more rows are not those of the selection", c.unnamed)})
	}
	return c.found
}

func (c *comparison) wrong(group, row int, detail string, args ...any) {
	c.found = append(c.found, Problem{c.shard.Path, group, row, fmt.Sprintf(detail, args...)})
}

// read reads the lines to their end. An error says that they broke off, or are
// none.
func (c *comparison) read(lines *json.Decoder) error {
	var head shardHead
	if err := lines.Decode(&head); err != nil {
		return fmt.Errorf("no head: %w", err)
	}
	c.checkHead(head)
	for {
		var line struct {
			shardRow
			Done bool `json:"done"`
		}
		if err := lines.Decode(&line); err != nil {
			return fmt.Errorf("after row %d: %w", c.row-1, err)
		}
		if line.Done {
			return c.finish()
		}
		if err := c.add(line.shardRow); err != nil {
			return err
		}
	}
}

// readRows reads the rows of a file that has no head and one group.
func (c *comparison) readRows(rows iter.Seq2[[]cell, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		sum, err := rowDigest(row)
		if err != nil {
			return err
		}
		if err := c.add(shardRow{0, c.row, hexDigest(sum)}); err != nil {
			return err
		}
	}
	return c.finish()
}

func (c *comparison) checkHead(head shardHead) {
	if !sameColumns(head.Columns, c.columns) {
		c.wrong(-1, -1, "has the columns %v, not %v", names(head.Columns), names(c.columns))
	}
	if head.Rows != int64(c.shard.Rows) {
		c.wrong(-1, -1, "has %d rows, not %d", head.Rows, c.shard.Rows)
	}
	if len(head.Groups) != len(c.shard.RowGroups) {
		c.wrong(-1, -1, "has %d row groups, not %d", len(head.Groups), len(c.shard.RowGroups))
		return
	}
	for i, rows := range head.Groups {
		if rows != int64(c.shard.RowGroups[i].Rows) {
			c.wrong(i, -1, "has %d rows, not %d", rows, c.shard.RowGroups[i].Rows)
		}
	}
}

func names(columns []Column) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.Name+" "+c.sql())
	}
	return all
}

// namedProblems is how many wrong rows of a shard are named one by one.
const namedProblems = 20

func (c *comparison) add(line shardRow) error {
	sum, err := hex.DecodeString(line.SHA256)
	if err != nil || line.Row != c.row {
		return errors.New("a line is not that of the next row")
	}
	if line.Group != c.groups {
		c.endGroup()
		c.groups = line.Group
	}
	if c.expected != nil {
		c.compareRow(line)
	}
	c.sum.Write(sum)
	c.inGroup++
	c.row++
	return nil
}

// compareRow compares a row with the one that the database expects in its place.
func (c *comparison) compareRow(line shardRow) {
	want, sample, ok := c.expected.next()
	switch {
	case ok && hexDigest(want) == line.SHA256:
		return
	case len(c.found) >= namedProblems:
		c.unnamed++
	case ok:
		c.wrong(line.Group, line.Row, "is not what sample %d says in the database", sample)
	default:
		c.wrong(line.Group, line.Row, "has no sample in the selection")
	}
}

// nextGroup goes on to the group behind one that was read to its end, where no row
// comes to do so.
func (c *comparison) nextGroup() {
	if g := c.group(); g >= 0 && c.inGroup == c.shard.RowGroups[g].Rows {
		c.endGroup()
		c.groups++
	}
}

func (c *comparison) endGroup() {
	if c.groups < len(c.shard.RowGroups) && c.shard.RowGroups[c.groups].Digest != hex.EncodeToString(c.sum.Sum(nil)) {
		c.wrong(c.groups, -1, "holds other rows than the manifest says")
	}
	c.sum.Reset()
	c.inGroup = 0
}

func (c *comparison) finish() error {
	if c.inGroup > 0 {
		c.endGroup()
	}
	if c.row != c.shard.Rows {
		c.wrong(-1, -1, "the second reader found %d rows, not %d", c.row, c.shard.Rows)
	}
	return nil
}
