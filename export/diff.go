package export

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// The ways in which a row can differ between two exports.
const (
	Added   = "added"   // only the second has it
	Removed = "removed" // only the first has it
	Changed = "changed" // both have its sample, and the row says something else
	Resplit = "moved"   // it is in another split
)

// ErrIncomparable says that the rows of two exports have nothing in common to
// match them by.
var ErrIncomparable = errors.New("nothing in their rows can be compared")

// RowChange is one row that differs between two exports.
type RowChange struct {
	Change string          `json:"change"`
	TaskID string          `json:"task"`             // empty when nothing tells
	Key    string          `json:"sample_key"`       // content address of the sample; empty when nothing tells
	Sample schema.SampleID `json:"sample,omitempty"` // in the database that was asked
	Split  string          `json:"split"`
	Shard  string          `json:"shard"`
	Row    int             `json:"row"` // of the shard: of the second export, or for a removed row of the first
	Reason string          `json:"reason"`
	Detail string          `json:"detail,omitempty"` // what a policy said of this sample
}

// OptionChange is a fact of the exports as a whole that differs, as JSON.
type OptionChange struct {
	Change string `json:"change"` // always option
	Name   string `json:"name"`
	A      string `json:"a"`
	B      string `json:"b"`
}

// Difference sums up what [Diff] found.
type Difference struct {
	A, B      string // the exports, by their hashes
	ByKey     bool   // rows were matched by their samples, else by what they say
	Compared  []string
	Options   []OptionChange
	Same      int
	Rows      map[string]int // by change
	Reordered bool           // rows that both have are in another order
}

// Differs says whether anything does.
func (d Difference) Differs() bool { return len(d.Options) > 0 || len(d.Rows) > 0 || d.Reordered }

// Diff compares the rows of two exports, each named by its directory or manifest,
// and calls each for every row that differs: first those of b in their order, then
// those that only a has. Rows are matched by their sample where both exports name
// it, in lineage columns, in the config lineage, or in the rows that db recorded;
// else by what they say, and then none is changed. With db, which may be nil, the
// reason says why the other export has not the row. Keys are held in memory, texts
// are not.
//
// The error wraps [ErrIncomparable] when the two have neither samples nor columns
// in common.
func Diff(ctx context.Context, a, b string, db *schema.DB, each func(RowChange) error) (Difference, error) {
	d := differ{db: db, each: each, held: map[digest]int32{}, origins: map[origin]int32{}}
	for i, path := range []string{a, b} {
		var err error
		if d.sides[i].side, err = openSide(ctx, path, db); err != nil {
			return Difference{}, fmt.Errorf("compare exports: %w", err)
		}
	}
	if err := d.run(ctx); err != nil {
		return d.found, fmt.Errorf("compare exports %s and %s: %w", a, b, err)
	}
	return d.found, nil
}

// differ compares two exports.
type differ struct {
	db      *schema.DB
	each    func(RowChange) error
	sides   [2]counted
	view    view
	held    map[digest]int32 // the rows of the first, by key
	rows    []heldRow
	origins map[origin]int32
	places  []origin
	waiting []absent
	last    [3]int32 // row of the first export that was matched last, in each split
	found   Difference
}

// counted is a side with what its options and its selection did.
type counted struct {
	side
	perTask  map[string]int // rows, to see caps
	selected map[schema.SampleID]bool
	at       int64 // when the selection was frozen; 0 when it is not recorded
	recorded bool
}

// heldRow is a row of the first export.
type heldRow struct {
	key    digest
	values string // a mark for each value in view
	row    int32  // of the whole export
	from   int32
	next   int32 // with the same key; 0 is none
	tail   int32 // of those, at the first
	split  split
	taken  bool
}

// absent is a row that only one export has, waiting for its reason.
type absent struct {
	RowChange
	from  origin
	other int
}

