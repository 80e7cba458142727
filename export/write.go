package export

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"nextworkbench/schema"
)

// Options say what to export, how, and where to.
type Options struct {
	Select     string            // name of the selection query
	Parameters map[string]string // of the query; those not given take their defaults
	Out        string            // the directory to make

	Format        string   // one of [Formats]; empty is the first
	JSONL         bool     // write JSON Lines instead of Parquet
	Lineage       bool     // add the columns that say where a row comes from
	LineageConfig bool     // write those columns as a second config beside the rows
	Weight        bool     // add a column that weighs each task as much as any other
	Template      string   // take the prompts this template made for the tasks; empty takes the samples' own
	Proxy         Prompter // makes the prompts of the format proxy

	Order           string  // one of [Orders]; empty is that of the query, or a shuffle where there is a seed
	Shuffle         *int64  // seed of a shuffle
	ValidationShare float64 // of the problems of the train split that go into validation instead, up to 0.5
	ValidationSeed  int64   // which ones
	MaxPerTask      int     // rows of one task at most; 0 is no cap
	ShardRows       int     // rows of one shard at most; 0 is no limit
	ShardBytes      int64   // bytes of values in one shard at most, before encoding; 0 is 500 MB

	Allow  []string // guards to lift; see [Allowances]
	Force  bool     // move aside what Out holds
	DryRun bool     // check everything, write nothing
}

// Summary says what an export did.
type Summary struct {
	SHA256    string // of the export
	Selection string // SHA-256 of the selection
	Dir       string // where it lies, absolute
	Selected  int    // samples selected
	Dropped   int    // samples that the selection left out and the rows need
	Rows      int    // rows written, after the cap
	Shards    int
	Bytes     int64  // of the shards
	Existed   bool   // the same export was there already
	Replaced  string // where the former content of Dir was moved, if it was
	Lifted    []Lifted
}

// defaultShardBytes is the size of shard that the Hugging Face hub asks for.
const defaultShardBytes = 500_000_000

// Write freezes a selection and publishes it as a directory of Parquet shards with
// a manifest and a dataset card. It is whole or not there at all: the directory is
// made aside, recorded in the database together with its selection, then renamed
// to its place, and running again after a kill finishes whatever was missing.
// Progress counts rows.
//
// The error is a *[Refusal] when guards tripped: every one of them, since the rows
// are then read to their end without being written. It wraps [ErrOccupied] when Out
// holds something else and Force is not set.
func Write(ctx context.Context, db *schema.DB, o Options, progress func(done, total int)) (Summary, error) {
	o, f, err := o.complete()
	if err != nil {
		return Summary{}, err
	}
	selection, rows, guard, err := choose(ctx, db, o, f)
	if err != nil {
		return Summary{}, err
	}
	w := writer{db: db, options: o, format: f, selection: selection, guards: guard, counts: newCounts(), total: len(rows), progress: progress}
	if o.DryRun || guard.refusal() != nil {
		return w.inspect(ctx, rows)
	}
	st, err := newStage(o.Out)
	if err != nil {
		return Summary{}, fmt.Errorf("export to %s: %w", o.Out, err)
	}
	w.stage = st
	summary, err := w.export(ctx, rows)
	if err = errors.Join(err, st.remove()); err != nil {
		return Summary{}, fmt.Errorf("export to %s: %w", o.Out, err)
	}
	return summary, nil
}

// complete checks the options and fills in the defaults.
func (o Options) complete() (Options, format, error) {
	if o.Format == "" {
		o.Format = Formats()[0]
	}
	if o.ShardBytes == 0 {
		o.ShardBytes = defaultShardBytes
	}
	o.Allow = slices.Compact(slices.Sorted(slices.Values(o.Allow)))
	for _, name := range o.Allow {
		if !slices.Contains(Allowances(), name) {
			return o, format{}, fmt.Errorf("cannot allow %q: there are %v", name, Allowances())
		}
	}
	if o.MaxPerTask < 0 || o.ShardRows < 0 || o.ShardBytes < 0 {
		return o, format{}, errors.New("caps and shard sizes cannot be negative")
	}
	if o.Out == "" && !o.DryRun {
		return o, format{}, errors.New("no directory to export to")
	}
	if err := o.completeOrder(); err != nil {
		return o, format{}, err
	}
	f, err := o.format()
	if err == nil {
		err = o.checkPrompts(f)
	}
	return o, f, err
}

// checkPrompts refuses sources of prompts that the format does not show.
func (o Options) checkPrompts(f format) error {
	_, prompts := f.unit.needs()
	switch {
	case o.Template != "" && !prompts:
		return fmt.Errorf("format %s shows no prompt of a template", f.name)
	case f.unit == byRationale && o.Proxy == nil:
		return fmt.Errorf("format %s needs something that makes its prompts", f.name)
	}
	return nil
}

