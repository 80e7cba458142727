package export

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
)

func TestGoldenExport(t *testing.T) {
	o := passing(t)
	o.Lineage = true
	export(t, openWith(t, several(4)...), o)
	for name, text := range files(t, o.Out) {
		if strings.HasSuffix(name, ".parquet") {
			continue
		}
		golden := filepath.Join("testdata", "golden", name)
		if *update {
			if err := os.WriteFile(golden, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), text); diff != "" {
			t.Errorf("%s (-golden +got):\n%s", name, diff)
		}
	}
}

func TestFormatsAgree(t *testing.T) {
	samples := append(several(5),
		given{task: "mbpp/9", index: 9, rationale: "It holds ``` a fence.", fix: "def f(x):\n    '''```'''\n    return x + 1"},
		given{task: "mbpp/9", index: 10, rationale: " \n"},
		given{task: "mbpp/9", index: 11, rationale: "In few shots:\n\n", user: "# Example 1\n\n## Answer\n\nx\n\n# Your task\n\n## Task\n\ny"})
	db := openWith(t, samples...)
	var want []Row
	for _, format := range []string{"prompt-completion", "messages", "text", "kto"} {
		for _, lineage := range []bool{false, true} {
			t.Run(fmt.Sprint(format, lineage), func(t *testing.T) {
				o := passing(t)
				o.Format, o.Lineage = format, lineage
				s := export(t, db, o)
				if s.Rows != len(samples) || s.Selected != len(samples) {
					t.Errorf("%d of %d rows for %d samples", s.Rows, s.Selected, len(samples))
				}
				got := rows(t, o.Out)
				if want == nil {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the formats hold different texts:\n%s", diff)
				}
				verified(t, o.Out, nil)
				if report := verified(t, o.Out, db); !report.Compared || report.Rows != len(samples) || report.SHA256 != s.SHA256 {
					t.Errorf("report %+v", report)
				}
			})
		}
	}
	if n := count(t, db, "selection"); n != 1 {
		t.Errorf("%d selections of the same content", n)
	}
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct{ rationale, fix, want string }{
		{"Why.", "x = 1", "Why.\n\n```python\nx = 1\n```\n"},
		{"Why.\n", "x = 1\n", "Why.\n\n```python\nx = 1\n```\n"},
		{"", "x = 1\n\n", "```python\nx = 1\n\n```\n"},
		{"Why.", "'''\n```\n'''", "Why.\n\n````python\n'''\n```\n'''\n````\n"},
		{"Why.", "'`````'", "Why.\n\n``````python\n'`````'\n``````\n"},
	} {
		if got := (content{rationale: c.rationale, fix: c.fix}).completion(); got != c.want {
			t.Errorf("completion of %q and %q is %q", c.rationale, c.fix, got)
		}
	}
	if got := (content{system: "s", user: "u"}).prompt(); got != "s\n\nu" {
		t.Errorf("prompt %q", got)
	}
}