func (d *differ) run(ctx context.Context) error {
	a, b := d.sides[0].side, d.sides[1].side
	if (a.format.unit == byTrace) != (b.format.unit == byTrace) {
		return fmt.Errorf("format %s and format %s: %w", a.format.name, b.format.name, ErrIncomparable)
	}
	byKey := a.keys != nowhere && b.keys != nowhere
	d.view = common(a, b, !byKey)
	if !byKey && len(d.view.names) == 0 {
		return fmt.Errorf("format %s and format %s: %w", a.format.name, b.format.name, ErrIncomparable)
	}
	d.found = Difference{A: a.manifest.SHA256, B: b.manifest.SHA256, ByKey: byKey, Compared: d.view.names, Rows: map[string]int{}}
	var err error
	if d.found.Options, err = compareOptions(a.manifest, b.manifest); err != nil {
		return err
	}
	for i := range d.sides {
		if err := d.sides[i].readRecord(ctx, d.db); err != nil {
			return err
		}
	}
	for row, err := range a.rows(ctx) {
		if err == nil {
			err = d.hold(row)
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(d.match(ctx), d.tellRemoved(ctx))
}

// readRecord reads what a database recorded of the selection of an export.
func (c *counted) readRecord(ctx context.Context, db *schema.DB) error {
	c.perTask = map[string]int{}
	if db == nil {
		return nil
	}
	var recorded int
	err := db.QueryRow(ctx, `SELECT count(*), coalesce(max(created_us), 0) FROM selection WHERE sha256 = ?`, c.manifest.Selection.SHA256).
		Scan(&recorded, &c.at)
	if err != nil || recorded == 0 {
		return err
	}
	s, err := frozen(ctx, db, c.manifest.Selection)
	c.recorded, c.selected = true, s.sides()
	return err
}

// keyOf is what a row of a side is matched by: its sample, or all that it says.
func (d *differ) keyOf(row sideRow, values string) (digest, error) {
	if d.found.ByKey {
		return keyDigest(row.key)
	}
	return sha256.Sum256([]byte(values)), nil
}

// hold takes a row of the first export into memory.
func (d *differ) hold(row sideRow) error {
	values, err := d.view.marks(0, row.cells)
	if err != nil {
		return err
	}
	key, err := d.keyOf(row, values)
	if err != nil {
		return err
	}
	d.sides[0].perTask[row.from.task]++
	held := heldRow{key: key, values: values, from: d.place(row.from), split: row.split}
	if !d.found.ByKey {
		held.values = ""
	}
	n := int32(len(d.rows))
	held.row, held.tail = n, n
	d.rows = append(d.rows, held)
	if head, same := d.held[key]; same {
		d.rows[d.rows[head].tail].next, d.rows[head].tail = n, n
	} else {
		d.held[key] = n
	}
	return nil
}

// place keeps one copy of each origin.
func (d *differ) place(from origin) int32 {
	n, known := d.origins[from]
	if !known {
		n = int32(len(d.places))
		d.origins[from] = n
		d.places = append(d.places, from)
	}
	return n
}

// match goes through the rows of the second export.
func (d *differ) match(ctx context.Context) error {
	for row, err := range d.sides[1].rows(ctx) {
		if err != nil {
			return err
		}
		values, err := d.view.marks(1, row.cells)
		if err != nil {
			return err
		}
		key, err := d.keyOf(row, values)
		if err != nil {
			return err
		}
		d.sides[1].perTask[row.from.task]++
		change := RowChange{TaskID: row.from.task, Key: row.key, Split: row.split.String(), Shard: row.path, Row: row.row}
		held := d.take(key)
		if held == nil {
			change.Change = Added
			err = d.wait(ctx, absent{change, row.from, 0})
		} else {
			d.follow(held, row)
			err = d.compare(held, values, row, change)
		}
		if err != nil {
			return err
		}
	}
	return d.tellWaiting(ctx)
}

// take finds the first row of the first export with a key that none has matched.
func (d *differ) take(key digest) *heldRow {
	n, known := d.held[key]
	if !known {
		return nil
	}
	held := &d.rows[n]
	held.taken = true
	if held.next > 0 {
		d.held[key], d.rows[held.next].tail = held.next, held.tail
	} else {
		delete(d.held, key)
	}
	return held
}

// follow sees whether rows of one split that both have are in one order.
func (d *differ) follow(held *heldRow, row sideRow) {
	if held.split == row.split {
		d.found.Reordered = d.found.Reordered || held.row < d.last[row.split]
		d.last[row.split] = held.row
	}
}

func (d *differ) compare(held *heldRow, values string, row sideRow, change RowChange) error {
	var differing []string
	if d.found.ByKey {
		differing = d.view.differing(held.values, values)
	}
	switch {
	case len(differing) > 0:
		change.Change, change.Reason = Changed, "another "+strings.Join(differing, ", ")
	case held.split != row.split:
		change.Change, change.Reason = Resplit, "from the "+held.split.String()+" split to "+row.split.String()
	default:
		d.found.Same++
		return nil
	}
	return d.tell(change)
}

func (d *differ) tell(c RowChange) error {
	d.found.Rows[c.Change]++
	return d.each(c)
}

// wait keeps a row until there are enough to ask the database about together.
func (d *differ) wait(ctx context.Context, row absent) error {
	d.waiting = append(d.waiting, row)
	if len(d.waiting) < factsPerStatement {
		return nil
	}
	return d.tellWaiting(ctx)
}

// tellRemoved tells of the rows that only the first export has.
func (d *differ) tellRemoved(ctx context.Context) error {
	n := 0
	for _, shard := range d.sides[0].manifest.Shards {
		for row := range shard.Rows {
			held := d.rows[n]
			n++
			if held.taken {
				continue
			}
			from := d.places[held.from]
			change := RowChange{Change: Removed, TaskID: from.task, Split: held.split.String(), Shard: shard.Path, Row: row}
			if d.found.ByKey {
				change.Key = hexDigest(held.key)
			}
			if err := d.wait(ctx, absent{change, from, 1}); err != nil {
				return err
			}
		}
	}
	return d.tellWaiting(ctx)
}

// tellWaiting finds the reasons of the rows that wait, and tells of them.
func (d *differ) tellWaiting(ctx context.Context) error {
	rows := d.waiting
	d.waiting = nil
	if len(rows) == 0 {
		return nil
	}
	other := &d.sides[rows[0].other]
	known, whys, err := d.ask(ctx, other, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Sample = known[row.Key]
		if row.Reason = cmp.Or(other.cut(row), row.reason(other, known, whys)); row.Reason == whys[row.Sample].why {
			row.Detail = whys[row.Sample].detail
		}
		if err := d.tell(row.RowChange); err != nil {
			return err
		}
	}
	return nil
}

// ask finds the samples of rows in the database, and why the selection of the
// other export has not those that it has not.
func (d *differ) ask(ctx context.Context, other *counted, rows []absent) (map[string]schema.SampleID, map[schema.SampleID]reason, error) {
	known := map[string]schema.SampleID{}
	if d.db == nil || !d.found.ByKey || other.format.unit == byTrace {
		return known, nil, nil
	}
	var unselected []schema.SampleID
	for _, row := range rows {
		found, err := ids(ctx, d.db, `SELECT id FROM sample WHERE sha256 = ?`, row.Key)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 {
			continue
		}
		known[row.Key] = found[0]
		if _, selected := other.selected[found[0]]; !selected {
			unselected = append(unselected, found[0])
		}
	}
	q := question{Parameters: other.manifest.Selection.Parameters, At: other.at}
	whys, err := q.why(ctx, d.db, unselected)
	return known, whys, err
}

// cut says that the cap of an export left out a row. Where the selection is not
// recorded, the number of rows of the task is the evidence.
func (c *counted) cut(row absent) string {
	limit := c.manifest.Options.MaxPerTask
	if limit == 0 || row.TaskID == "" || c.perTask[row.TaskID] < limit || row.Sample == 0 && c.recorded {
		return ""
	}
	if dropped, selected := c.selected[row.Sample]; c.recorded && (!selected || dropped) {
		return ""
	}
	if why := row.from.outside(c.manifest.Selection.Parameters); why != "" {
		return ""
	}
	return fmt.Sprintf("the cap of %d rows a task", limit)
}

// outside says which parameter leaves out a row from here.
func (o origin) outside(parameters map[string]string) string {
	if !o.known {
		return ""
	}
	var run *string
	var iteration *int64
	if o.drawn {
		run = &o.run
	}
	if o.numbered {
		iteration = &o.iteration
	}
	return elsewhere(parameters, run, iteration, "")
}

// reason says why the other export has not the row.
func (row absent) reason(other *counted, known map[string]schema.SampleID, whys map[schema.SampleID]reason) string {
	if why := row.from.outside(other.manifest.Selection.Parameters); why != "" {
		return why
	}
	sample, found := known[row.Key]
	if !found {
		return ""
	}
	dropped, selected := other.selected[sample]
	switch {
	case dropped && other.format.unit == byPair:
		return "is the worse side of a pair there"
	case dropped:
		return "is of the worse side there, and says what another row says or is past the cap"
	case selected && other.format.unit == byPair:
		return "has no dropped sample to be paired with"
	case selected && other.format.unit == byRationale:
		return "its rationale says nothing"
	}
	return whys[sample].why
}

// compareOptions lists the facts of two exports as a whole that differ.
func compareOptions(a, b Manifest) ([]OptionChange, error) {
	left, err := overall(a)
	if err != nil {
		return nil, err
	}
	right, err := overall(b)
	var all []OptionChange
	for _, name := range slices.Sorted(maps.Keys(left)) {
		if left[name] != right[name] {
			all = append(all, OptionChange{"option", name, left[name], right[name]})
		}
		delete(right, name)
	}
	for _, name := range slices.Sorted(maps.Keys(right)) {
		all = append(all, OptionChange{"option", name, "", right[name]})
	}
	return all, err
}

// overall are the facts of an export as a whole, by name.
func overall(m Manifest) (map[string]string, error) {
	all := map[string]string{"select": m.Selection.Name, "query": "SHA-256 " + schema.Hash(m.Selection.Query)[:12], "database": m.Database.UUID}
	for name, value := range m.Selection.Parameters {
		all["parameter "+name] = value
	}
	text, err := canonicalJSON(m.Options)
	if err != nil {
		return nil, err
	}
	options, err := fields(text)
	maps.Copy(all, options)
	return all, err
}

// fields are the values of a JSON object, as JSON.
func fields(object []byte) (map[string]string, error) {
	var raw map[string]json.RawMessage
	err := json.Unmarshal(object, &raw)
	all := map[string]string{}
	for name, value := range raw {
		all[name] = string(value)
	}
	return all, err
}