func (o Options) facts() ManifestOptions {
	allow := o.Allow
	if allow == nil {
		allow = []string{}
	}
	return ManifestOptions{Format: o.Format, JSONL: o.JSONL, LineageColumns: o.Lineage, LineageConfig: o.LineageConfig, Weight: o.Weight,
		Template: o.Template, Order: o.Order, Shuffle: o.Shuffle, ValidationShare: o.ValidationShare, ValidationSeed: o.ValidationSeed,
		MaxPerTask: o.MaxPerTask, ShardRows: o.ShardRows, ShardBytes: o.ShardBytes, Allow: allow}
}

// options are the options of an export that was written.
func (m ManifestOptions) options() Options {
	return Options{Format: m.Format, JSONL: m.JSONL, Lineage: m.LineageColumns, LineageConfig: m.LineageConfig, Weight: m.Weight,
		Template: m.Template, Order: m.Order, Shuffle: m.Shuffle, ValidationShare: m.ValidationShare, ValidationSeed: m.ValidationSeed,
		MaxPerTask: m.MaxPerTask, ShardRows: m.ShardRows, ShardBytes: m.ShardBytes, Allow: m.Allow}
}

// policyOf is the policy that a selection asked for.
func policyOf(parameters map[string]string) *string {
	if policy, ok := parameters["policy"]; ok {
		return &policy
	}
	return nil
}

// writer makes one export.
type writer struct {
	db        *schema.DB
	stage     *stage
	options   Options
	format    format
	selection selection
	tables    tableWriters
	counts    Counts
	guards    guards
	samples   [][]schema.SampleID // of each shard
	done      int
	total     int
	progress  func(done, total int)
}

// inspect reads the rows and writes none, for what their texts trip.
func (w *writer) inspect(ctx context.Context, rows []planned) (Summary, error) {
	s := Summary{Selection: w.selection.SHA256, Dropped: w.selection.dropped, Selected: len(w.selection.Samples) - w.selection.dropped, Rows: len(rows)}
	rows = slices.DeleteFunc(rows, func(p planned) bool { return !p.whole })
	read := w.options.reading(w.db, w.selection.Parameters, rows)
	inSplit := bySplit(rows)
	for of := range splits() {
		for c, err := range w.format.contents(ctx, read, inSplit[split(of)]) {
			if err != nil {
				return s, err
			}
			w.guards.admit(split(of), w.format, c, w.format.cells(c))
			w.counted(c)
		}
	}
	if err := w.guards.refusal(); err != nil {
		return s, err
	}
	var err error
	s.Lifted, err = w.guards.lifted.facts()
	return s, err
}

func (w *writer) export(ctx context.Context, rows []planned) (Summary, error) {
	if err := w.writeRows(ctx, rows); err != nil {
		return Summary{}, err
	}
	m, err := w.writeManifest(ctx)
	if err != nil {
		return Summary{}, err
	}
	return w.settle(ctx, m)
}

// writeRows writes the shards. The error is a *[Refusal] when guards tripped.
func (w *writer) writeRows(ctx context.Context, rows []planned) (err error) {
	if w.tables, err = newTableWriters(w.stage, w.options); err != nil {
		return err
	}
	defer w.tables.abandon()
	read := w.options.reading(w.db, w.selection.Parameters, rows)
	inSplit := bySplit(rows)
	for of := range splits() {
		if rows, ok := inSplit[split(of)]; ok {
			if err := w.writeSplit(ctx, split(of), read, rows); err != nil {
				return err
			}
		}
	}
	return w.guards.refusal()
}

// writeSplit writes the shards of one split, and names them once their number is
// known.
func (w *writer) writeSplit(ctx context.Context, of split, read reading, rows []planned) error {
	begin := func(t *tableWriter) error { return t.begin(of) }
	end := func(t *tableWriter) error { return t.end(of) }
	if err := w.tables.each(begin); err != nil {
		return err
	}
	var samples []schema.SampleID
	for r, err := range ahead(ctx, func(ctx context.Context) iter.Seq2[admitted, error] { return w.admitted(ctx, of, read, rows) }) {
		if err != nil {
			return err
		}
		c, row := r.content, r.row
		if w.tables.full(row, w.options) {
			if err := errors.Join(w.tables.each(end), w.tables.each(begin)); err != nil {
				return err
			}
			w.samples, samples = append(w.samples, samples), nil
		}
		if err := w.tables.append(c, row); err != nil {
			return fmt.Errorf("sample %d: %w", c.sample, err)
		}
		samples = append(samples, c.sample)
		w.counted(c)
	}
	w.samples = append(w.samples, samples)
	if err := w.tables.each(end); err != nil {
		return err
	}
	return w.tables.each(func(t *tableWriter) error { return t.nameShards(of) })
}

