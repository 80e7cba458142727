package ingest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nextworkbench/schema"
)

func openTest(t *testing.T) *schema.DB {
	t.Helper()
	db, err := schema.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), schema.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func taskLine(id, test string) string {
	return fmt.Sprintf(`{"task_id":%q,"source":"test","split":"train","instruction":"Add one.","entry_point":"f","buggy_code":"def f(x):\n    return x\n","tests":[%q],"level":3}`, id, test)
}

// noCode stands for a parser that finds nothing.
func noCode(text, entryPoint string) (string, *string, schema.Parse, string) {
	return "", nil, schema.ParsedNone, ""
}

func count(t *testing.T, db *schema.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTaskLines(t *testing.T) {
	ok := taskLine("a", "assert f(1) == 2")
	for name, test := range map[string]struct{ line, want string }{
		"good":                {ok, ""},
		"not JSON":            {`{"task_id": `, "not a JSON object"},
		"an array":            {`[1]`, "not a JSON object"},
		"two objects":         {`{} {}`, "one JSON object"},
		"no id":               {strings.Replace(ok, `"a"`, `""`, 1), "task_id is missing or empty"},
		"id of another type":  {strings.Replace(ok, `"a"`, `7`, 1), "task_id: want a text"},
		"no tests":            {strings.Replace(ok, `["assert f(1) == 2"]`, `[]`, 1), "tests is empty"},
		"tests are a text":    {strings.Replace(ok, `["assert f(1) == 2"]`, `"x"`, 1), "tests: want an array"},
		"an empty test":       {strings.Replace(ok, `"assert f(1) == 2"`, `" "`, 1), "empty test"},
		"another split":       {strings.Replace(ok, `"train"`, `"holdout"`, 1), `split "holdout"`},
		"not UTF-8":           {strings.Replace(ok, "Add one.", "\xff", 1), "not UTF-8"},
		"unpaired surrogate":  {strings.Replace(ok, "Add one.", `\ud800`, 1), "unpaired surrogate"},
		"paired surrogates":   {strings.Replace(ok, "Add one.", `\ud83d\ude00`, 1), ""},
		"a replacement sign":  {strings.Replace(ok, "Add one.", "\uFFFD", 1), ""},
		"NUL":                 {strings.Replace(ok, "Add one.", `\u0000`, 1), "NUL"},
		"no entry point":      {strings.Replace(ok, `"entry_point":"f"`, `"entry_point":null`, 1), "entry_point is missing"},
		"synthesis problem":   {strings.Replace(ok, `"def f(x):\n    return x\n"`, `null`, 1), ""},
		"code is not a text":  {strings.Replace(ok, `"def f(x):\n    return x\n"`, `[]`, 1), "buggy_code: want a text or null"},
		"validation is dev":   {strings.Replace(ok, `"train"`, `"validation"`, 1), ""},
		"a very long line":    {strings.Replace(ok, "Add one.", strings.Repeat("x", maxLine), 1), "longer than"},
		"Unicode is welcome":  {strings.Replace(ok, "Add one.", "Füge 一 hinzu.", 1), ""},
		"big numbers survive": {strings.Replace(ok, `"level":3`, `"level":123456789012345678901234567890`, 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			db := openTest(t)
			summary, err := Run(t.Context(), db, []string{write(t, "tasks.jsonl", "\n"+test.line+"\n"+taskLine("last", "assert f(1) == 2"))}, Options{Kind: "tasks"})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if summary.Accepted != 2 || summary.Rejected != 0 {
					t.Errorf("%+v, want both lines", summary)
				}
				return
			}
			if summary.Accepted != 1 || summary.Rejected != 1 || summary.First[0].Line != 2 || !strings.Contains(summary.First[0].Reason, test.want) {
				t.Errorf("%+v, want line 2 refused with %q and the last line kept", summary, test.want)
			}
			if n := count(t, db, `SELECT count(*) FROM rejection WHERE line = 2 AND reason LIKE ?`, "%"+test.want+"%"); n != 1 {
				t.Errorf("%d rejections stored, want 1", n)
			}
		})
	}
}

func TestDuplicatesAndConflicts(t *testing.T) {
	db := openTest(t)
	first := write(t, "one.jsonl", taskLine("a", "assert f(1) == 2")+"\n"+taskLine("a", "assert f(1) == 2")+"\n")
	second := write(t, "two.jsonl", taskLine("a", "assert f(1) == 3")+"\n"+taskLine("b", "assert f(1) == 2"))
	summary, err := Run(t.Context(), db, []string{first, second}, Options{Kind: "tasks"})
	if err != nil || summary.Accepted != 2 || summary.Duplicate != 1 || summary.Rejected != 1 {
		t.Fatalf("%+v, %v; want 2 accepted, 1 duplicate, 1 rejected", summary, err)
	}
	reason := summary.First[0].Reason
	if !strings.Contains(reason, "f(1) == 2") || !strings.Contains(reason, "f(1) == 3") {
		t.Errorf("reason %q does not show both contents", reason)
	}
}

func TestStrictStoresNothing(t *testing.T) {
	db := openTest(t)
	good := write(t, "good.jsonl", taskLine("a", "assert f(1) == 2"))
	bad := write(t, "bad.jsonl", "{\n")
	summary, err := Run(t.Context(), db, []string{good, bad}, Options{Kind: "tasks", Strict: true})
	if !errors.Is(err, ErrRejected) || summary.Rejected != 1 {
		t.Errorf("%+v, %v; want ErrRejected", summary, err)
	}
	if n := count(t, db, `SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM ingest_file)`); n != 0 {
		t.Errorf("%d rows were stored", n)
	}
}

