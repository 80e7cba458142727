package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"nextworkbench/schema"
)

// Options say what to export, how, and where to.
type Options struct {
	Select     string            // name of the selection query
	Parameters map[string]string // of the query; those not given take their defaults
	Out        string            // the directory to make

	Format     string // one of [Formats]; empty is the first
	Lineage    bool   // add the columns that say where a row comes from
	Template   string // take the prompts this template made for the tasks; empty takes the samples' own
	Shuffle    *int64 // seed of a deterministic order; nil keeps that of the query
	MaxPerTask int    // rows of one task at most; 0 is no cap
	ShardRows  int    // rows of one shard at most; 0 is no limit
	ShardBytes int64  // bytes of values in one shard at most, before encoding; 0 is 500 MB

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
	Rows      int    // rows written, after the cap
	Shards    int
	Bytes     int64  // of the shards
	Existed   bool   // the same export was there already
	Replaced  string // where the former content of Dir was moved, if it was
	Lifted    []Lifted
}

// defaultShardBytes is the size of shard that the Hugging Face hub asks for.
const defaultShardBytes = 500_000_000

// Run freezes a selection and publishes it as a directory of Parquet shards with
// a manifest and a dataset card. It is whole or not there at all: the directory is
// made aside, recorded in the database together with its selection, then renamed
// to its place, and running again after a kill finishes whatever was missing.
// Progress counts rows.
//
// The error is a *[Refusal] when guards tripped: every one of them, since the rows
// are then read to their end without being written. It wraps [ErrOccupied] when Out
// holds something else and Force is not set.
func Run(ctx context.Context, db *schema.DB, o Options, progress func(done, total int)) (Summary, error) {
	o, f, err := o.complete()
	if err != nil {
		return Summary{}, err
	}
	selection, rows, guard, err := choose(ctx, db, o)
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
	f, err := findFormat(o.Format, o.Lineage)
	return o, f, err
}

func (o Options) facts() ManifestOptions {
	allow := o.Allow
	if allow == nil {
		allow = []string{}
	}
	return ManifestOptions{Format: o.Format, LineageColumns: o.Lineage, Template: o.Template, Shuffle: o.Shuffle,
		MaxPerTask: o.MaxPerTask, ShardRows: o.ShardRows, ShardBytes: o.ShardBytes, Allow: allow}
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
	selection schema.Selection
	counts    Counts
	guards    guards
	shards    []Shard
	samples   [][]schema.SampleID // of each shard
	done      int
	total     int
	progress  func(done, total int)
}

// inspect reads the rows and writes none, for what their texts trip.
func (w *writer) inspect(ctx context.Context, rows []planned) (Summary, error) {
	s := Summary{Selection: w.selection.SHA256, Selected: len(w.selection.Samples), Rows: len(rows)}
	rows = slices.DeleteFunc(rows, func(p planned) bool { return !p.whole })
	inSplit := bySplit(rows)
	for of := range splits() {
		for c, err := range contents(ctx, w.db, inSplit[split(of)], w.options.Template, policyOf(w.selection.Parameters)) {
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
	inSplit := bySplit(rows)
	for of := range splits() {
		if samples, ok := inSplit[split(of)]; ok {
			if err := w.writeSplit(ctx, split(of), samples); err != nil {
				return Summary{}, err
			}
		}
	}
	if err := w.guards.refusal(); err != nil {
		return Summary{}, err
	}
	m, err := w.writeManifest(ctx)
	if err != nil {
		return Summary{}, err
	}
	return w.settle(ctx, m)
}

// writeSplit writes the shards of one split, and names them once their number is
// known.
func (w *writer) writeSplit(ctx context.Context, of split, samples []schema.SampleID) error {
	first := len(w.shards)
	temporary := func(n int) string { return fmt.Sprintf("data/%s-%05d", of, n) }
	s, err := createShard(w.stage.path(temporary(0)), w.format.columns)
	if err != nil {
		return err
	}
	defer func() { s.abandon() }()
	start := 0
	for c, err := range contents(ctx, w.db, samples, w.options.Template, policyOf(w.selection.Parameters)) {
		if err != nil {
			return err
		}
		row := w.format.cells(c)
		if !w.guards.admit(of, w.format, c, row) {
			continue
		}
		if w.full(s, row) {
			if err := w.endShard(s, of, samples[start:start+s.rows]); err != nil {
				return err
			}
			start += s.rows
			next, err := createShard(w.stage.path(temporary(len(w.shards)-first)), w.format.columns)
			if err != nil {
				return err
			}
			s = next
		}
		if err := s.append(row); err != nil {
			return fmt.Errorf("sample %d: %w", c.sample, err)
		}
		w.counted(c)
	}
	if err := w.endShard(s, of, samples[start:]); err != nil {
		return err
	}
	return w.nameShards(of, w.shards[first:], temporary)
}

func (w *writer) full(s *shard, row []cell) bool {
	if s.rows == 0 {
		return false
	}
	return w.options.ShardRows > 0 && s.rows == w.options.ShardRows || s.bytes+cellBytes(row) > w.options.ShardBytes
}

func (w *writer) counted(c content) {
	w.counts.add(c)
	w.done++
	if w.progress != nil {
		w.progress(w.done, w.total)
	}
}

func (w *writer) endShard(s *shard, of split, samples []schema.SampleID) error {
	if err := s.close(); err != nil {
		return err
	}
	facts, err := s.facts("", of)
	if err != nil {
		return err
	}
	w.shards = append(w.shards, facts)
	w.samples = append(w.samples, samples)
	return nil
}

func (w *writer) nameShards(of split, shards []Shard, temporary func(int) string) error {
	for n := range shards {
		shards[n].Path = fmt.Sprintf("data/%s-%05d-of-%05d.parquet", of, n, len(shards))
		if err := os.Rename(w.stage.path(temporary(n)), w.stage.path(shards[n].Path)); err != nil {
			return err
		}
	}
	return nil
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
	m := Manifest{
		Version:  manifestVersion,
		Database: from,
		Selection: Selected{Name: w.selection.Name, Query: w.selection.Query, Parameters: w.selection.Parameters,
			Samples: len(w.selection.Samples), SHA256: w.selection.SHA256},
		Options: w.options.facts(),
		Lifted:  lifted,
		Columns: w.format.columns,
		Rows:    w.done,
		Counts:  w.counts,
		Shards:  w.shards,
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

func (w *writer) writeFiles(m *Manifest) error {
	info, err := datasetInfo(*m)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{cardName, []byte(card(*m))}, {datasetInfoName, info}} {
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
	s := Summary{SHA256: m.SHA256, Selection: m.Selection.SHA256, Dir: w.stage.out, Selected: m.Selection.Samples,
		Rows: m.Rows, Shards: len(m.Shards), Lifted: m.Lifted}
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

// record stores the selection and the export in one transaction.
func (w *writer) record(ctx context.Context, m Manifest) error {
	return w.db.Write(ctx, func(tx *schema.Tx) error {
		id, err := tx.Freeze(w.selection)
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
