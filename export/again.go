package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"nextworkbench/schema"
)

// AgainOptions say how an export is made again.
type AgainOptions struct {
	Out   string   // keeps what was made in this directory; empty keeps nothing
	Proxy Prompter // makes the prompts of the format proxy
}

// Remade says what [Again] made of a manifest, and how it compares.
type Remade struct {
	SHA256   string // of the export, as the manifest says
	Dir      string // where it was made again; empty when nothing was kept
	Rows     int
	Shards   int
	Same     bool // everything was made again, and every byte is that of the manifest
	Frozen   bool // from the selection as the database recorded it; else from what its query answers today
	Recorded bool // the database recorded this very export
	Changes  []Change
	Today    Answer
}

// The kinds of [Change].
const (
	ManifestEdited   = "manifest"  // the manifest was edited, or is of a version that this program does not know
	SelectionDiffers = "selection" // the selection holds other samples, or samples that say something else
	FactMissing      = "missing"   // the database has not the fact
	TextAltered      = "text"      // a text is not what its content address says
	RowDiffers       = "row"       // a row says something else
	GuardDiffers     = "guard"     // a guard lets other rows through, or cannot be lifted
	WriterDiffers    = "writer"    // the rows are the same, and another version of the program writes them otherwise
)

// Change is why an export is not made again to the byte.
type Change struct {
	Kind   string          `json:"kind"`
	Sample schema.SampleID `json:"sample,omitempty"`
	TaskID string          `json:"task,omitempty"`
	Detail string          `json:"detail"`
}

func (c Change) String() string {
	if c.Sample == 0 {
		return c.Kind + ": " + c.Detail
	}
	return fmt.Sprintf("%s: sample %d of task %s: %s", c.Kind, c.Sample, c.TaskID, c.Detail)
}

// Again makes an export again from its manifest and the facts of a database, and
// compares every byte. path is the manifest or its directory; the shards beside it
// are needed only to name single rows. The frozen selection decides, so what came
// later changes nothing; what its query would answer today is told beside that.
// Local ids do not matter: a copy of the database, or one with the same facts, does
// as well. Nothing is written into the database.
//
// Whatever differs becomes a change. The error says that it could not be tried; it
// wraps [ErrOccupied] when Out holds something else.
func Again(ctx context.Context, db *schema.DB, path string, o AgainOptions) (Remade, error) {
	path, err := manifestPath(path)
	if err != nil {
		return Remade{}, fmt.Errorf("export again: %w", err)
	}
	r := remaking{db: db, dir: filepath.Dir(path)}
	r.manifest, err = readManifestFile(path)
	var unread *fs.PathError
	switch {
	case errors.As(err, &unread):
		return Remade{}, fmt.Errorf("export again: %w", err)
	case err != nil:
		r.change(ManifestEdited, "%s", unprefixed(err))
		return r.result, nil
	}
	r.result.SHA256 = r.manifest.SHA256
	if err := r.run(ctx, o); err != nil {
		return r.result, fmt.Errorf("export %.12s again: %w", r.manifest.SHA256, err)
	}
	return r.result, nil
}

// manifestPath is the manifest that a path to it, or to its directory, means.
func manifestPath(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, manifestName)
		_, err = os.Stat(path)
	}
	return path, err
}

// remaking makes one export again.
type remaking struct {
	db       *schema.DB
	dir      string // of the manifest, perhaps with the shards
	manifest Manifest
	options  Options
	format   format
	result   Remade
}

func (r *remaking) change(kind, detail string, args ...any) {
	r.result.Changes = append(r.result.Changes, Change{Kind: kind, Detail: fmt.Sprintf(detail, args...)})
}

func (r *remaking) run(ctx context.Context, o AgainOptions) error {
	r.options = r.manifest.Options.options()
	r.options.Proxy, r.options.Out = o.Proxy, o.Out
	var err error
	if r.format, err = r.options.format(); err == nil {
		err = r.options.checkPrompts(r.format)
	}
	if err != nil {
		return err
	}
	if err := r.findRecord(ctx); err != nil {
		return err
	}
	s, found, err := r.find(ctx)
	if err != nil {
		return err
	}
	if found {
		err = r.remake(ctx, s)
	}
	if err == nil {
		err = r.askToday(ctx, s, found)
	}
	return err
}