func TestGzipIsReadWholeOrNotAtAll(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for i := range 300 {
		fmt.Fprintln(w, taskLine(fmt.Sprint("t", i), fmt.Sprintf("assert f(%d) == %d", i, i+1)))
	}
	w.Close()
	db := openTest(t)
	cut := write(t, "cut.jsonl.gz", packed.String()[:packed.Len()-20])
	if _, err := Run(t.Context(), db, []string{cut}, Options{Kind: "tasks"}); err == nil || !strings.Contains(err.Error(), "cut.jsonl.gz:") {
		t.Errorf("a file that was cut: %v, want an error that names file and line", err)
	}
	if n := count(t, db, `SELECT count(*) FROM task`); n != 0 {
		t.Errorf("%d tasks of a file that was cut", n)
	}
	summary, err := Run(t.Context(), db, []string{write(t, "whole.gz", packed.String())}, Options{Kind: "tasks"})
	if err != nil || summary.Accepted != 300 {
		t.Errorf("%+v, %v; want 300", summary, err)
	}
}

func TestSplitsStayWithTheProblem(t *testing.T) {
	shares := map[schema.Split]int{}
	for i := range 2000 {
		shares[splitOf(fmt.Sprint("problem/", i))]++
	}
	if shares[schema.Train] < 1500 || shares[schema.Dev] < 120 || shares[schema.Test] < 120 {
		t.Errorf("shares %v, want about 80/10/10", shares)
	}
}

func TestSampleLines(t *testing.T) {
	db := openTest(t)
	if _, err := Run(t.Context(), db, []string{write(t, "t.jsonl", taskLine("a", "assert f(1) == 2"))}, Options{Kind: "tasks"}); err != nil {
		t.Fatal(err)
	}
	line := `{"task_id":"a","model":"m","rationale":"x is not changed","fix":"def f(x):\n    return x + 1\n","index":4,"iteration":2,"fix_passes":true,"prompt":"Repair it."}`
	lines := strings.Join([]string{line, line,
		`{"task_id":"none","model":"m","rationale":"","fix":"x"}`,
		`{"task_id":"a","model":"m","rationale":"","fix":null}`,
		`{"task_id":"a","model":"m","fix":null,"raw":"no code here"}`,
		`{"task_id":"a","model":"","fix":"x"}`,
		`{"task_id":"a","model":"m","fix":"x","index":-1}`}, "\n")
	summary, err := Run(t.Context(), db, []string{write(t, "s.jsonl", lines)}, Options{Kind: "samples", Parse: noCode})
	if err != nil || summary.Accepted != 2 || summary.Duplicate != 1 || summary.Rejected != 4 {
		t.Fatalf("%+v, %v; want 2 accepted, 1 duplicate, 4 rejected", summary, err)
	}
	if n := count(t, db, `SELECT count(*) FROM sample WHERE idx = 4 AND given_iteration = 2 AND parse = 'given' AND prompt_id IS NOT NULL AND json_extract(metadata, '$.fix_passes') = 1`); n != 1 {
		t.Error("the whole line is not stored")
	}
	if n := count(t, db, `SELECT count(*) FROM sample WHERE parse = 'none' AND fix_id IS NULL AND raw = 'no code here'`); n != 1 {
		t.Error("the sample that does not parse is not stored with its text")
	}
	judged := `{"task_id":"a","model":"m","index":4,"annotator":"ann","question":"explains the bug","answer":"yes"}`
	notes := judged + "\n" + judged + "\n" + `{"sample_id":99,"annotator":"ann","question":"q","answer":"a"}`
	summary, err = Run(t.Context(), db, []string{write(t, "a.jsonl", notes)}, Options{Kind: "annotations"})
	if err != nil || summary.Accepted != 1 || summary.Duplicate != 1 || summary.Rejected != 1 {
		t.Errorf("annotations: %+v, %v; want 1 of each", summary, err)
	}
}

func TestOtherFormats(t *testing.T) {
	db := openTest(t)
	mbpp := `{"task_id":7,"text":"Add one.","code":"def g(x):\n    return x\ndef f(x):\n    return g(x) + 1","test_list":["assert set([f(1)]) == {2}"],"test_setup_code":"","challenge_test_list":[]}`
	human := `{"task_id":"H/1","prompt":"def f(x):\n    \"\"\"Add one.\"\"\"\n","canonical_solution":"    return x + 1\n","test":"def check(candidate):\n    assert candidate(1) == 2","entry_point":"f"}`
	for format, line := range map[string]string{"mbpp": mbpp, "humaneval": human} {
		summary, err := Run(t.Context(), db, []string{write(t, format, line)}, Options{Kind: "tasks", Format: format})
		if err != nil || summary.Accepted != 1 {
			t.Errorf("%s: %+v, %v", format, summary, err)
		}
	}
	if n := count(t, db, `SELECT count(*) FROM task WHERE entry_point = 'f' AND buggy_id IS NULL AND reference_id IS NOT NULL`); n != 2 {
		t.Errorf("%d synthesis problems with entry point f, want 2", n)
	}
	if _, err := Run(t.Context(), db, nil, Options{Kind: "tasks", Format: "other"}); err == nil {
		t.Error("an unknown format was taken")
	}
}

func FuzzTaskLine(f *testing.F) {
	f.Add([]byte(taskLine("a", "assert f(1) == 2")))
	f.Add([]byte(`{"task_id":"\ud800"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		fields, err := readFields(line)
		if err != nil {
			return
		}
		task, err := readTask(fields, false)
		if err == nil && (task.ID == "" || task.EntryPoint == "" || len(task.Tests) == 0 || task.Metadata == "") {
			t.Errorf("%q was read as %+v", line, task)
		}
	})
}
