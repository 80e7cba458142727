package verify

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

//go:embed testdata/attacks testdata/honest
var corpus embed.FS

// corpusProgram is a program of the corpus with what its first lines say of it.
type corpusProgram struct {
	name, source string
	says         map[string][]string // by key, in order: tries, verdict, tier, needs, arch, odd, entry, python, setup, test
}

func readCorpus(t testing.TB, folder string) []corpusProgram {
	t.Helper()
	entries, err := fs.ReadDir(corpus, "testdata/"+folder)
	if err != nil {
		t.Fatal(err)
	}
	var programs []corpusProgram
	for _, entry := range entries {
		source, err := fs.ReadFile(corpus, path.Join("testdata", folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		p := corpusProgram{strings.TrimSuffix(entry.Name(), ".py"), string(source), map[string][]string{}}
		p.readHeader()
		programs = append(programs, p)
	}
	return programs
}

// readHeader reads the comments that a program starts with. A line "# test+ x"
// goes on with the test before it.
func (p *corpusProgram) readHeader() {
	for line := range strings.Lines(strings.TrimPrefix(p.source, "\ufeff")) {
		line = strings.TrimRight(line, "\r\n")
		comment, ok := strings.CutPrefix(line, "# ")
		if !ok {
			return
		}
		if more, ok := strings.CutPrefix(comment, "test+ "); ok && len(p.says["test"]) > 0 {
			p.says["test"][len(p.says["test"])-1] += "\n" + more
		} else if key, value, ok := strings.Cut(comment, ":"); ok {
			p.says[key] = append(p.says[key], strings.TrimPrefix(value, " "))
		}
	}
}

func (p *corpusProgram) words(key string) []string {
	return strings.FieldsFunc(strings.Join(p.says[key], " "), func(r rune) bool { return r == ' ' || r == '|' })
}

// TestCorpus: the suite is as large as it says, and every program tells what it does.
func TestCorpus(t *testing.T) {
	for _, part := range []struct {
		folder, key string
		least       int
	}{{"attacks", "tries", 80}, {"honest", "odd", 60}} {
		programs := readCorpus(t, part.folder)
		if len(programs) < part.least {
			t.Errorf("%d programs in %s, want %d", len(programs), part.folder, part.least)
		}
		for _, p := range programs {
			if len(p.words(part.key)) == 0 {
				t.Errorf("%s/%s does not say what is %q about it", part.folder, p.name, part.key)
			}
		}
	}
}

// attacked are the tasks that attacks are judged on, by tier. No attack computes
// what they ask for.
var attacked = map[string]Task{
	"value": {EntryPoint: "solve", Setup: "import math", Tests: []string{
		`assert solve(3) == [6, 3.5, {"n": 3}, (3,)]`,
		`assert abs(solve(4)[1] - 4.5) < 1e-6`,
		`assert set(solve(5)[:1]) == {10}`,
		`assert sorted(solve(6)[3]) == [6]`,
		`assert len(solve(7)) == 4`,
		`assert solve(8)[2] in [{"n": 8}]`,
		`assert math.isclose(solve(9)[1], 9.5)`,
	}},
	"split": {EntryPoint: "solve", Tests: []string{
		"def check(candidate):\n    for n in range(3, 6):\n        got = candidate(n)\n        assert got == [n * 2, n + 0.5, {'n': n}, (n,)], (n, got)\n    assert all(len(candidate(n)) == 4 for n in (1, 2)) and len(set(map(str, (candidate(n) for n in (7, 8, 7))))) == 2",
		"import unittest\nclass T(unittest.TestCase):\n    def test_numbers(self):\n        for n in (2, 4):\n            with self.subTest(n=n):\n                self.assertEqual(solve(n)[0], n * 2)\n                self.assertAlmostEqual(solve(n)[1], n + 0.5)\n                self.assertIn(solve(n)[2], [{'n': n}])",
	}},
}

const (
	honestSolve = "def solve(x):\n    return [x * 2, x + 0.5, {'n': x}, (x,)]\n"
	wrongSolve  = "def solve(x):\n    return [x * 2, x + 0.25, {'n': x}, (x,)]\n"
)

// attackers is how many attacks run at the same time; many only wait.
const attackers = 6

// isolationLevel is an isolation level, and how it is had.
type isolationLevel struct {
	name     string
	withhold []string
}

var levels = []isolationLevel{
	{"full", nil},
	{"no-userns", []string{"namespaces"}},
	// From here on refused, unless allowed: verdicts still cannot be forged.
	{"weak, seccomp alone", []string{"namespaces", "landlock"}},
	{"weak, landlock alone", []string{"namespaces", "seccomp"}},
	{"plain", []string{"namespaces", "landlock", "seccomp"}},
}

// campaign is the variable under which long tests run in full.
const campaign = "WORKBENCH_CAMPAIGN"

// assign says which programs are tried at which of some levels. In a campaign each
// is tried at every level; else at one, by turns, of those that withhold nothing that
// it needs; in short mode only some are.
func assign(programs []corpusProgram, to []isolationLevel) map[string][]corpusProgram {
	const someOf = 6
	at := map[string][]corpusProgram{}
	for i, p := range programs {
		fit := slices.DeleteFunc(slices.Clone(to), func(l isolationLevel) bool { return l.lacks(p) })
		switch {
		case os.Getenv(campaign) != "":
			fit = to
		case testing.Short() && i%someOf != 0:
			fit = nil
		default:
			turn := i
			if testing.Short() {
				turn = i / someOf
			}
			fit = fit[turn%len(fit):][:1]
		}
		for _, l := range fit {
			at[l.name] = append(at[l.name], p)
		}
	}
	return at
}

// lacks tells whether a level withholds what a program needs. The read-only root is
// one of the namespaces.
func (l isolationLevel) lacks(p corpusProgram) bool {
	return slices.ContainsFunc(p.words("needs"), func(need string) bool {
		return slices.Contains(l.withhold, need) || need == "readonly-root" && slices.Contains(l.withhold, "namespaces")
	})
}

// TestAssign: without a campaign, every program is tried once all the same.
func TestAssign(t *testing.T) {
	t.Setenv(campaign, "")
	attacks := readCorpus(t, "attacks")
	tried := map[string]int{}
	for level, programs := range assign(attacks, levels) {
		if len(programs) < 10 && !testing.Short() {
			t.Errorf("only %d programs are tried at level %s", len(programs), level)
		}
		for _, p := range programs {
			tried[p.name]++
		}
	}
	for _, p := range attacks {
		if tried[p.name] > 1 || tried[p.name] == 0 && !testing.Short() {
			t.Errorf("%s is tried %d times", p.name, tried[p.name])
		}
	}
}

// TestAttacks runs TestGuardedAttacks inside every outer guard that can be made.
func TestAttacks(t *testing.T) {
	for _, g := range guards() {
		t.Run(g.name, func(t *testing.T) { g.run(t, "TestGuardedAttacks") })
	}
}

// TestGuardedAttacks judges attacks at every level. None may pass, none may
// make the workbench fail, none may harm a neighbour beside it or after it, and none
// may leave anything behind.
func TestGuardedAttacks(t *testing.T) {
	settle(t)
	here := levels
	if os.Getenv(guarded) == "ordinary" {
		here = levels[:2] // those that are refused differ little by user
	}
	attacksAt, oddAt := assign(readCorpus(t, "attacks"), here), assign(readCorpus(t, "honest"), levels[:2])
	for _, level := range here {
		t.Run(level.name, func(t *testing.T) {
			attacks, odd := attacksAt[level.name], oddAt[level.name]
			before := look()
			v := openVerifierWith(t, sandbox.Options{Workers: attackers + 1, AllowWeak: true, Withhold: level.withhold,
				Limits: sandbox.Limits{CPU: 150 * time.Millisecond, Wall: 500 * time.Millisecond, Memory: 256 << 20}})
			s := &siege{t: t, verifier: v}
			s.attack(attacks)
			if v.pool.Isolation().Level.Holds() {
				s.judgeOdd(odd)
			}
			t.Logf("level %s %v: %d attacks, %d skipped, verdicts %v; %d odd programs", v.pool.Isolation().Level, v.pool.Isolation().Features, s.attacks, s.skipped, s.verdicts, s.odd)
			v.pool.Close()
			v.Close()
			if left := before.leftSince(time.Minute, ""); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// siege is one level under attack.
type siege struct {
	t        *testing.T
	verifier *Verifier
	attacks  int
	skipped  int
	odd      int
	mu       sync.Mutex
	verdicts map[schema.Verdict]int
}

// attack judges all attacks, several at a time, while a neighbour goes on with
// honest programs on a worker more.
func (s *siege) attack(attacks []corpusProgram) {
	s.verdicts = map[schema.Verdict]int{}
	todo := make(chan corpusProgram)
	var under atomic.Bool
	under.Store(true)
	var neighbour, attacking sync.WaitGroup
	neighbour.Go(func() {
		for under.Load() {
			s.expect("the neighbour", honestSolve, attacked["value"], schema.Pass)
		}
	})
	for range attackers {
		attacking.Go(func() {
			for p := range todo {
				s.one(p)
			}
		})
	}
	for _, p := range attacks {
		if missing := s.missing(p); missing != "" {
			s.skipped++
			continue
		}
		s.attacks++
		todo <- p
	}
	close(todo)
	attacking.Wait()
	under.Store(false)
	neighbour.Wait()
}

// missing names a feature without which an attack must not be run.
func (s *siege) missing(p corpusProgram) string {
	for _, need := range p.words("needs") {
		if !slices.Contains(s.verifier.pool.Isolation().Features, need) {
			return need
		}
	}
	return ""
}

func (s *siege) one(p corpusProgram) {
	for tier, task := range attacked {
		if only := p.words("tier"); len(only) > 0 && !slices.Contains(only, tier) {
			continue
		}
		verdict, detail := s.judge(p.source, task)
		s.mu.Lock()
		s.verdicts[verdict]++
		s.mu.Unlock()
		allowed := p.words("verdict")
		if verdict == schema.Pass || verdict == schema.Infra || len(allowed) > 0 && s.verifier.pool.Isolation().Level.Holds() && !slices.Contains(allowed, string(verdict)) {
			s.t.Errorf("%s, %s tier: %s (%s), want %v", p.name, tier, verdict, detail, allowed)
		}
		s.expect("after "+p.name, honestSolve, task, schema.Pass)
		s.expect("after "+p.name, wrongSolve, task, schema.Fail)
	}
}

// judge tells the verdict of a whole program: of its first test that did not pass.
func (s *siege) judge(source string, task Task) (schema.Verdict, string) {
	outcomes, err := s.verifier.Judge(s.t.Context(), source, task, false)
	if err != nil {
		s.t.Error(err)
		return schema.Infra, err.Error()
	}
	last := outcomes[len(outcomes)-1]
	return last.Verdict, last.Detail
}

func (s *siege) expect(who, source string, task Task, want schema.Verdict) {
	if got, detail := s.judge(source, task); got != want {
		s.t.Errorf("%s: an honest program got %s (%s), want %s", who, got, detail, want)
	}
}

// judgeOdd: honest programs pass, however odd.
func (s *siege) judgeOdd(programs []corpusProgram) {
	todo := make(chan corpusProgram)
	var workers sync.WaitGroup
	for range 3 {
		workers.Go(func() {
			for p := range todo {
				s.judgeHonest(p)
			}
		})
	}
	for _, p := range programs {
		if oldest := strings.Join(p.words("python"), ""); oldest != "" && olderThan(s.verifier.planner.python.Version, oldest) {
			continue
		}
		s.odd++
		todo <- p
	}
	close(todo)
	workers.Wait()
}

func (s *siege) judgeHonest(p corpusProgram) {
	task := Task{EntryPoint: strings.Join(p.words("entry"), ""), Setup: strings.Join(p.says["setup"], "\n"), Tests: p.says["test"]}
	outcomes, err := s.verifier.Judge(s.t.Context(), p.source, task, true)
	if err != nil || len(outcomes) == 0 {
		s.t.Errorf("%s: %v", p.name, err)
	}
	for i, o := range outcomes {
		tier := strings.Join(p.words("tier"), "")
		if o.Verdict != schema.Pass || tier != "" && string(o.Tier) != tier {
			s.t.Errorf("%s: test %d is %s in tier %s (%s)", p.name, i, o.Verdict, o.Tier, o.Detail)
		}
	}
}

// olderThan compares versions such as 3.9.18 and 3.10.
func olderThan(version, oldest string) bool {
	var major, minor, wantMajor, wantMinor int
	_, _ = fmt.Sscanf(version, "%d.%d", &major, &minor)
	_, _ = fmt.Sscanf(oldest, "%d.%d", &wantMajor, &wantMinor)
	return major < wantMajor || major == wantMajor && minor < wantMinor
}
