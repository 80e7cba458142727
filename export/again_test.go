package export

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nextworkbench/schema"
)

// altered copies a database, drops its triggers and runs statements on the copy.
func altered(t *testing.T, db *schema.DB, statements string) *schema.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "altered.db")
	raw, err := sql.Open("sqlite", db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	spoil(t, path, statements)
	copied, err := schema.Open(t.Context(), path, schema.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { copied.Close() })
	return copied
}

func spoil(t *testing.T, path, statements string) {
	t.Helper()
	raw, err := sql.Open("sqlite", path+"?_pragma=foreign_keys(0)&_pragma=synchronous(0)")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	rows, err := raw.Query(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		statements = "DROP TRIGGER " + name + ";" + statements
	}
	if _, err := raw.Exec("BEGIN;" + statements + "; COMMIT"); err != nil {
		t.Fatal(statements, ": ", err)
	}
}

func again(t *testing.T, db *schema.DB, path string) Remade {
	t.Helper()
	r, err := Again(t.Context(), db, path, AgainOptions{Proxy: prompter(db)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every format and order is made again to the byte.
func TestAgainIsTheSame(t *testing.T) {
	db := openWith(t, mixed()...)
	trace(t, db, "mbpp/1", given{}.complete().buggy, "other/1")
	for _, name := range Formats() {
		o := passing(t)
		o.Format, o.Proxy, o.ShardRows, o.Allow = name, prompter(db), 12, []string{"not-passing"}
		f := must(o.format())
		o.LineageConfig, o.Weight = f.trains(), f.trains()
		export(t, db, o)
		if r := again(t, db, filepath.Join(o.Out, manifestName)); !r.Same || !r.Frozen || !r.Recorded || !r.Today.Same {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// mixed are samples that pass and samples that fail.
func mixed() []given {
	all := several(20)
	for i := range all {
		if i%4 == 3 {
			all[i].verdict = schema.Fail
		}
	}
	return all
}

func TestAgainKeepsWhatItMade(t *testing.T) {
	db := openWith(t, several(7)...)
	o := passing(t)
	export(t, db, o)
	kept := filepath.Join(t.TempDir(), "kept")
	for range 2 {
		if r, err := Again(t.Context(), db, o.Out, AgainOptions{Out: kept}); err != nil || !r.Same || r.Dir == "" {
			t.Fatalf("%+v %v", r, err)
		}
	}
	if fmt.Sprint(files(t, kept)) != fmt.Sprint(files(t, o.Out)) {
		t.Error("what was kept is not what was exported")
	}
	if err := os.WriteFile(filepath.Join(kept, "more"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Again(t.Context(), db, o.Out, AgainOptions{Out: kept}); err == nil || !strings.Contains(err.Error(), ErrOccupied.Error()) {
		t.Errorf("an occupied directory: %v", err)
	}
	if _, err := Again(t.Context(), db, t.TempDir(), AgainOptions{}); err == nil {
		t.Error("no manifest is no error")
	}
}

// One fact that is changed in a copied database is named, whichever sample it is of.
func TestAgainNamesTheFact(t *testing.T) {
	db := openWith(t, several(12)...)
	o := passing(t)
	o.Lineage = true
	export(t, db, o)
	random := rand.New(rand.NewPCG(3, 5))
	for name, c := range map[string]struct {
		statement string // %d is the sample
		want      []string
	}{
		"rationale":     {`UPDATE sample SET rationale = 'Changed.' WHERE id = %d`, []string{"selection: ", "text: SAMPLE its rationale is not in the generation", "row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in completion"}},
		"fix":           {`UPDATE program SET source = 'x' WHERE id = (SELECT fix_id FROM sample WHERE id = %d)`, []string{"text: SAMPLE its fix does not hash", "row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in completion"}},
		"prompt":        {`UPDATE prompt SET user = 'x' WHERE id = (SELECT prompt_id FROM sample WHERE id = %d)`, []string{"text: SAMPLE its prompt does not hash", "row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in prompt"}},
		"problem":       {`UPDATE task SET problem_id = 'x' WHERE id = (SELECT task_id FROM sample WHERE id = %d)`, []string{"row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in problem_id"}},
		"buggy program": {`UPDATE program SET source = 'x' WHERE id = (SELECT t.buggy_id FROM sample s JOIN task t ON t.id = s.task_id WHERE s.id = %d)`, []string{"text: SAMPLE its buggy program does not hash"}},
		"model":         {`UPDATE sample SET model_id = 3 - model_id WHERE id = %d`, []string{"selection: ", "row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in model"}},
		"key":           {`UPDATE sample SET sha256 = replace(sha256, substr(sha256, 1, 6), 'abcdef') WHERE id = %d`, []string{"selection: ", "row: SAMPLE data/train-00000-of-00001.parquet row ROW says something else in sample_key"}},
		"lost":          {`DELETE FROM sample WHERE id = %d`, []string{"missing: the database has lost sample NUMBER,"}},
		"no fix":        {`UPDATE sample SET fix_id = NULL, parse = 'none' WHERE id = %d`, []string{"selection: ", "missing: SAMPLE has no fix"}},
		"not selected":  {`DELETE FROM selection_sample WHERE sample_id = %d`, []string{"selection: ", "has 11 samples", "the export has 12"}},
		"selection":     {`UPDATE selection SET query = 'x' || %d`, []string{"selection: "}},
		"unrecorded":    {`DELETE FROM selection; DELETE FROM sample WHERE id = %d`, []string{"selection: the database has not recorded", "missing: task TASK: the database has no sample KEY"}},
		"unselected":    {`DELETE FROM selection; DELETE FROM verification WHERE program_id = (SELECT fix_id FROM sample WHERE id = %d)`, []string{"selection: SAMPLE is not selected today: was not judged"}},
	} {
		t.Run(name, func(t *testing.T) {
			id := 1 + random.IntN(12)
			var task, key string
			if err := db.QueryRow(t.Context(), `SELECT t.task_id, s.sha256 FROM sample s JOIN task t ON t.id = s.task_id WHERE s.id = ?`, id).Scan(&task, &key); err != nil {
				t.Fatal(err)
			}
			row := slices.IndexFunc(rowsOfTable(t, o.Out, must(ReadManifest(o.Out)).Table, false), func(r []cell) bool { return r[2] == key })
			r := again(t, altered(t, db, fmt.Sprintf(c.statement, id)), o.Out)
			if r.Same || len(r.Changes) == 0 {
				t.Fatalf("not seen: %+v", r)
			}
			found := fmt.Sprint(r.Changes)
			expand := strings.NewReplacer("SAMPLE", fmt.Sprintf("sample %d of task %s:", id, task), "ROW", fmt.Sprint(row), "NUMBER", fmt.Sprint(id), "TASK", task, "KEY", key[:12])
			for _, want := range c.want {
				if want = expand.Replace(want); !strings.Contains(found, want) {
					t.Errorf("no %q in %s", want, found)
				}
			}
		})
	}
}

// The manifest alone says which part is another, without rows to compare.
func TestAgainFromTheManifestAlone(t *testing.T) {
	db := openWith(t, several(12)...)
	o := passing(t)
	export(t, db, o)
	alone := filepath.Join(t.TempDir(), "kept.json")
	if err := os.WriteFile(alone, must(os.ReadFile(filepath.Join(o.Out, manifestName))), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := again(t, db, alone); !r.Same {
		t.Errorf("%+v", r)
	}
	lost := altered(t, db, `DELETE FROM selection; DELETE FROM sample WHERE id = 3`)
	if r := again(t, lost, alone); len(r.Changes) != 1 || r.Changes[0].Kind != SelectionDiffers {
		t.Errorf("%+v", r)
	}
	r := again(t, altered(t, db, `UPDATE prompt SET user = 'x' WHERE id = 1`), alone)
	if found := fmt.Sprint(r.Changes); !strings.Contains(found, "other rows in row groups 0; the shard beside the manifest would tell which") {
		t.Error(found)
	}
}

func TestAgainWithDamagedShards(t *testing.T) {
	db := openWith(t, several(6)...)
	o := passing(t)
	o.Lineage = true
	export(t, db, o)
	shard := filepath.Join(o.Out, "data", "train-00000-of-00001.parquet")
	if err := os.Truncate(shard, 50); err != nil {
		t.Fatal(err)
	}
	if r := again(t, db, o.Out); !r.Same {
		t.Errorf("the manifest decides: %+v", r)
	}
	r := again(t, altered(t, db, `DELETE FROM selection; DELETE FROM sample WHERE id = 3`), o.Out)
	if found := fmt.Sprint(r.Changes); !strings.Contains(found, "row: the shards beside the manifest cannot tell which: ") {
		t.Error(found)
	}
}

// The same facts under other local ids, in a database that recorded nothing of the
// export, make the same bytes.
func TestAgainElsewhere(t *testing.T) {
	o := passing(t)
	o.Format, o.Order = "dpo", byCurriculum
	samples := mixed()
	export(t, openWith(t, samples...), o)
	slices.Reverse(samples)
	merged := openTest(t, "merged.db", "another")
	put(t, merged, samples...)
	if r := again(t, merged, o.Out); !r.Same || r.Frozen || r.Recorded || !strings.Contains(fmt.Sprint(r.Changes), "[]") {
		t.Errorf("%+v", r)
	}
	if r := again(t, openTest(t, "empty.db", "empty"), o.Out); r.Same || !strings.Contains(fmt.Sprint(r.Changes), "has not recorded selection") {
		t.Errorf("%+v", r)
	}
}

// What came later changes no byte, and is told as an answer of today.
func TestAgainTellsOfToday(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "next.db"), schema.Options{Create: true, UUID: func() string { return "u" },
		Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	samples := several(8)
	for i := range samples {
		if samples[i].kept = i != 5; i == 5 {
			samples[i].dropped = "contradiction"
		}
	}
	samples[6].kept = false
	put(t, db, samples...)
	o := Options{Select: "passing-consistent", Out: filepath.Join(t.TempDir(), "out")}
	export(t, db, o)
	put(t, db, given{task: "mbpp/2", index: 50, kept: true})
	decide(t, db, 7, true)
	if r := again(t, db, o.Out); !r.Same || movedIn(r.Today.More) != "7: policy next/1 did not decide on it\n9: was not drawn yet\n" || r.Today.Less != nil {
		t.Errorf("%+v", r)
	}
	second := func(tx *schema.Tx) error {
		policy, _, err := tx.PutPolicy("next", map[string]string{"filter": "strict"})
		if err != nil {
			return err
		}
		var all []schema.Decision
		for id := range schema.SampleID(9) {
			all = append(all, schema.Decision{Sample: id + 1, Keep: id != 2, Reason: "kept"})
		}
		all[2].Reason, all[2].Detail = "duplicate", "of sample 1"
		return tx.Decide(policy, all)
	}
	if err := db.Write(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	r := again(t, db, o.Out)
	if !r.Same || movedIn(r.Today.Less) != "3: policy next/2 dropped it: duplicate\n" ||
		movedIn(r.Today.More) != "7: policy next/1 did not decide on it\n9: was not drawn yet\n6: policy next/1 dropped it: contradiction\n" {
		t.Errorf("%+v", r)
	}
	if len(r.Today.Guards) != 1 || r.Today.Guards[0].Guard != "undecided" || r.Today.Guards[0].Rows != 1 {
		t.Errorf("guards: %+v", r.Today.Guards)
	}
}

func decide(t *testing.T, db *schema.DB, sample schema.SampleID, keep bool) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		policy, _, err := tx.PutPolicy("next", map[string]string{"filter": "none"})
		if err != nil {
			return err
		}
		return tx.Decide(policy, []schema.Decision{{Sample: sample, Keep: keep, Reason: "kept"}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func movedIn(all []Moved) string {
	var b strings.Builder
	for _, m := range all {
		fmt.Fprintf(&b, "%d: %s\n", m.Sample, m.Why)
	}
	return b.String()
}

// A guard that lets other rows through today changes no byte of an export that was
// recorded; of one that was not, nothing says which is right.
func TestAgainKeepsLiftedGuards(t *testing.T) {
	db := openWith(t, given{problem: "p"}, given{task: "mbpp/9", problem: "p", split: schema.Dev})
	o := passing(t)
	o.Allow = []string{heldOutProblem}
	export(t, db, o)
	put(t, db, given{task: "mbpp/10", problem: "p", split: schema.Dev})
	if r := again(t, db, o.Out); !r.Same || len(r.Today.Guards) != 1 {
		t.Errorf("%+v", r)
	}
	r := again(t, altered(t, db, `DELETE FROM shard_row; DELETE FROM shard; DELETE FROM export`), o.Out)
	if r.Same || !strings.Contains(fmt.Sprint(r.Changes), "guard: ") {
		t.Errorf("%+v", r)
	}
}

// forgeries edit what a manifest binds.
func forgeries() map[string]func(*Manifest) {
	return map[string]func(*Manifest){
		"selection hash": func(m *Manifest) { m.Selection.SHA256 = strings.Repeat("0", 64) },
		"query":          func(m *Manifest) { m.Selection.Query += "-- x" },
		"parameters":     func(m *Manifest) { m.Selection.Parameters["split"] = "dev" },
		"options":        func(m *Manifest) { m.Options.MaxPerTask = 100 },
		"allow":          func(m *Manifest) { m.Options.Allow = []string{"dev"} },
		"database":       func(m *Manifest) { m.Database.UUID = "x" },
		"shard hash":     func(m *Manifest) { m.Shards[0].SHA256 = strings.Repeat("0", 64) },
		"row digests":    func(m *Manifest) { m.Shards[0].RowGroups[0].Digest = strings.Repeat("0", 64) },
		"card hash":      func(m *Manifest) { m.Files[0].SHA256 = strings.Repeat("0", 64) },
		"counts":         func(m *Manifest) { m.Counts.Model["base"]++ },
	}
}

// A manifest binds all that it says: an edit is seen by its own hash and, where that
// was made anew, by the hash that the database recorded.
func TestManifestIsAnchored(t *testing.T) {
	db := openWith(t, several(6)...)
	o := passing(t)
	o.JSONL = true
	export(t, db, o)
	path := filepath.Join(o.Out, manifestName)
	whole := must(os.ReadFile(path))
	for name, forge := range forgeries() {
		t.Run(name, func(t *testing.T) {
			for _, sealed := range []bool{false, true} {
				m := must(ReadManifest(o.Out))
				if forge(&m); sealed {
					if err := m.seal(); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.WriteFile(path, must(m.encode()), 0o666); err != nil {
					t.Fatal(err)
				}
				report, err := Verify(t.Context(), o.Out, VerifyOptions{DB: db})
				r := again(t, db, o.Out)
				if err := os.WriteFile(path, whole, 0o666); err != nil {
					t.Fatal(err)
				}
				want := "its facts hash to"
				if sealed {
					want = "the database has no export"
				}
				if err != nil || !strings.Contains(fmt.Sprint(report.Problems), want) {
					t.Errorf("sealed %v: verify: %v %v", sealed, report.Problems, err)
				}
				if r.Recorded || !sealed && (r.Same || r.Changes[0].Kind != ManifestEdited) {
					t.Errorf("sealed %v: again: %+v", sealed, r)
				}
				// What the facts decide is found without a record too.
				if sealed && r.Same && !slices.Contains([]string{"options", "allow", "database"}, name) {
					t.Errorf("again: %+v", r)
				}
			}
		})
	}
	if err := os.WriteFile(path, bytes.Replace(whole, []byte(manifestVersion), []byte("nextworkbench-export/99"), 1), 0o666); err != nil {
		t.Fatal(err)
	}
	if r := again(t, db, o.Out); !strings.Contains(fmt.Sprint(r.Changes), `manifest: version "nextworkbench-export/99" is not`) {
		t.Errorf("%+v", r)
	}
}
