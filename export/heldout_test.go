package export

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nextworkbench/export/likeness"
	"nextworkbench/schema"
)

const countVowels = `def count_vowels(text):
    """Counts the vowels."""
    count = 0
    for letter in text:
        if letter in "aeiou":
            count += 1
    return count
`

// disguisedVowels is the same program to whoever reads it.
const disguisedVowels = `def f(s):
  # (0) s='tea';
  n=0
  for c in s:
    if (c in 'aeiou'): n += 1
  return n
`

// nearlyVowels has one more line.
const nearlyVowels = `def count(s):
    n = 0
    for c in s:
        if c in "aeiou":
            n += 1
            print(n)
    return n
`

func refused(t *testing.T, db *schema.DB, o Options) *Refusal {
	t.Helper()
	_, err := Write(t.Context(), db, o, nil)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("not refused: %v", err)
	}
	return refusal
}

func TestHeldOutGuards(t *testing.T) {
	sentence := "Write a function that counts how often each of the vowels is in a text, whatever its case."
	for _, c := range []struct {
		name, guard, part string
		train, dev        given
		similarity        float64
	}{
		{"problem", heldOutProblem, "problem", given{problem: "p"}, given{problem: "p"}, 1},
		{"mutant of a problem", heldOutProblem, "problem", given{problem: "p", buggy: countVowels}, given{problem: "p", buggy: countVowels}, 1},
		{"buggy program", heldOutProgram, "buggy program", given{buggy: disguisedVowels}, given{buggy: countVowels}, 1},
		{"fix", heldOutProgram, "fix", given{fix: disguisedVowels}, given{reference: countVowels}, 1},
		{"reference", heldOutProgram, "reference", given{reference: countVowels}, given{reference: disguisedVowels}, 1},
		{"of the test split", heldOutProgram, "fix", given{fix: countVowels}, given{split: schema.Test, buggy: disguisedVowels}, 1},
		{"nearly the fix", nearHeldOut, "fix", given{fix: countVowels + countVowels + nearlyVowels}, given{reference: countVowels + countVowels + nearlyVowels + "print(f('tea'))"}, 0.8},
		{"instruction", nearHeldOut, "instruction", given{instruction: sentence}, given{instruction: strings.ToUpper(sentence) + " Quickly"}, 0.85},
		{"nothing", "", "", given{fix: countVowels, instruction: sentence}, given{buggy: "def g(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n", instruction: "Write a function that finds the greatest common divisor of two numbers."}, 0},
		{"too short to tell", "", "", given{fix: "def f(a):\n    return a\n", instruction: "Repair it."}, given{buggy: "def g(b):\n    return b\n", instruction: "Repair it."}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.train.task, c.dev.task = "t/1", "d/1"
			if c.dev.split == "" {
				c.dev.split = schema.Dev
			}
			db := openWith(t, append(several(3), c.train, c.dev)...)
			o := passing(t)
			if c.guard == "" {
				export(t, db, o)
				return
			}
			r := refused(t, db, o)
			if len(r.Trips) != 1 || r.Trips[0].Guard != c.guard || len(r.Trips[0].Rows) != 1 {
				t.Fatal(r)
			}
			row := r.Trips[0].Rows[0]
			if row.TaskID != "t/1" || row.Like[0].HeldOut != "d/1" || row.Like[0].Part != c.part || row.Like[0].Similarity < c.similarity {
				t.Errorf("%+v", row)
			}
			o.Allow = []string{c.guard}
			s := export(t, db, o)
			verified(t, o.Out, db)
			if len(s.Lifted) != 1 || s.Lifted[0].Guard != c.guard || s.Lifted[0].Pairs != 1 || s.Lifted[0].Listed[0].TaskID != "t/1" {
				t.Errorf("the manifest says %+v", s.Lifted)
			}
		})
	}
}

// An instruction that many held-out problems share is no sign of any of them.
func TestCommonInstruction(t *testing.T) {
	sentence := "Find the bug in this program and repair it, so that all of its tests pass."
	samples := []given{{task: "t/1", instruction: sentence}}
	for i := range 3 {
		samples = append(samples, given{task: fmt.Sprint("d/", i), split: schema.Dev, instruction: sentence, entry: fmt.Sprint("f", i)})
	}
	export(t, openWith(t, samples...), passing(t))
	r := refused(t, openWith(t, samples[:3]...), passing(t))
	if r.Trips[0].Guard != nearHeldOut || len(r.Trips[0].Rows[0].Like) != 2 {
		t.Error(r)
	}
}

