package export

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nextworkbench/schema"
)

// difference compares two exports; each change is a line.
func difference(t *testing.T, a, b string, db *schema.DB) (Difference, string) {
	t.Helper()
	var lines []string
	d, err := Diff(t.Context(), a, b, db, func(c RowChange) error {
		lines = append(lines, fmt.Sprintf("%s %s: %s", c.Change, c.TaskID, c.Reason))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return d, strings.Join(lines, "\n")
}

func exported(t *testing.T, db *schema.DB, change func(*Options)) string {
	t.Helper()
	o := passing(t)
	change(&o)
	export(t, db, o)
	return o.Out
}

// One fact that changes between two exports is one row of the difference, with its
// reason, whatever names the samples of the rows.
func TestDiffGivesReasons(t *testing.T) {
	samples := several(9)
	samples[1].dropped, samples[1].kept = "contradiction", false
	for i := range samples {
		samples[i].kept = i != 1
	}
	samples[8].kept, samples[8].split, samples[8].task = false, schema.Dev, "mbpp/dev"
	db := openWith(t, samples...)
	kept := func(o *Options) { o.Select = "passing-consistent" }
	for _, name := range []struct {
		name string
		also func(*Options)
	}{
		{"lineage columns", func(o *Options) { o.Lineage = true }},
		{"lineage config", func(o *Options) { o.LineageConfig, o.JSONL, o.ShardRows = true, true, 3 }},
		{"recorded", func(o *Options) { o.ShardRows = 2 }},
	} {
		t.Run(name.name, func(t *testing.T) {
			of := func(changes ...func(*Options)) string {
				return exported(t, db, func(o *Options) {
					for _, change := range append(changes, name.also) {
						change(o)
					}
				})
			}
			all := of()
			for _, c := range []struct {
				a, b string
				want string
			}{
				{all, of(kept), "removed mbpp/1: policy next/1 dropped it: contradiction"},
				{of(kept), all, "added mbpp/1: policy next/1 dropped it: contradiction"},
				{all, of(func(o *Options) { o.MaxPerTask = 2 }), "removed mbpp/0: the cap of 2 rows a task\nremoved mbpp/1: the cap of 2 rows a task"},
				{all, of(func(o *Options) { o.Parameters, o.Allow = map[string]string{"split": "dev"}, []string{"dev"} }),
					"added mbpp/dev: is of the dev split, not of train\n" + strings.Repeat("removed mbpp/0: is of the train split, not of dev\n", 3) +
						strings.Repeat("removed mbpp/1: is of the train split, not of dev\n", 3) + strings.Repeat("removed mbpp/2: is of the train split, not of dev\n", 2)},
				{all, of(func(o *Options) { o.Parameters = map[string]string{"run": "other"} }), strings.Repeat("removed mbpp/0: is of run r, not of other\n", 3) +
					strings.Repeat("removed mbpp/1: is of run r, not of other\n", 3) + strings.Repeat("removed mbpp/2: is of run r, not of other\n", 2)},
			} {
				d, got := difference(t, c.a, c.b, db)
				if got != strings.TrimSuffix(c.want, "\n") || !d.ByKey || len(d.Options) == 0 {
					t.Errorf("%s\nwant %s\n%+v", got, c.want, d)
				}
			}
			if d, got := difference(t, all, filepath.Join(all, manifestName), nil); got != "" || d.Differs() || d.Same != 8 {
				t.Errorf("%s %+v", got, d)
			}
		})
	}
}

func TestDiffNamesColumnsAndSplits(t *testing.T) {
	samples := several(9)
	lineage := func(o *Options) { o.Lineage = true }
	a := exported(t, openWith(t, samples...), lineage)
	samples[4].rationale = "Changed."
	db := openWith(t, samples...)
	if d, got := difference(t, a, exported(t, db, lineage), nil); got != "changed mbpp/1: another completion" || d.Same != 8 || d.Reordered {
		t.Errorf("%s %+v", got, d)
	}
	share := func(o *Options) { o.Lineage, o.ValidationShare, o.ValidationSeed = true, 0.5, 3 }
	d, got := difference(t, exported(t, db, lineage), exported(t, db, share), db)
	if d.Rows[Resplit] == 0 || d.Rows[Resplit]+d.Same != 9 || !strings.Contains(got, "from the train split to validation") || d.Reordered {
		t.Errorf("%s %+v", got, d)
	}
	seed := int64(7)
	if d, got := difference(t, a, exported(t, openWith(t, several(9)...), func(o *Options) { o.Lineage, o.Shuffle = true, &seed }), nil); got != "" || !d.Reordered {
		t.Errorf("%s %+v", got, d)
	}
}

// Without names, rows are matched by what they say, as often as they say it.
func TestDiffByContent(t *testing.T) {
	samples := several(9)
	for i := range samples { // three rows of each task that say the same
		samples[i].rationale, samples[i].fix = "The same.", "def f(x):\n    return x + 1\n"
	}
	a := exported(t, openWith(t, samples...), func(*Options) {})
	samples[0].rationale = "Another."
	db := openWith(t, samples...)
	b := exported(t, db, func(o *Options) { o.Format, o.JSONL = "messages", true })
	if d, got := difference(t, a, b, nil); got != "added : \nremoved : " || d.Same != 8 || d.ByKey {
		t.Errorf("%s %+v", got, d)
	}
	if d, _ := difference(t, b, exported(t, db, func(o *Options) { o.Weight, o.Format = true, "messages" }), nil); d.Same != 9 {
		t.Errorf("weights: %+v", d)
	}
	raw := exported(t, db, func(o *Options) { o.Format = "raw" })
	nothing := func(RowChange) error { return nil }
	if _, err := Diff(t.Context(), b, raw, nil, nothing); !errors.Is(err, ErrIncomparable) {
		t.Errorf("messages and raw: %v", err)
	}
	if d, got := difference(t, b, raw, db); got != "" || !d.ByKey || d.Same != 9 {
		t.Errorf("with the record: %s %+v", got, d)
	}
	if err := os.Truncate(filepath.Join(raw, "data", "train-00000-of-00001.parquet"), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := Diff(t.Context(), raw, raw, nil, nothing); err == nil || !strings.Contains(err.Error(), "has 100 bytes") {
		t.Errorf("a damaged shard: %v", err)
	}
	if _, err := Diff(t.Context(), b, t.TempDir(), nil, nothing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no manifest: %v", err)
	}
}
