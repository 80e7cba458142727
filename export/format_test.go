package export

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
)

// judged are samples of two tasks, kept and dropped under a policy.
func judged() []given {
	sample := func(task string, index int, verdict schema.Verdict, kept bool, dropped string) given {
		return given{task: task, index: index, verdict: verdict, kept: kept, dropped: dropped, rationale: fmt.Sprint("Attempt ", index, ".")}
	}
	return []given{
		sample("a", 1, "pass", true, ""),
		sample("a", 2, "pass", true, ""),
		sample("a", 3, "pass", true, ""),
		sample("a", 4, "fail", false, "tests"),
		sample("a", 5, "pass", false, "contradiction"),
		sample("a", 6, "pass", false, "duplicate"),
		{task: "a", index: 7, dropped: "parse", noFix: true},
		{task: "a", index: 8, verdict: "error", dropped: "tests", user: "# Your task\n\nanother prompt"},
		sample("b", 9, "pass", true, ""),
		sample("b", 10, "fail", false, ""),
		sample("c", 11, "fail", false, "tests"),
	}
}

func keptBy(t testing.TB, format string) Options {
	return Options{Select: "passing-consistent", Format: format, Out: filepath.Join(t.TempDir(), "out")}
}

// attempt is the number that a completion of judged begins with.
func attempt(completion cell) string {
	return strings.TrimSuffix(strings.Fields(completion.(string))[1], ".")
}

func TestPairs(t *testing.T) {
	db := openWith(t, judged()...)
	o := keptBy(t, "dpo")
	o.Lineage = true
	s := export(t, db, o)
	if s.Rows != 3 || s.Selected != 4 || s.Dropped != 3 {
		t.Errorf("%+v", s)
	}
	m := must(ReadManifest(o.Out))
	chosen, rejected := []string{}, map[string]int{}
	for _, row := range rowsOfTable(t, o.Out, m.Table, false) {
		chosen = append(chosen, attempt(row[1]))
		rejected[attempt(row[2])]++
		if row[3] == row[12] || row[12] == nil {
			t.Errorf("the two samples of a pair are %v and %v", row[3], row[12])
		}
	}
	if diff := cmp.Diff([]string{"1", "2", "3"}, chosen); diff != "" {
		t.Error(diff)
	}
	if rejected["4"]+rejected["5"] != 3 || rejected["4"] == 0 || rejected["5"] == 0 {
		t.Errorf("rejected: %v", rejected)
	}
	if got := rows(t, o.Out); len(got) != 3 || !strings.HasPrefix(got[0].Completion, "Attempt 1") {
		t.Errorf("the rows are not the chosen halves: %+v", got)
	}
	verified(t, o.Out, db)

	put(t, db, given{task: "b", index: 20, verdict: "fail", dropped: "tests"})
	verified(t, o.Out, db) // what was frozen stays as it was
	o.Out = filepath.Join(t.TempDir(), "again")
	if again := export(t, db, o); again.Rows != 4 || again.Selection == s.Selection {
		t.Errorf("a new dropped sample makes no pair: %+v", again)
	}
}

func TestPairsWithoutAPolicy(t *testing.T) {
	db := openWith(t, judged()...)
	o := passing(t)
	o.Format = "dpo"
	s := export(t, db, o)
	for _, row := range rowsOfTable(t, o.Out, must(ReadManifest(o.Out)).Table, false) {
		if a := attempt(row[2]); a != "4" && a != "10" {
			t.Errorf("attempt %s does not fail its tests", a)
		}
	}
	if s.Rows != 6 { // every passing sample of a and b
		t.Errorf("%+v", s)
	}
	verified(t, o.Out, db)
}

func TestLabels(t *testing.T) {
	db := openWith(t, judged()...)
	o := keptBy(t, "kto")
	export(t, db, o)
	var got []string
	for _, row := range rowsOfTable(t, o.Out, must(ReadManifest(o.Out)).Table, false) {
		label := "-"
		if row[2] == true {
			label = "+"
		}
		if strings.HasPrefix(row[1].(string), "Attempt") {
			label += attempt(row[1])
		}
		got = append(got, label)
	}
	if s := strings.Join(got, " "); !strings.HasPrefix(s, "+1 +2 +3 -") || !strings.HasSuffix(s, " +9") || strings.Count(s, "-") != 3 {
		t.Error(s)
	}
	if got := rows(t, o.Out); len(got) != 4 {
		t.Errorf("%d rows to learn from", len(got))
	}
	verified(t, o.Out, db)
	o.Out, o.MaxPerTask = filepath.Join(t.TempDir(), "capped"), 1
	if s := export(t, db, o); s.Rows != 3 { // one of each label of a, one of b
		t.Errorf("%+v", s)
	}
	verified(t, o.Out, db)
}