// A prompt that shows a held-out task as a worked example gives it away.
func TestPromptShowsHeldOut(t *testing.T) {
	db := openWith(t, given{task: "t/1", shows: "d/1"}, given{task: "d/1", split: schema.Dev})
	r := refused(t, db, passing(t))
	if r.Trips[0].Guard != heldOutProblem || r.Trips[0].Rows[0].Like[0].Part != "prompt" {
		t.Error(r)
	}
}

// Rows of the held-out splits themselves are no leak into a training shard.
func TestHeldOutRowsAreNoLeak(t *testing.T) {
	db := openWith(t, given{task: "d/1", split: schema.Dev, fix: countVowels, reference: countVowels})
	o := passing(t)
	o.Parameters, o.Allow = map[string]string{"split": "dev"}, []string{"dev"}
	if s := export(t, db, o); len(s.Lifted) != 1 || s.Lifted[0].Guard != "dev" || s.Lifted[0].Rows != 1 {
		t.Errorf("%+v", s.Lifted)
	}
}

func TestUndecided(t *testing.T) {
	db := openWith(t, given{index: 1, kept: true}, given{index: 2}, given{index: 3, dropped: "no-rationale"})
	one := func(n int64) schema.Selection {
		return schema.Selection{Name: "mine", Parameters: map[string]string{"policy": "next"}, Samples: []schema.SampleID{schema.SampleID(n)}}
	}
	for n, want := range map[int64]string{1: "", 2: "policy next did not decide on it", 3: "policy next dropped it: no-rationale"} {
		why, err := notKept(t.Context(), db, one(n))
		if err != nil || why[schema.SampleID(n)] != want {
			t.Errorf("sample %d: %v, %v", n, why, err)
		}
		g := guards{policy: why}
		for f, err := range facts(t.Context(), db, one(n).Samples, "") {
			if err != nil {
				t.Fatal(err)
			}
			g.check(f)
		}
		if tripped := len(g.trips) == 1 && g.trips[0].Guard == "undecided"; tripped != (want != "") {
			t.Errorf("sample %d: %+v", n, g.trips)
		}
	}
	if why, err := notKept(t.Context(), db, schema.Selection{Samples: []schema.SampleID{2, 3}}); err != nil || why != nil {
		t.Errorf("a selection without a policy: %v, %v", why, err)
	}
}

func TestSecretGuard(t *testing.T) {
	token := "ghp_" + strings.Repeat("aB3dE5", 6)
	for column, g := range map[string]given{
		"completion": {rationale: "The old token " + token + " is in the way."},
		"prompt":     {user: "# Your task\n\ntoken='" + token + "'"},
	} {
		o := passing(t)
		r := refused(t, openWith(t, append(several(2), g)...), o)
		if text := r.Error(); len(r.Trips) != 1 || r.Trips[0].Guard != "secret" || !strings.Contains(text, "column "+column+" holds github-token ghp_… (40 bytes)") ||
			strings.Contains(text, token[4:]) {
			t.Error(text)
		}
	}
	o := passing(t)
	o.Format, o.Allow = "messages", []string{"secret"}
	if s := export(t, openWith(t, given{rationale: token}), o); len(s.Lifted) != 1 || s.Lifted[0].Rows != 1 {
		t.Errorf("%+v", s.Lifted)
	}
	for _, text := range files(t, o.Out) {
		if !strings.HasPrefix(text, "PAR1") && strings.Contains(text, token) {
			t.Error("a file beside the shards gives the secret away")
		}
	}
}