// admitted is a row that no guard of texts held back.
type admitted struct {
	content content
	row     []cell
}

func (w *writer) admitted(ctx context.Context, of split, read reading, rows []planned) iter.Seq2[admitted, error] {
	return func(yield func(admitted, error) bool) {
		for c, err := range w.format.contents(ctx, read, rows) {
			if err != nil {
				yield(admitted{}, err)
				return
			}
			row := w.format.cells(c)
			if w.guards.admit(of, w.format, c, row) && !yield(admitted{c, row}, nil) {
				return
			}
		}
	}
}

func (w *writer) counted(c content) {
	w.counts.add(c)
	w.done++
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
}

func (w *writer) writeManifest(ctx context.Context) (Manifest, error) {
	from, err := database(ctx, w.db)
	if err != nil {
		return Manifest{}, err
	}
	lifted, err := w.guards.lifted.facts()
	if err != nil {
		return Manifest{}, err
	}
	return w.writeFacts(from, lifted)
}

// writeFacts writes the manifest, and the files that are made of its facts alone.
func (w *writer) writeFacts(from ManifestDatabase, lifted []Lifted) (Manifest, error) {
	m := Manifest{
		Version:  manifestVersion,
		Database: from,
		Selection: Selected{Name: w.selection.Name, Query: w.selection.Query, Parameters: w.selection.Parameters,
			Samples: len(w.selection.Samples), Dropped: w.selection.dropped, SHA256: w.selection.SHA256},
		Options: w.options.facts(),
		Lifted:  lifted,
		Rows:    w.done,
		Counts:  w.counts,
	}
	tables := w.tables.written()
	if m.Table = tables[0]; len(tables) > 1 {
		m.Lineage = &tables[1]
	}
	if err := w.writeFiles(&m); err != nil {
		return m, err
	}
	if err := m.seal(); err != nil {
		return m, err
	}
	text, err := m.encode()
	if err != nil {
		return m, err
	}
	return m, w.stage.write(manifestName, text)
}

// writeFiles writes the files that say what the shards are, each in the words of
// those who read it.
func (w *writer) writeFiles(m *Manifest) error {
	readme, err := card(*m)
	if err != nil {
		return err
	}
	info, err := datasetInfo(*m)
	if err != nil {
		return err
	}
	metadata, err := croissant(*m)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{cardName, []byte(readme)}, {croissantName, metadata}, {datasetInfoName, info}} {
		if err := w.stage.write(f.name, f.text); err != nil {
			return err
		}
		m.Files = append(m.Files, File{Path: f.name, Bytes: int64(len(f.text)), SHA256: schema.Hash(string(f.text))})
	}
	return nil
}

// settle records the export and publishes it. The record comes first: a directory
// that can be seen is always in the database, and one that a kill kept from being
// seen is made again, to the byte, by the same command.
func (w *writer) settle(ctx context.Context, m Manifest) (Summary, error) {
	s := Summary{SHA256: m.SHA256, Selection: m.Selection.SHA256, Dir: w.stage.out, Dropped: m.Selection.Dropped,
		Selected: m.Selection.Samples - m.Selection.Dropped, Rows: m.Rows, Shards: len(m.Shards), Lifted: m.Lifted}
	for _, shard := range m.Shards {
		s.Bytes += shard.Bytes
	}
	found, err := w.stage.occupant()
	if err != nil {
		return s, err
	}
	if found == other && !w.options.Force {
		return s, ErrOccupied
	}
	if err := w.record(ctx, m); err != nil {
		return s, err
	}
	if found == same {
		s.Existed = true
		return s, nil
	}
	if err := ctx.Err(); err != nil {
		return s, err
	}
	if found == other {
		if s.Replaced, err = w.stage.moveAside(); err != nil {
			return s, err
		}
	}
	return s, w.stage.publish()
}

// record stores the selection and the export in one transaction: the shards of the
// rows, as those of the lineage hold no other samples.
func (w *writer) record(ctx context.Context, m Manifest) error {
	return w.db.Write(ctx, func(tx *schema.Tx) error {
		id, err := tx.Freeze(w.selection.Selection)
		if err != nil {
			return err
		}
		e := schema.Export{SHA256: m.SHA256, Selection: id, Format: m.Options.Format, Options: m.Options}
		for i, s := range m.Shards {
			e.Shards = append(e.Shards, schema.Shard{Path: s.Path, SHA256: s.SHA256, Bytes: s.Bytes, Rows: w.samples[i]})
		}
		_, err = tx.RecordExport(e)
		return err
	})
}
