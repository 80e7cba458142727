package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// spoilt exports into a fresh directory, spoils it and returns what is found.
func spoilt(t *testing.T, db *schema.DB, withDB bool, spoil func(dir string)) []Problem {
	t.Helper()
	o := passing(t)
	o.ShardRows = 10
	export(t, db, o)
	spoil(o.Out)
	v := VerifyOptions{}
	if withDB {
		v.DB = db
	}
	report, err := Verify(t.Context(), o.Out, v)
	if err != nil {
		t.Fatal(err)
	}
	return report.Problems
}

func firstShard(dir string) string { return filepath.Join(dir, "data", "train-00000-of-00002.parquet") }
func secondShard(dir string) string {
	return filepath.Join(dir, "data", "train-00001-of-00002.parquet")
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	db := openWith(t, several(20)...)
	other := several(20)
	other[3].rationale = "Changed."
	edited := passing(t)
	edited.ShardRows = 10
	export(t, openWith(t, other...), edited)
	ok := func(errs ...error) {
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	shard := "data/train-00000-of-00002.parquet"
	for name, c := range map[string]struct {
		spoil func(dir string)
		want  []string
	}{
		"missing shard":    {func(dir string) { ok(os.Remove(firstShard(dir))) }, []string{shard + ": is missing"}},
		"missing card":     {func(dir string) { ok(os.Remove(filepath.Join(dir, "README.md"))) }, []string{"README.md: is missing"}},
		"missing manifest": {func(dir string) { ok(os.Remove(filepath.Join(dir, "manifest.json"))) }, []string{"manifest.json: is missing"}},
		"extra file": {func(dir string) { ok(os.WriteFile(filepath.Join(dir, "data", "train-1.parquet"), nil, 0o666)) },
			[]string{"data/train-1.parquet: is not of this export"}},
		"extra folder": {func(dir string) { ok(os.MkdirAll(filepath.Join(dir, "more", "below"), 0o777)) },
			[]string{"more: is not of this export"}},
		"link": {func(dir string) {
			ok(os.Rename(firstShard(dir), filepath.Join(filepath.Dir(dir), "x")), os.Symlink(filepath.Join(filepath.Dir(dir), "x"), firstShard(dir)))
		}, []string{shard + ": is no regular file"}},
		"a folder for a shard": {func(dir string) { ok(os.Remove(firstShard(dir)), os.Mkdir(firstShard(dir), 0o777)) },
			[]string{shard + ": is no regular file"}},
		"swapped shards": {func(dir string) {
			ok(os.Rename(firstShard(dir), dir+"-x"), os.Rename(secondShard(dir), firstShard(dir)), os.Rename(dir+"-x", secondShard(dir)))
		}, []string{shard + ": has", shard + " row group 0: holds other rows", "data/train-00001-of-00002.parquet row group 0: holds other rows"}},
		"edited shard": {func(dir string) { ok(os.WriteFile(firstShard(dir), must(os.ReadFile(firstShard(edited.Out))), 0o666)) },
			[]string{shard + ": has", shard + " row group 0: holds other rows"}},
		"truncated shard": {func(dir string) { ok(os.Truncate(firstShard(dir), 1000)) },
			[]string{shard + ": has 1000 bytes", shard + " row group 0: the second reader broke off"}},
		"empty shard": {func(dir string) { ok(os.Truncate(firstShard(dir), 0)) }, []string{shard + ": has 0 bytes", "broke off after 0 rows"}},
		"edited manifest": {func(dir string) {
			path := filepath.Join(dir, "manifest.json")
			ok(os.WriteFile(path, bytes.Replace(must(os.ReadFile(path)), []byte(`"rows": 20`), []byte(`"rows": 21`), 1), 0o666))
		}, []string{"manifest.json: its facts hash to"}},
		"manifest in other form": {func(dir string) {
			path := filepath.Join(dir, "manifest.json")
			ok(os.WriteFile(path, append(must(os.ReadFile(path)), '\n'), 0o666))
		}, []string{"manifest.json: is not in canonical form"}},
		"no JSON": {func(dir string) { ok(os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{"), 0o666)) },
			[]string{"manifest.json: unexpected end"}},
	} {
		t.Run(name, func(t *testing.T) {
			problems := fmt.Sprint(spoilt(t, db, false, c.spoil))
			for _, want := range c.want {
				if !strings.Contains(problems, want) {
					t.Errorf("no %q in %s", want, problems)
				}
			}
		})
	}
}

// A directory that is whole in itself but says something else than the database
// is found out row by row.
func TestVerifyComparesWithTheDatabase(t *testing.T) {
	db := openWith(t, several(20)...)
	other := several(20)
	other[6].rationale = "Changed."
	forged := passing(t)
	export(t, openWith(t, other...), forged)
	m := must(ReadManifest(forged.Out))
	o := passing(t)
	m.Selection.SHA256 = export(t, db, o).Selection
	if err := m.seal(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(forged.Out, "manifest.json"), must(m.encode()), 0o666); err != nil {
		t.Fatal(err)
	}
	verified(t, forged.Out, nil)
	report, err := Verify(t.Context(), forged.Out, VerifyOptions{DB: db})
	if err != nil {
		t.Fatal(err)
	}
	problems := fmt.Sprint(report.Problems)
	if !strings.Contains(problems, "no export") || !strings.Contains(problems, "row group 0 row 1: is not what sample 7 says") || len(report.Problems) != 2 {
		t.Error(problems)
	}

	stranger := openTest(t, "stranger.db", "s")
	report, err = Verify(t.Context(), o.Out, VerifyOptions{DB: stranger})
	if err != nil || report.Compared || !strings.Contains(fmt.Sprint(report.Problems), "the database has no selection") {
		t.Errorf("%v %+v", err, report)
	}
}

// A link to an export is the export; a link in the place of its manifest is not.
func TestVerifyThroughLinks(t *testing.T) {
	o := passing(t)
	export(t, openWith(t, several(3)...), o)
	link := o.Out + "-latest"
	if err := os.Symlink(o.Out, link); err != nil {
		t.Fatal(err)
	}
	verified(t, link, nil)
	manifest := filepath.Join(o.Out, manifestName)
	if err := errors.Join(os.Rename(manifest, link+".json"), os.Symlink(link+".json", manifest)); err != nil {
		t.Fatal(err)
	}
	report := must(Verify(t.Context(), o.Out, VerifyOptions{}))
	if got := fmt.Sprint(report.Problems); got != "[manifest.json: is no regular file]" {
		t.Error(got)
	}
}

func TestVerifyNeedsADirectory(t *testing.T) {
	if _, err := Verify(t.Context(), filepath.Join(t.TempDir(), "none"), VerifyOptions{}); err == nil {
		t.Error("no directory is no error")
	}
	o := passing(t)
	export(t, openWith(t, several(3)...), o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, o.Out, VerifyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// nested are columns of every type, lists in lists among them.
func nested() []Column {
	return []Column{text("text", ""), text("note", "").orNull().ofFew(), integer("number", "").orNull(), number("weight", ""),
		number("share", "").orNull(), boolean("good", ""), boolean("sure", "").orNull(),
		listOf("messages", "", text("role", "").ofFew(), text("content", "")),
		listOf("events", "", integer("step", ""), boolean("over", ""), listOf("changes", "", text("name", "").ofFew(), number("value", "")), text("kind", ""))}
}

// drawCell draws a value for a column, null where it can be.
func drawCell(t *rapid.T, c Column) cell {
	if c.Nullable && rapid.IntRange(0, 3).Draw(t, c.Name+" is null") == 0 {
		return nil
	}
	switch c.Type {
	case integerType:
		return rapid.Int64().Draw(t, c.Name)
	case numberType:
		return rapid.Float64().Draw(t, c.Name)
	case booleanType:
		return rapid.Bool().Draw(t, c.Name)
	case listType:
		return items(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []cell { return drawRow(t, c.Fields) }), 0, 4).Draw(t, c.Name))
	}
	return rapid.StringN(0, 8, -1).Draw(t, c.Name)
}

func drawRow(t *rapid.T, columns []Column) []cell {
	row := make([]cell, len(columns))
	for i, c := range columns {
		row[i] = drawCell(t, c)
	}
	return row
}

// The two implementations read the same values from whatever rows we can write, as
// Parquet and as JSON Lines.
func TestReadersAgree(t *testing.T) {
	dir := t.TempDir()
	n := 0
	columns := nested()
	row := rapid.Custom(func(t *rapid.T) []cell { return drawRow(t, columns) })
	rapid.Check(t, func(rt *rapid.T) {
		n++
		rows := rapid.SliceOfN(row, 0, 12).Draw(rt, "rows")
		jsonl := n%3 == 0
		path := filepath.Join(dir, fmt.Sprint(n))
		want := writeRows(rt, path, columns, rows, jsonl)
		if !jsonl {
			if got := readSecond(rt, path, columns); !slices.Equal(got, want) {
				rt.Errorf("the second reader differs: %d rows, %d expected", len(got), len(want))
			}
		}
		var got []string
		for cells, err := range shardCells(context.Background(), path, columns, jsonl) {
			if err != nil {
				rt.Fatal(err)
			}
			got = append(got, hexDigest(must(rowDigest(cells))))
		}
		if !slices.Equal(got, want) {
			rt.Errorf("jsonl %t: read back differs: %d rows, %d expected", jsonl, len(got), len(want))
		}
	})
}

// Long lists go over many pages and batches of the readers.
func TestReadersAgreeOnLongLists(t *testing.T) {
	var rows [][]cell
	for i := range 40 {
		events := items{}
		for j := range (i * 131) % 2500 {
			changes := items{}
			for k := range (i + j) % 4 {
				changes = append(changes, []cell{fmt.Sprint("v", k), float64(j)})
			}
			events = append(events, []cell{int64(j), j%2 == 0, changes, fmt.Sprint("line ", i, j)})
		}
		rows = append(rows, []cell{strings.Repeat("x", i), nil, int64(i), 1.5, nil, true, nil, nil, events})
	}
	path := filepath.Join(t.TempDir(), "long")
	want := writeRows(t, path, nested(), rows, false)
	if got := readSecond(t, path, nested()); !slices.Equal(got, want) {
		t.Error("the second reader differs")
	}
}

func writeRows(t rapid.TB, path string, columns []Column, rows [][]cell, jsonl bool) (digests []string) {
	s, err := createShard(path, columns, jsonl)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := s.append(r); err != nil {
			t.Fatal(err)
		}
		digests = append(digests, hexDigest(must(rowDigest(r))))
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return digests
}

func readSecond(t rapid.TB, path string, columns []Column) (digests []string) {
	var out bytes.Buffer
	if err := ReadShard(path, &out); err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(&out)
	var head shardHead
	if err := lines.Decode(&head); err != nil || !sameColumns(head.Columns, columns) {
		t.Fatalf("%v: columns %+v", err, head.Columns)
	}
	for {
		var line struct {
			shardRow
			Done bool `json:"done"`
		}
		if err := lines.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if line.Done {
			return digests
		}
		digests = append(digests, line.SHA256)
	}
}

func TestRowDigest(t *testing.T) {
	rows := [][]cell{{"a", "b"}, {"ab", ""}, {"", "ab"}, {nil, "ab"}, {int64(1), "ab"}, {items{}}, {items{{"a", "b"}}},
		{items{{"ab", ""}}}, {items{{"a"}, {"b"}}}, {items{{"a", nil}}}, {items{{items{}}}}, {items{{nil}}}, {nil}, {int64(0)}, {0.0}, {false}, {true}, {""}, {"a"}, {}}
	seen := map[digest]int{}
	for i, r := range rows {
		sum := must(rowDigest(r))
		if j, ok := seen[sum]; ok {
			t.Errorf("rows %d and %d have one digest", i, j)
		}
		seen[sum] = i
	}
	if got := hexDigest(must(rowDigest([]cell{"a"}))); got != schema.Hash("t\x01\x00\x00\x00\x00\x00\x00\x00a") {
		t.Error("the digest of a text is not as documented")
	}
	if _, err := rowDigest([]cell{int32(1)}); err == nil {
		t.Error("a cell of no column type was hashed")
	}
}
