package export

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nextworkbench/schema"
)

// taskOf is the value of the column task_id of each row.
func taskOf(t *testing.T, o Options) []string {
	t.Helper()
	m := must(ReadManifest(o.Out))
	at := slices.IndexFunc(m.Columns, func(c Column) bool { return c.Name == "task_id" })
	var all []string
	for _, row := range rowsOfTable(t, o.Out, m.Table, o.JSONL) {
		all = append(all, row[at].(string))
	}
	return all
}

func TestCurriculum(t *testing.T) {
	var samples []given
	for i, rate := range []int{1, 4, 0, 3} { // of 4 baseline samples of each task
		for n := range 4 {
			g := given{task: fmt.Sprint("t", i), index: 10*i + n, baseline: true, verdict: "fail"}
			if n < rate {
				g.verdict = "pass"
			}
			samples = append(samples, g)
		}
	}
	for i := range 8 {
		samples = append(samples, given{task: fmt.Sprint("t", i%4), index: 100 + i})
	}
	samples = append(samples, given{task: "t9", index: 200, recorded: true}, given{task: "t1", index: 201, recorded: true})
	db := openWith(t, samples...)
	o := passing(t)
	o.Order, o.Lineage, o.Template = byCurriculum, true, "repair/1"
	put(t, db, given{task: "t9", index: 300, verdict: "fail"}) // so that there is a prompt of the template
	export(t, db, o)
	tasks := taskOf(t, o)
	if diff := cmp.Diff([]string{"t1", "t1", "t3", "t3", "t0", "t0", "t2", "t2"}, tasks[:8]); diff != "" {
		t.Error(diff)
	}
	if last := slices.Sorted(slices.Values(tasks[8:])); !slices.Equal(last, []string{"t1", "t9"}) {
		t.Errorf("rows of no run: %v", last)
	}
	verified(t, o.Out, db)
}

func TestWeights(t *testing.T) {
	db := openWith(t, append(several(7), given{task: "mbpp/0", index: 9, verdict: "fail"})...) // 3, 2 and 2 rows
	for _, format := range []string{"messages", "kto"} {
		o := passing(t)
		o.Format, o.Weight, o.Lineage = format, true, true
		s := export(t, db, o)
		m := must(ReadManifest(o.Out))
		at := slices.IndexFunc(m.Columns, func(c Column) bool { return c.Name == "weight" })
		sum, rows := map[string]float64{}, map[string]int{}
		for _, row := range rowsOfTable(t, o.Out, m.Table, false) {
			task := row[slices.IndexFunc(m.Columns, func(c Column) bool { return c.Name == "task_id" })].(string)
			sum[task] += row[at].(float64)
			rows[task]++
		}
		for task, weight := range sum {
			if weight < 0.999 || weight > 1.001 {
				t.Errorf("%s: the %d rows of %s weigh %v", format, rows[task], task, weight)
			}
		}
		if len(sum) != 3 || s.Rows < 7 {
			t.Errorf("%+v, %v", s, sum)
		}
		verified(t, o.Out, db)
	}
}

func TestValidationShare(t *testing.T) {
	var samples []given
	for i := range 60 {
		samples = append(samples, given{task: fmt.Sprint("t", i%30), index: i})
	}
	db := openWith(t, samples...)
	sides := func(seed int64, out string) map[string]string {
		o := Options{Select: "passing", Out: out, ValidationShare: 0.3, ValidationSeed: seed, Lineage: true, LineageConfig: true}
		export(t, db, o)
		verified(t, out, db)
		m := must(ReadManifest(out))
		side := map[string]string{}
		for _, s := range m.Shards {
			for _, row := range rowsOfTable(t, out, Table{m.Columns, []Shard{s}}, false) {
				problem := row[4].(string)
				if was, ok := side[problem]; ok && was != s.Split {
					t.Errorf("%s is in %s and %s", problem, was, s.Split)
				}
				side[problem] = s.Split
			}
		}
		return side
	}
	one, two := sides(1, filepath.Join(t.TempDir(), "one")), sides(2, filepath.Join(t.TempDir(), "two"))
	if cmp.Equal(one, two) {
		t.Error("a seed does not change the sides")
	}
	validation := 0
	for _, side := range one {
		if side == "validation" {
			validation++
		}
	}
	if len(one) != 30 || validation < 3 || validation > 15 {
		t.Errorf("%d of %d problems are in validation", validation, len(one))
	}

	put(t, db, given{task: "dev/1", split: schema.Dev, kept: true})
	o := Options{Select: "passing", Parameters: map[string]string{"split": "dev"}, Out: filepath.Join(t.TempDir(), "dev"), ValidationShare: 0.1, Allow: []string{"dev"}}
	if _, err := Write(t.Context(), db, o, nil); err == nil || !strings.Contains(err.Error(), "cut from the train split") {
		t.Errorf("a share of the dev split: %v", err)
	}
}

// A problem that a smaller share puts into validation, a larger one does too.
func TestSidesAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		problem, seed := rapid.String().Draw(t, "problem"), rapid.Int64().Draw(t, "seed")
		share := rapid.Float64Range(0.01, 0.5).Draw(t, "share")
		side := func(share float64) split {
			p := planner{options: Options{ValidationShare: share, ValidationSeed: seed}}
			return p.split(fact{problemID: problem, split: schema.Train})
		}
		if side(share/2) > side(share) {
			t.Error("a problem moves")
		}
	})
}