// findRecord asks whether the database recorded the export, under its own hash.
func (r *remaking) findRecord(ctx context.Context) error {
	return r.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM export WHERE sha256 = ?)`, r.manifest.SHA256).Scan(&r.result.Recorded)
}

// find finds the selection: as it was frozen or, in a database that did not record
// it, as the query answers, which its content address proves to be the same.
func (r *remaking) find(ctx context.Context) (s selection, found bool, err error) {
	s, err = frozen(ctx, r.db, r.manifest.Selection)
	if err == nil {
		r.result.Frozen = true
		err = r.nameMissing(ctx, s)
		return s, len(r.result.Changes) == 0, err
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return s, false, err
	}
	s, err = r.answer(ctx)
	if err != nil {
		r.change(SelectionDiffers, "the database has not recorded selection %.12s, and its query cannot be asked: %s", r.manifest.Selection.SHA256, err)
		return s, false, ctx.Err()
	}
	s.Query = r.manifest.Selection.Query
	address, _, err := survey(ctx, r.db, s, r.options, r.format, &guards{allowed: Allowances()})
	if err != nil || address == r.manifest.Selection.SHA256 {
		return s, err == nil, err
	}
	r.change(SelectionDiffers, "the database has not recorded selection %.12s, and its query answers something else: %d samples, where the export has %d",
		r.manifest.Selection.SHA256, len(s.Samples)-s.dropped, r.manifest.Selection.Samples-r.manifest.Selection.Dropped)
	return s, false, r.nameUnknown(ctx, s)
}

// answer asks the selection query as it is today, and finds what it leaves out
// where the rows need that.
func (r *remaking) answer(ctx context.Context) (selection, error) {
	s, err := ask(ctx, r.db, r.manifest.Selection.Name, r.manifest.Selection.Parameters)
	if err == nil && r.format.unit.dropped() {
		err = s.addDropped(ctx, r.db)
	}
	return s, err
}

// remake writes the export anew and compares it with the manifest.
func (r *remaking) remake(ctx context.Context, s selection) (err error) {
	guard := guards{allowed: Allowances(), template: r.options.Template}
	if guard.policy, err = notKept(ctx, r.db, s.Selection); err != nil {
		return err
	}
	address, rows, err := survey(ctx, r.db, s, r.options, r.format, &guard)
	if err != nil {
		return err
	}
	if address != r.manifest.Selection.SHA256 {
		r.change(SelectionDiffers, "selection %.12s has %d samples and the content %.12s in this database; the export has %d samples",
			r.manifest.Selection.SHA256, len(s.Samples), address, r.manifest.Selection.Samples)
	}
	if err := r.nameAltered(ctx, s); err != nil {
		return err
	}
	if guard.refusal() != nil {
		r.nameTrips(guard.trips)
		return nil
	}
	if guard.heldOut, err = holdOut(ctx, r.db, rows); err != nil {
		return err
	}
	s.SHA256 = address
	w := &writer{db: r.db, options: r.options, format: r.format, selection: s, guards: guard, counts: newCounts(), total: len(rows)}
	return r.stage(ctx, w, rows)
}

// nameTrips says what the rows lack that no guard lets through.
func (r *remaking) nameTrips(trips []Trip) {
	for _, t := range trips {
		for _, row := range t.Rows[:min(namedProblems, len(t.Rows))] {
			r.result.Changes = append(r.result.Changes, Change{FactMissing, row.Sample, row.TaskID, row.Detail})
		}
		if rest := t.Count - namedProblems; rest > 0 {
			r.change(FactMissing, "%d more rows: %s", rest, t.Remedy)
		}
	}
}

// stage makes the files aside, and publishes them where they are to be kept.
func (r *remaking) stage(ctx context.Context, w *writer, rows []planned) (err error) {
	out := r.options.Out
	if out == "" {
		folder, err := os.MkdirTemp("", "workbench-again-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		out = filepath.Join(folder, "export")
	}
	if w.stage, err = newStage(out); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.stage.remove()) }()
	var refused *Refusal
	if err := w.writeRows(ctx, rows); errors.As(err, &refused) {
		r.nameTrips(refused.Trips)
		return nil
	} else if err != nil {
		return err
	}
	lifted, err := r.lifted(w.guards.lifted)
	if err != nil {
		return err
	}
	made, err := w.writeFacts(r.manifest.Database, lifted)
	if err != nil {
		return err
	}
	r.result.Rows, r.result.Shards = made.Rows, len(made.Shards)
	if err := r.compare(ctx, made, w); err != nil || r.options.Out == "" {
		return err
	}
	return r.keep(w.stage)
}

// keep publishes what was made, unless it is there already.
func (r *remaking) keep(st *stage) error {
	found, err := st.occupant()
	if err != nil {
		return err
	}
	r.result.Dir = st.out
	switch found {
	case other:
		return fmt.Errorf("%s: %w", st.out, ErrOccupied)
	case same:
		return nil
	}
	return st.publish()
}

// lifted is what the manifest says of guards that were lifted. It is a fact of the
// time of the export, when there were other held-out tasks and decisions: an export
// that the database recorded keeps what it says. What the guards find now, beyond
// what was allowed and said, is of today.
func (r *remaking) lifted(found lifted) ([]Lifted, error) {
	now, err := found.facts()
	if err != nil {
		return nil, err
	}
	var allowed []Lifted
	for _, l := range now {
		if !slices.Contains(r.manifest.Options.Allow, l.Guard) {
			r.result.Today.Guards = append(r.result.Today.Guards, l)
			continue
		}
		allowed = append(allowed, l)
	}
	equal, err := sameJSON(allowed, r.manifest.Lifted)
	switch {
	case err != nil || equal:
		return allowed, err
	case r.result.Recorded:
		r.result.Today.Guards = append(r.result.Today.Guards, allowed...)
		return r.manifest.Lifted, nil
	}
	r.change(GuardDiffers, "the guards that were lifted let other rows through than the manifest says, and no record here says which is right")
	return allowed, nil
}

func sameJSON(a, b any) (bool, error) {
	left, err := canonicalJSON(a)
	if err != nil {
		return false, err
	}
	right, err := canonicalJSON(b)
	return string(left) == string(right), err
}