// The dropped half of a preference fails by design; the chosen half is guarded as
// ever.
func TestPreferencesAreGuarded(t *testing.T) {
	for _, format := range []string{"dpo", "kto"} {
		db := openWith(t, append(judged(), given{task: "a", index: 30, kept: true, tier: schema.SharedTier}, given{task: "a", index: 31, kept: true, verdict: "fail"})...)
		var refusal *Refusal
		if _, err := Write(t.Context(), db, keptBy(t, format), nil); !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		var tripped []string
		for _, trip := range refusal.Trips {
			tripped = append(tripped, fmt.Sprint(trip.Guard, len(trip.Rows)))
		}
		if diff := cmp.Diff([]string{"shared1", "not-passing1"}, tripped); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestProxyRows(t *testing.T) {
	db := openWith(t, given{index: 1, rationale: "Because."}, given{index: 2, rationale: " \n"}, given{index: 3, recorded: true, rationale: "It said so."})
	o := passing(t)
	o.Format, o.Proxy, o.Lineage = "proxy", prompter(db), true
	export(t, db, o)
	got := rows(t, o.Out)
	want := []Row{
		{"train", "You are the proxy.\n\nBecause.", "```python\ndef f(x):\n    return x + 1\n```\n"},
		{"train", "You are the proxy.\n\nIt said so.", "```python\ndef f(x):\n    return x + 3\n```\n"},
	}
	slices.SortFunc(got, func(a, b Row) int { return strings.Compare(a.Prompt, b.Prompt) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	verified(t, o.Out, db)
}

func TestRawRows(t *testing.T) {
	db := openWith(t, given{index: 1, kept: true}, given{index: 2, noFix: true, dropped: "parse"}, given{index: 3, recorded: true, unjudged: true})
	err := db.Write(t.Context(), func(tx *schema.Tx) error {
		return tx.RecordClaims(1, "p/1", "c/1", []schema.Claim{{Kind: "value", Quote: "x is 1", Verdict: schema.Unverifiable, Step: -1, Evidence: "no trace"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Select: "all", Format: "raw", Out: filepath.Join(t.TempDir(), "out"), Allow: []string{"not-passing", "undecided"}}
	export(t, db, o)
	m := must(ReadManifest(o.Out))
	var got []string
	for _, row := range rowsOfTable(t, o.Out, m.Table, false) {
		var facts []any
		for i, c := range m.Columns {
			if slices.Contains([]string{"run", "iteration", "purpose", "index", "fix_sha256", "verdict", "tests_passed", "tests_total", "keep", "reason", "claims"}, c.Name) {
				if text, ok := row[i].(string); ok && len(text) == 64 {
					row[i] = text[:4]
				}
				facts = append(facts, row[i])
			}
		}
		got = append(got, strings.TrimSpace(fmt.Sprintln(facts...)))
	}
	want := []string{
		"<nil> 3 recorded 3 6fcd <nil> <nil> 1 <nil> <nil> <nil>",
		"r 0 train 1 6454 pass 1 1 true kept [[value x is 1 unverifiable no trace <nil>]]",
		"r 0 train 2 <nil> <nil> <nil> 1 false parse []",
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	verified(t, o.Out, db)

	o.Out, o.Allow = filepath.Join(t.TempDir(), "out"), nil
	var refusal *Refusal
	if _, err := Write(t.Context(), db, o, nil); !errors.As(err, &refusal) || len(refusal.Trips) != 2 || refusal.Trips[0].Guard != "undecided" || refusal.Trips[1].Guard != "not-passing" {
		t.Errorf("%v", err)
	}
}

func TestTraceRows(t *testing.T) {
	db := openWith(t, given{task: "a", index: 1}, given{task: "a", index: 2}, given{task: "b", index: 3}, given{task: "c", verdict: "fail"})
	buggy := "def f(x):\n    return x\n"
	trace(t, db, "b", buggy, "inline/0")
	trace(t, db, "a", "def f(x):\n    return x + 2\n", "xml/1")
	trace(t, db, "a", buggy, "xml/1")
	trace(t, db, "c", buggy, "xml/1") // no selected sample
	for _, jsonl := range []bool{false, true} {
		o := passing(t)
		o.Format, o.JSONL = "trace", jsonl
		if s := export(t, db, o); s.Rows != 3 {
			t.Errorf("%+v", s)
		}
		all := rowsOfTable(t, o.Out, must(ReadManifest(o.Out)).Table, jsonl)
		var got []string
		for _, row := range all {
			got = append(got, strings.TrimSpace(fmt.Sprintln(row[0], row[4], row[15])))
		}
		if diff := cmp.Diff([]string{"a buggy [[xml/1 <x>]]", "a fix [[xml/1 <x>]]", "b buggy []"}, got); diff != "" {
			t.Error(diff)
		}
		events := items{{int64(0), int64(1), int64(1), int64(1), "call", items{{"x", "1"}, {"y", nil}}}, {nil, int64(2), int64(1), int64(1), "line", items{}}}
		if diff := cmp.Diff([]cell{int64(1), true, "cut", "x = 1  # (0) x=1;", items{{"xml/1", "<x>"}}, events}, all[0][11:]); diff != "" {
			t.Error(diff)
		}
		verified(t, o.Out, db)
		for _, err := range Rows(t.Context(), o.Out) {
			if err == nil || !strings.Contains(err.Error(), "no training examples") {
				t.Errorf("traces read as examples: %v", err)
			}
		}
		o.Out, o.Shuffle = filepath.Join(t.TempDir(), "shuffled"), new(int64)
		export(t, db, o)
		verified(t, o.Out, db)
	}
}

// A line is what services for fine-tuning take: the messages and nothing else.
func TestJSONLines(t *testing.T) {
	db := openWith(t, several(5)...)
	o := passing(t)
	o.Format, o.JSONL, o.ShardRows = "messages", true, 3
	export(t, db, o)
	for i, rows := range []int{3, 2} {
		path := filepath.Join(o.Out, "data", fmt.Sprintf("train-%05d-of-00002.jsonl", i))
		lines := strings.Split(strings.TrimSuffix(string(must(os.ReadFile(path))), "\n"), "\n")
		if len(lines) != rows {
			t.Errorf("%d lines, want %d", len(lines), rows)
		}
		for _, line := range lines {
			decoder := json.NewDecoder(strings.NewReader(line))
			decoder.DisallowUnknownFields()
			var example struct {
				Messages []struct{ Role, Content string } `json:"messages"`
			}
			if err := decoder.Decode(&example); err != nil {
				t.Fatal(err)
			}
			if len(example.Messages) != 3 || example.Messages[0].Role != "system" || example.Messages[1].Role != "user" || example.Messages[2].Role != "assistant" {
				t.Errorf("%+v", example)
			}
		}
	}
	verified(t, o.Out, nil)
	verified(t, o.Out, db)
}

func TestSpoiltLines(t *testing.T) {
	columns := []Column{text("a", ""), integer("b", "").orNull(), listOf("c", "", boolean("d", ""))}
	for line, want := range map[string]string{
		`{"a":"x","b":1,"c":[{"d":true},{"d":null}]}`: "",
		`{"a":"x","b":null,"c":null}`:                 "",
		`{"a":null,"b":1,"c":[]}`:                     "a: <nil> is no text",
		`{"a":"x","b":1.5,"c":[]}`:                    "b: ",
		`{"a":"x","b":true,"c":[]}`:                   "b: true is no integer",
		`{"a":"x","b":1,"c":[{"e":true}]}`:            "c: holds e where d belongs",
		`{"a":"x","b":1,"c":{}}`:                      "c: { is no list",
		`{"b":1,"a":"x","c":[]}`:                      "holds b where a belongs",
		`{"a":"x","b":1,"c":[],"f":1}`:                "holds f where } belongs",
		`{"a":"x","b":1,"c":[]} {}`:                   "goes on",
		`{"a":"x","b":1`:                              "EOF",
		`[]`:                                          "where { belongs",
		``:                                            "EOF",
	} {
		_, err := readLine([]byte(line), columns)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

// FuzzReadLine checks that whatever is read as a row is written as one that reads
// the same.
func FuzzReadLine(f *testing.F) {
	columns := nested()
	f.Add(`{"text":"a","note":null,"number":1,"weight":0.1,"share":null,"good":true,"sure":false,"messages":[{"role":"r","content":null}],"events":[]}`)
	f.Add(`{"text":"\u0000\ud800","note":"<>&","number":-9223372036854775808,"weight":1e300,"share":-0,"good":true,"sure":null,"messages":null,` +
		`"events":[{"step":1,"over":null,"changes":[{"name":"x","value":5e-324},{"name":null,"value":1}],"kind":"k"}]}`)
	f.Add(`{"text":`)
	f.Fuzz(func(t *testing.T, line string) {
		row, err := readLine([]byte(line), columns)
		if err != nil {
			return
		}
		var b strings.Builder
		w := bufio.NewWriter(&b)
		if err := errors.Join(writeObject(w, columns, row), w.Flush()); err != nil {
			t.Fatal(err)
		}
		again, err := readLine([]byte(b.String()), columns)
		if err != nil || must(rowDigest(again)) != must(rowDigest(row)) {
			t.Errorf("%q is written as %q: %v", line, b.String(), err)
		}
	})
}

// A manifest with its own hash can still say what cannot be.
func TestManifestIsChecked(t *testing.T) {
	o := passing(t)
	export(t, openWith(t, several(3)...), o)
	for want, spoil := range map[string]func(*Manifest){
		"in which order":       func(m *Manifest) { m.Options.Order = byShuffle },
		"order \"random\"":     func(m *Manifest) { m.Options.Order = "random" },
		"cannot be dropped":    func(m *Manifest) { m.Selection.Dropped = 9 },
		"tables are not":       func(m *Manifest) { m.Options.LineageConfig = true },
		"are not those":        func(m *Manifest) { m.Options.Weight = true },
		"does not go with":     func(m *Manifest) { m.Options.LineageConfig, m.Lineage = true, &Table{} },
		"export the selection": func(m *Manifest) { m.Version = "nextworkbench-export/1" },
	} {
		m := must(ReadManifest(o.Out))
		spoil(&m)
		if m.Lineage != nil {
			m.Lineage.Columns = lineageColumns(format{})
			m.Lineage.Shards = append(slices.Clone(m.Shards), m.Shards...)
		}
		if err := m.seal(); err != nil {
			t.Fatal(err)
		}
		if _, err := decodeManifest(must(m.encode())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestVerifyNamesSpoiltLines(t *testing.T) {
	db := openWith(t, several(4)...)
	o := passing(t)
	o.JSONL = true
	export(t, db, o)
	path := filepath.Join(o.Out, "data", "train-00000-of-00001.jsonl")
	whole := must(os.ReadFile(path))
	if err := os.WriteFile(path, []byte(strings.Replace(string(whole), "Attempt 2", "Attempt 3", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	report := must(Verify(context.Background(), o.Out, VerifyOptions{}))
	if len(report.Problems) != 2 || !strings.Contains(report.Problems[0].String(), "data/train-00000-of-00001.jsonl: has SHA-256") ||
		!strings.Contains(report.Problems[1].String(), "data/train-00000-of-00001.jsonl row group 0: holds other rows") {
		t.Errorf("%v", report.Problems)
	}

	// A file that its manifest agrees with is compared line by line.
	m := must(ReadManifest(o.Out))
	spoilt := must(os.ReadFile(path))
	m.Shards[0].SHA256 = schema.Hash(string(spoilt))
	if err := errors.Join(m.seal(), os.WriteFile(filepath.Join(o.Out, manifestName), must(m.encode()), 0o666)); err != nil {
		t.Fatal(err)
	}
	report = must(Verify(context.Background(), o.Out, VerifyOptions{DB: db}))
	problems := fmt.Sprint(report.Problems)
	for _, want := range []string{"no export", "row group 0: holds other rows", "row group 0 row 3: is not what sample"} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in %s", want, problems)
		}
	}
}