func TestEveryGuardIsToldAtOnce(t *testing.T) {
	db := openWith(t,
		given{index: 1, tier: schema.SharedTier, rationale: "AKIA" + "QWERTYUIOPASDF12"},
		given{index: 2, recorded: true},
		given{index: 3, fix: countVowels},
		given{task: "d/1", split: schema.Dev, reference: countVowels})
	o := passing(t)
	guards := func(r *Refusal) (all []string) {
		for _, trip := range r.Trips {
			all = append(all, trip.Guard)
		}
		return all
	}
	want := []string{"no-prompt", "shared", "secret", heldOutProgram}
	if got := guards(refused(t, db, o)); !slices.Equal(got, want) {
		t.Errorf("told of %v, not %v", got, want)
	}
	o.DryRun = true
	if got := guards(refused(t, db, o)); !slices.Equal(got, want) {
		t.Errorf("a dry run tells of %v, not %v", got, want)
	}
	if n := count(t, db, "export"); n != 0 {
		t.Errorf("%d exports", n)
	}
}

func TestDryRun(t *testing.T) {
	db := openWith(t, several(9)...)
	o := Options{Select: "passing", DryRun: true, MaxPerTask: 2}
	if s := export(t, db, o); s.Rows != 6 || s.Selected != 9 || count(t, db, "selection") != 0 {
		t.Errorf("%+v", s)
	}
}

func TestLiftedPairsAreBoundedAndSorted(t *testing.T) {
	var l lifted
	for i := range listedPairs + 500 {
		l.note(nearHeldOut, TrippedRow{TaskID: fmt.Sprintf("t/%04d", i), Like: []Likeness{{"d/1", schema.Dev, "fix", 0.8 + float64(i%3)/10}}})
		l.note(nearHeldOut, TrippedRow{TaskID: fmt.Sprintf("t/%04d", i), Like: []Likeness{{"d/1", schema.Dev, "fix", 0.8}}})
	}
	all, err := l.facts()
	if err != nil {
		t.Fatal(err)
	}
	f := all[0]
	if f.Rows != 2*(listedPairs+500) || f.Pairs != listedPairs+500 || len(f.Listed) != listedPairs || f.Listed[0].Similarity != 1 || f.Listed[0].Rows != 2 || len(f.SHA256) != 64 {
		t.Errorf("%d rows, %d pairs, %d listed, the first %+v", f.Rows, f.Pairs, len(f.Listed), f.Listed[0])
	}
}

func TestManifestNamesOnlyAllowedGuards(t *testing.T) {
	o := passing(t)
	export(t, openWith(t, several(2)...), o)
	m := must(ReadManifest(o.Out))
	m.Lifted = []Lifted{{Guard: "secret", Rows: 1}}
	if err := m.check(); err == nil || !strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// BenchmarkHeldOut compares rows with 2,000 held-out tasks; every row has a fix of
// its own.
func BenchmarkHeldOut(b *testing.B) {
	h := &heldOut{problems: map[string][]int{}, programs: map[[32]byte][]int{}, code: likeness.NewIndex(nearCode), words: likeness.NewIndex(nearWords),
		trained: map[string][]kin{}, fixes: map[string][]kin{}}
	for i := range 2000 {
		source := strings.ReplaceAll(nearlyVowels, "aeiou", fmt.Sprint("vowels", i)) + strings.Repeat("print(n + 1)\n", i%20)
		t := examined{id: fmt.Sprint("d/", i), problem: fmt.Sprint("p/", i), instruction: likeness.Words(fmt.Sprintf("Write function %d that counts the vowels of a given text", i))}
		t.take("reference", &source)
		h.tasks = append(h.tasks, t)
	}
	h.index()
	g := guards{heldOut: h}
	n := 0
	for b.Loop() {
		n++
		c := content{taskID: "t/1", fixSHA: fmt.Sprint(n), fix: fmt.Sprintf("def gcd(a, b):\n    while b:\n        a, b = b, a %% b\n    if a == %d:\n        return -1\n    return a\n", n)}
		g.checkHeldOut(c)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "µs/row")
}

func TestSourceOfOutIsOptionalOnlyForDryRuns(t *testing.T) {
	if _, err := Write(t.Context(), openWith(t), Options{Select: "passing"}, nil); err == nil {
		t.Error("an export to nowhere")
	}
	o := Options{Select: "passing", Out: filepath.Join(t.TempDir(), "out"), DryRun: true}
	export(t, openWith(t, several(1)...), o)
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(o.Out), "*")); len(names) != 0 {
		t.Errorf("a dry run leaves %v", names)
	}
}