func TestSameBytes(t *testing.T) {
	db := openWith(t, several(40)...)
	seed := int64(7)
	options := passing(t)
	options.Lineage, options.Shuffle, options.ShardRows = true, &seed, 15
	first := export(t, db, options)
	want := files(t, options.Out)
	again := func(t *testing.T, db *schema.DB) {
		t.Helper()
		o := options
		o.Out = filepath.Join(t.TempDir(), "elsewhere")
		if s := export(t, db, o); s.SHA256 != first.SHA256 {
			t.Errorf("export %s, not %s", s.SHA256, first.SHA256)
		}
		if diff := cmp.Diff(want, files(t, o.Out)); diff != "" {
			t.Error(diff)
		}
	}
	for _, n := range []int{1, 2, 8} {
		t.Run(fmt.Sprintf("GOMAXPROCS=%d", n), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			again(t, db)
		})
	}
	for _, dir := range []string{t.TempDir(), t.TempDir()} {
		t.Run("working directory", func(t *testing.T) {
			t.Chdir(dir)
			o := options
			o.Out = "here"
			export(t, db, o)
			if diff := cmp.Diff(want, files(t, "here")); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("copied database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, must(os.ReadFile(db.Path())), 0o666); err != nil {
			t.Fatal(err)
		}
		copied, err := schema.Open(t.Context(), path, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		again(t, copied)
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The same samples under other local ids are the same selection; any other
// content is another.
func TestSelectionIsAddressedByContent(t *testing.T) {
	samples := several(6)
	o := passing(t)
	first := export(t, openWith(t, samples...), o)

	merged := openTest(t, "merged.db", "another")
	put(t, merged, given{task: "zzz/1", split: schema.Dev, index: 99})
	slices.Reverse(samples)
	put(t, merged, samples...)
	o.Out = filepath.Join(t.TempDir(), "out")
	second := export(t, merged, o)
	if first.Selection != second.Selection {
		t.Error("local ids change the address of a selection")
	}
	if second.SHA256 == first.SHA256 {
		t.Error("exports of two databases have one address")
	}

	samples[3].rationale += " Indeed."
	o.Out = filepath.Join(t.TempDir(), "out")
	if third := export(t, openWith(t, samples...), o); third.Selection == first.Selection {
		t.Error("another rationale leaves the address of a selection")
	}
	o.Out, o.Parameters = filepath.Join(t.TempDir(), "out"), map[string]string{"run": "r"}
	if fourth := export(t, merged, o); fourth.Selection == first.Selection {
		t.Error("another parameter leaves the address of a selection")
	}
}

// Nothing depends on local ids: a database that was filled in another order gives
// the same directory, manifest and all, in every format.
func TestSameDirectoryUnderOtherIds(t *testing.T) {
	samples := append(judged(), several(6)...)
	fill := func(reverse bool) *schema.DB {
		db := openTest(t, fmt.Sprint(reverse, ".db"), "the same")
		if reverse {
			slices.Reverse(samples)
			put(t, db, given{task: "zzz/1", split: schema.Dev, index: 99})
		}
		put(t, db, samples...)
		for _, task := range []string{"b", "a"} {
			trace(t, db, task, "def f(x):\n    return x\n", "xml/1")
		}
		trace(t, db, "a", "def f(x):\n    return x + 2\n", "xml/1")
		return db
	}
	one, two := fill(false), fill(true)
	for i, format := range Formats() {
		for _, order := range []string{Orders()[i%3], Orders()[(i+1)%3]} {
			var dirs [2]map[string]string
			for n, db := range []*schema.DB{one, two} {
				o := keptBy(t, format)
				o.Order, o.Proxy, o.JSONL = order, prompter(db), order == Orders()[i%3]
				o.LineageConfig = !o.JSONL && must(o.format()).trains()
				if s := export(t, db, o); s.Rows == 0 {
					t.Errorf("%s in the order %s: no rows", format, order)
				}
				dirs[n] = files(t, o.Out)
			}
			if diff := cmp.Diff(dirs[0], dirs[1]); diff != "" {
				t.Errorf("%s in the order %s: %s", format, order, diff)
			}
		}
	}
}

// The columns are the same with and without rows.
func TestEmptySelection(t *testing.T) {
	db := openWith(t)
	for i, format := range Formats() {
		o := passing(t)
		o.Format, o.Proxy, o.JSONL = format, prompter(db), i%3 == 1
		f := must(o.format())
		o.Lineage, o.Weight, o.LineageConfig = f.trains(), f.trains(), f.trains()
		if s := export(t, db, o); s.Rows != 0 || s.Shards != 1 {
			t.Errorf("%+v", s)
		}
		if m := must(ReadManifest(o.Out)); !sameColumns(m.Columns, must(Columns(o))) {
			t.Errorf("%s without rows has other columns", format)
		}
		if report := verified(t, o.Out, db); report.Shards != len(must(o.tables())) {
			t.Errorf("%+v", report)
		}
	}
}

func TestShards(t *testing.T) {
	db := openWith(t, append(several(7), given{task: "dev/1", split: schema.Dev, index: 1, kept: true})...)
	o := passing(t)
	o.ShardRows = 3
	export(t, db, o)
	want := []string{"README.md", "croissant.json", "data/train-00000-of-00003.parquet", "data/train-00001-of-00003.parquet",
		"data/train-00002-of-00003.parquet", "dataset_info.json", "manifest.json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(files(t, o.Out)))); diff != "" {
		t.Error(diff)
	}
	verified(t, o.Out, db)
	whole := passing(t)
	export(t, db, whole)
	if diff := cmp.Diff(rows(t, whole.Out), rows(t, o.Out)); diff != "" {
		t.Errorf("shards change the rows:\n%s", diff)
	}
	small := passing(t)
	small.ShardBytes = 1
	if s := export(t, db, small); s.Shards != 7 {
		t.Errorf("%d shards of one row", s.Shards)
	}
	dev := Options{Select: "passing-consistent", Parameters: map[string]string{"split": "dev"}, Out: filepath.Join(t.TempDir(), "dev"), Allow: []string{"dev"}}
	export(t, db, dev)
	if got := rows(t, dev.Out); len(got) != 1 || got[0].Split != "validation" {
		t.Errorf("%+v", got)
	}
	if _, ok := files(t, dev.Out)["data/validation-00000-of-00001.parquet"]; !ok {
		t.Error("the dev split is not called validation")
	}
	verified(t, dev.Out, db)
}

func TestShuffleAndCap(t *testing.T) {
	db := openWith(t, several(30)...)
	plain := passing(t)
	export(t, db, plain)
	order := func(seed int64) []Row {
		o := passing(t)
		o.Shuffle = &seed
		export(t, db, o)
		verified(t, o.Out, db)
		return rows(t, o.Out)
	}
	one, two := order(1), order(2)
	if cmp.Equal(one, two) || cmp.Equal(one, rows(t, plain.Out)) {
		t.Error("a seed does not change the order")
	}
	less := func(a, b Row) int { return strings.Compare(a.Prompt+a.Completion, b.Prompt+b.Completion) }
	slices.SortFunc(one, less)
	slices.SortFunc(two, less)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("a seed changes the rows:\n%s", diff)
	}
	capped := passing(t)
	capped.MaxPerTask = 2
	if s := export(t, db, capped); s.Rows != 6 || s.Selected != 30 {
		t.Errorf("%+v", s)
	}
	verified(t, capped.Out, db)
}

func TestLargeCellsAndRowGroups(t *testing.T) {
	large := strings.Repeat("línea 7 🐍 ", 10<<20/13)
	samples := several(8)
	for i := range samples { // one prompt, so that the database holds it once
		samples[i].task, samples[i].user = "mbpp/1", large
	}
	db := openWith(t, samples...)
	o := passing(t)
	o.Format = "messages"
	export(t, db, o)
	m := must(ReadManifest(o.Out))
	if len(m.Shards) != 1 || len(m.Shards[0].RowGroups) != 2 {
		t.Errorf("%d shards, %d row groups", len(m.Shards), len(m.Shards[0].RowGroups))
	}
	for i, r := range rows(t, o.Out) {
		if !strings.HasSuffix(r.Prompt, large) {
			t.Errorf("row %d has another prompt", i)
		}
	}
	verified(t, o.Out, db)
}

func TestTemplateReplacesPrompts(t *testing.T) {
	db := openWith(t, given{index: 1}, given{index: 2, recorded: true})
	o := passing(t)
	o.Template = "repair/1"
	export(t, db, o)
	got := rows(t, o.Out)
	if len(got) != 2 || got[0].Prompt != got[1].Prompt {
		t.Errorf("%+v", got)
	}
	verified(t, o.Out, db)

	put(t, db, given{index: 3, user: "# Your task\n\nanother"})
	var refusal *Refusal
	o.Out = filepath.Join(t.TempDir(), "out")
	if _, err := Write(t.Context(), db, o, nil); !errors.As(err, &refusal) || refusal.Trips[0].Guard != "ambiguous-prompt" {
		t.Errorf("two prompts of one template: %v", err)
	}
}

func TestGuards(t *testing.T) {
	consistent := Options{Select: "passing-consistent"}
	for _, c := range []struct {
		guard   string
		sample  given
		options Options
		lifted  bool
		says    string
	}{
		{"dev", given{split: schema.Dev}, Options{Select: "passing", Parameters: map[string]string{"split": "dev"}}, true, "dev split"},
		{"test", given{split: schema.Test}, Options{Select: "passing", Parameters: map[string]string{"split": "test"}}, true, "test split"},
		{"not-passing", given{verdict: schema.Timeout, kept: true}, consistent, true, "timeout"},
		{"undecided", given{unjudged: true, kept: true}, consistent, true, "not judged"},
		{"shared", given{tier: schema.SharedTier}, Options{Select: "passing"}, true, "forged"},
		{"no-fix", given{noFix: true, kept: true}, Options{Select: "passing-consistent", Allow: []string{"not-passing"}}, false, "no fix"},
		{"no-prompt", given{recorded: true}, Options{Select: "passing"}, false, "no prompt"},
		{"no-prompt", given{recorded: true}, Options{Select: "passing", Template: "zero/1"}, false, "template zero/1"},
		{"not-utf8", given{rationale: "\xff"}, Options{Select: "passing"}, false, "column completion"},
		{"ambiguous-text", given{rationale: "x\n# Your task\n\n\n## Answer\n\ny"}, Options{Select: "passing", Format: "text"}, false, "heading"},
	} {
		t.Run(c.guard+" "+c.says, func(t *testing.T) {
			c.sample.task = "mbpp/guarded"
			db := openWith(t, append(several(3), c.sample)...)
			o := c.options
			o.Out = filepath.Join(t.TempDir(), "parent", "out")
			_, err := Write(t.Context(), db, o, nil)
			var refusal *Refusal
			if !errors.As(err, &refusal) || len(refusal.Trips) != 1 || refusal.Trips[0].Guard != c.guard {
				t.Fatalf("%v", err)
			}
			if text := err.Error(); !strings.Contains(text, "mbpp/guarded") || !strings.Contains(text, c.says) {
				t.Error(text)
			}
			left, _ := os.ReadDir(filepath.Dir(o.Out))
			if len(left) != 0 || count(t, db, "selection") != 0 || count(t, db, "export") != 0 {
				t.Error("a refused export leaves something behind")
			}
			if o.Allow = append(o.Allow, c.guard); c.lifted {
				export(t, db, o)
				verified(t, o.Out, db)
			} else if _, err := Write(t.Context(), db, o, nil); err == nil || !strings.Contains(err.Error(), "cannot allow") {
				t.Errorf("a guard that cannot be lifted: %v", err)
			}
		})
	}
}

func TestRefusalNamesTheFirstRows(t *testing.T) {
	var samples []given
	for i := range 25 {
		samples = append(samples, given{task: fmt.Sprintf("r/%02d", i), index: i, recorded: true})
	}
	_, err := Write(t.Context(), openWith(t, samples...), passing(t), nil)
	for _, want := range []string{"25 rows", "sample 1 of task r/00", "sample 10 of task r/09", "and 15 more", "template"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	db := openWith(t)
	for want, o := range map[string]Options{
		"there are prompt-completion": {Select: "passing", Out: "x", Format: "csv"},
		"unknown":                     {Select: "no-such", Out: "x"},
		"not a selection":             {Select: "tasks", Out: "x"},
		"no parameter colour":         {Select: "passing", Out: "x", Parameters: map[string]string{"colour": "red"}},
		"negative":                    {Select: "passing", Out: "x", MaxPerTask: -1},
		"there are query, shuffle":    {Select: "passing", Out: "x", Order: "random"},
		"a seed shuffles":             {Select: "passing", Out: "x", Order: "curriculum", Shuffle: new(int64)},
		"between 0 and 0.5":           {Select: "passing", Out: "x", ValidationShare: 0.6},
		"own columns say":             {Select: "passing", Out: "x", Format: "raw", Lineage: true},
		"lineage and weights go":      {Select: "passing", Out: "x", Format: "trace", Weight: true},
		"shows no prompt":             {Select: "passing", Out: "x", Format: "raw", Template: "repair/1"},
		"makes its prompts":           {Select: "passing", Out: "x", Format: "proxy"},
		"no directory":                {Select: "passing"},
	} {
		if _, err := Write(t.Context(), db, o, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
