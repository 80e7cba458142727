package export

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// nameMissing names the samples of a frozen selection that the database has lost.
func (r *remaking) nameMissing(ctx context.Context, s selection) error {
	for some := range slices.Chunk(s.Samples, factsPerStatement) {
		lost, err := lostSamples(ctx, r.db, some)
		if err != nil {
			return err
		}
		for _, id := range lost {
			r.change(FactMissing, "the database has lost sample %d, or its task or model", id)
		}
	}
	return nil
}

func lostSamples(ctx context.Context, db *schema.DB, samples []schema.SampleID) ([]schema.SampleID, error) {
	if len(samples) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(samples)
	if err != nil {
		return nil, err
	}
	return ids(ctx, db, `SELECT j.value FROM json_each(?) j LEFT JOIN sample s ON s.id = j.value
		LEFT JOIN task t ON t.id = s.task_id LEFT JOIN model m ON m.id = s.model_id WHERE t.id IS NULL OR m.id IS NULL`, string(list))
}

func ids(ctx context.Context, db *schema.DB, query string, args ...any) ([]schema.SampleID, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []schema.SampleID
	for rows.Next() {
		var id schema.SampleID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// sealed is the texts of a sample beside the addresses that they are stored under.
type sealed struct {
	sample                  schema.SampleID
	taskID                  string
	fix, fixSHA             *string
	promptSHA, system, user *string
	rationale               string
	generation              *string // what a drawn sample was parsed from
	buggy, buggySHA         *string
}

// altered names the texts that are not what they were stored as.
func (s sealed) altered() []string {
	var all []string
	for name, pair := range map[string][2]*string{"fix": {s.fix, s.fixSHA}, "buggy program": {s.buggy, s.buggySHA}} {
		if pair[0] != nil && schema.Hash(*pair[0]) != *pair[1] {
			all = append(all, "its "+name+" does not hash to its address any more")
		}
	}
	if s.user != nil && schema.Hash(*s.system, *s.user) != *s.promptSHA {
		all = append(all, "its prompt does not hash to its address any more")
	}
	if s.generation != nil && !strings.Contains(*s.generation, strings.TrimSpace(s.rationale)) {
		all = append(all, "its rationale is not in the generation that it was parsed from")
	}
	slices.Sort(all)
	return all
}

// nameAltered names the samples whose own texts were changed in the database.
func (r *remaking) nameAltered(ctx context.Context, s selection) error {
	const query = `SELECT s.id, t.task_id, p.source, p.sha256, q.sha256, q.system, q.user, s.rationale, g.text, b.source, b.sha256
		FROM json_each(?1) j
		CROSS JOIN sample s ON s.id = j.value
		JOIN task t ON t.id = s.task_id
		LEFT JOIN program p ON p.id = s.fix_id
		LEFT JOIN program b ON b.id = t.buggy_id
		LEFT JOIN generation g ON g.id = s.generation_id
		LEFT JOIN prompt q ON q.id = CASE WHEN ?2 = '' THEN s.prompt_id
			ELSE (SELECT k.prompt_id ` + ofTemplate + `) END`
	read := func(scan func(...any) error) (schema.SampleID, sealed, error) {
		var x sealed
		err := scan(&x.sample, &x.taskID, &x.fix, &x.fixSHA, &x.promptSHA, &x.system, &x.user, &x.rationale, &x.generation, &x.buggy, &x.buggySHA)
		return x.sample, x, err
	}
	for x, err := range inOrder(ctx, r.db, query, s.Samples, rowsPerStatement, r.options.Template, read) {
		if err != nil {
			return err
		}
		for _, what := range x.altered() {
			r.result.Changes = append(r.result.Changes, Change{TextAltered, x.sample, x.taskID, what})
		}
	}
	return nil
}

// compare holds what was made against the manifest: shard by shard, file by file,
// then everything that the manifest says besides.
func (r *remaking) compare(ctx context.Context, made Manifest, w *writer) error {
	tables, old := made.tables(), r.manifest.tables()
	for i, t := range tables {
		for n := range max(len(t.Shards), len(old[i].Shards)) {
			if n >= len(t.Shards) || n >= len(old[i].Shards) {
				r.change(RowDiffers, "%d shards are %d now", len(old[i].Shards), len(t.Shards))
				break
			}
			if err := r.compareShard(ctx, t.Columns, old[i].Shards[n], t.Shards[n], w, n); err != nil {
				return err
			}
		}
	}
	if err := r.compareFacts(made); err != nil {
		return err
	}
	if len(r.result.Changes) == 0 {
		r.compareFiles(made)
	}
	r.result.Same = len(r.result.Changes) == 0 && made.SHA256 == r.manifest.SHA256
	return nil
}

func (r *remaking) compareShard(ctx context.Context, columns []Column, old, made Shard, w *writer, n int) error {
	switch {
	case old.Path != made.Path:
		r.change(RowDiffers, "the shard %s is %s now", old.Path, made.Path)
		return nil
	case old.SHA256 == made.SHA256 && old.Bytes == made.Bytes && slices.Equal(old.RowGroups, made.RowGroups):
		return nil
	case slices.Equal(old.RowGroups, made.RowGroups) && old.Rows == made.Rows:
		r.change(WriterDiffers, "%s: the rows are the same and the bytes are not: another version of the program, or of its Parquet library, wrote them, or the hash was edited", old.Path)
		return nil
	}
	theirs := filepath.Join(r.dir, filepath.FromSlash(old.Path))
	if checkFile(theirs, old.File) == nil {
		left, right := shardCells(ctx, theirs, columns, r.options.JSONL), shardCells(ctx, w.stage.path(made.Path), columns, r.options.JSONL)
		return r.compareRows(ctx, columns, old.Path, left, right, w.samples[n])
	}
	r.change(RowDiffers, "%s: %s; the shard beside the manifest would tell which", old.Path, differingGroups(old, made))
	return nil
}

// differingGroups says where two shards differ, as far as the digests tell.
func differingGroups(old, made Shard) string {
	if len(old.RowGroups) != len(made.RowGroups) || old.Rows != made.Rows {
		return fmt.Sprintf("%d rows are %d now", old.Rows, made.Rows)
	}
	var all []string
	for i := range old.RowGroups {
		if old.RowGroups[i] != made.RowGroups[i] {
			all = append(all, fmt.Sprint(i))
		}
	}
	return "other rows in row groups " + strings.Join(all, ", ")
}

// compareRows names the rows of a shard that are not what they were.
func (r *remaking) compareRows(ctx context.Context, columns []Column, path string, old, made iter.Seq2[[]cell, error], samples []schema.SampleID) error {
	nextOld, stopOld := iter.Pull2(old)
	defer stopOld()
	nextMade, stopMade := iter.Pull2(made)
	defer stopMade()
	different := 0
	for row := 0; ; row++ {
		before, errOld, more := nextOld()
		now, errMade, moreNow := nextMade()
		if err := errors.Join(errOld, errMade); err != nil {
			return err
		}
		if !more && !moreNow {
			break
		}
		detail, err := compareCells(columns, before, now)
		if err != nil {
			return err
		}
		if detail == "" {
			continue
		}
		if different++; different <= namedProblems {
			if err := r.nameRow(ctx, fmt.Sprintf("%s row %d %s", path, row, detail), row, samples); err != nil {
				return err
			}
		}
	}
	if rest := different - namedProblems; rest > 0 {
		r.change(RowDiffers, "%s: %d more rows are not what they were", path, rest)
	}
	return nil
}

func (r *remaking) nameRow(ctx context.Context, detail string, row int, samples []schema.SampleID) error {
	c := Change{Kind: RowDiffers, Detail: detail}
	if row < len(samples) {
		c.Sample = samples[row]
		err := r.db.QueryRow(ctx, `SELECT t.task_id FROM sample s JOIN task t ON t.id = s.task_id WHERE s.id = ?`, c.Sample).Scan(&c.TaskID)
		if err != nil {
			return err
		}
	}
	r.result.Changes = append(r.result.Changes, c)
	return nil
}

// compareCells says how a row differs; empty when it does not. A row that is not
// there is nil.
func compareCells(columns []Column, before, now []cell) (string, error) {
	switch {
	case before == nil:
		return "is new", nil
	case now == nil:
		return "is gone", nil
	}
	var all []string
	for i, c := range columns {
		old, err := rowDigest(before[i : i+1])
		if err != nil {
			return "", err
		}
		made, err := rowDigest(now[i : i+1])
		if err != nil {
			return "", err
		}
		if old != made {
			all = append(all, c.Name)
		}
	}
	if all == nil {
		return "", nil
	}
	return "says something else in " + strings.Join(all, ", "), nil
}

// compareFacts names what else the manifest says that is not so: all but shards,
// files and hashes. Counts and lifted guards only follow from rows that differ.
func (r *remaking) compareFacts(made Manifest) error {
	old, explained := r.manifest, len(r.result.Changes) > 0
	for _, fact := range []struct {
		name      string
		then, now any
	}{{"selection", old.Selection, made.Selection}, {"options", old.Options, made.Options}, {"rows", old.Rows, made.Rows}, {"counts", old.Counts, made.Counts}} {
		equal, err := sameJSON(fact.then, fact.now)
		if err != nil {
			return err
		}
		if !equal && !explained {
			r.change(ManifestEdited, "%s is not what the facts of the database make it: it was edited, or the facts are others", fact.name)
		}
	}
	return nil
}

// compareFiles names the files that say other words of the same facts.
func (r *remaking) compareFiles(made Manifest) {
	now := map[string]File{}
	for _, f := range made.Files {
		now[f.Path] = f
	}
	for _, f := range r.manifest.Files {
		if now[f.Path] != f {
			r.change(WriterDiffers, "%s: the facts are the same and the words are not: another version of the program wrote it, or the hash was edited", f.Path)
		}
		delete(now, f.Path)
	}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		r.change(WriterDiffers, "%s: another version of the program did not write it", path)
	}
}
