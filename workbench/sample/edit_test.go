package sample_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/schema"
	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sample/edit"
	"nextworkbench/workbench/sample/sampletest"
	"nextworkbench/workbench/sandbox"
)

// python is the interpreter that WORKBENCH_PYTHON names, or the first found.
func python(t *testing.T) sandbox.Interpreter {
	t.Helper()
	in, err := sandbox.Find(t.Context(), os.Getenv("WORKBENCH_PYTHON"))
	if err != nil {
		t.Skip(err)
	}
	return in
}

func editModel(t *testing.T, folder string) *sample.Edit {
	t.Helper()
	e, err := sample.NewEdit(sample.EditSettings{Interpreter: python(t), Processes: 2, Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func editRequest(indices ...int) sample.Request {
	r := request(indices...)
	r.User = strings.ReplaceAll(userText, "%d", "1")
	return r
}

func TestEditKeepsThePromises(t *testing.T) {
	bad := editRequest(0)
	bad.User = "no program"
	sampletest.Run(t, sampletest.Subject{Sampler: editModel(t, ""), Answerable: editRequest(0, 1, 2, 5), Unanswerable: bad})
}

// TestEditFillsAJob runs the station with the built-in model.
func TestEditFillsAJob(t *testing.T) {
	db, job := world(t, 6)
	summary := run(t, db, editModel(t, ""), job)
	if diff := cmp.Diff(sample.Summary{Total: 24, Generated: 24, Samples: 24}, summary, facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := count(t, db, `SELECT count(*) FROM sample WHERE parse = 'fenced' AND fix_id IS NOT NULL AND rationale <> ''`); n != 24 {
		t.Errorf("%d of 24 samples have a rationale and a fix", n)
	}
}

// TestEditIsDeterministic checks that a completion depends on the request alone.
func TestEditIsDeterministic(t *testing.T) {
	all, err := drawn(t, editModel(t, ""), editRequest(0, 1, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	some, err := drawn(t, editModel(t, ""), editRequest(3, 1))
	if err != nil || some[3] != all[3] || some[1] != all[1] {
		t.Errorf("%v: drawn alone (-) and with others (+):\n%s", err, cmp.Diff(some, all))
	}
}

// TestTune tunes the base on answers to one prompt, and samples from the result.
func TestTune(t *testing.T) {
	want := "def f(x):\n    return x <= 1\n"
	rows := func(yield func(sample.TuneRow, error) bool) {
		for range 8 {
			if !yield(sample.TuneRow{System: "Repair.", User: editRequest().User, Completion: "It excludes 1.\n\n```python\n" + want + "```\n"}, nil) {
				return
			}
		}
	}
	settings := map[string]any{"name": "tuned", "trained_on": "export"}
	checkpoint, stats, err := sample.Tune(t.Context(), python(t), nil, rows, settings)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := sample.Tune(t.Context(), python(t), edit.Base(), rows, settings)
	if err != nil || !bytes.Equal(checkpoint, again) || !json.Valid(checkpoint) {
		t.Errorf("equal arguments give other bytes: %v", err)
	}
	if stats["rows"] != 8.0 || stats["rows_recognised"] != 8.0 {
		t.Errorf("stats %v", stats)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "tuned.json"), checkpoint, 0o666); err != nil {
		t.Fatal(err)
	}
	e := editModel(t, folder)
	indices := make([]int, 64)
	for i := range indices {
		indices[i] = i
	}
	hits := map[string]int{}
	for _, m := range []sample.Model{{Name: "base", URI: sample.EditBase}, {Name: "tuned", URI: "tuned.json", SHA256: schema.Hash(string(checkpoint))}} {
		r := editRequest(indices...)
		r.Model = m
		texts, err := drawn(t, e, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if strings.Contains(text, want) {
				hits[m.Name]++
			}
		}
	}
	if hits["tuned"] <= hits["base"] {
		t.Errorf("the tuned model finds the fix %d times of 64, the base %d times", hits["tuned"], hits["base"])
	}
}

func TestTuneReportsErrors(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		base string
		rows iter.Seq2[sample.TuneRow, error]
	}{
		"foreign checkpoint": {`{"format": "other"}`, func(func(sample.TuneRow, error) bool) {}},
		"no JSON":            {`{`, func(func(sample.TuneRow, error) bool) {}},
		"rows break off":     {string(edit.Base()), func(yield func(sample.TuneRow, error) bool) { yield(sample.TuneRow{}, broken) }},
	} {
		if _, _, err := sample.Tune(t.Context(), python(t), []byte(c.base), c.rows, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEditRefusesCheckpoints(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"text.json": "no JSON", "other.json": `{"format": "other"}`} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e := editModel(t, folder)
	for _, m := range []sample.Model{{URI: "nowhere.json"}, {URI: "text.json"}, {URI: "other.json"}, {URI: sample.EditBase, SHA256: schema.Hash("another")}} {
		r := editRequest(0)
		r.Model = m
		if _, err := drawn(t, e, r); !errors.Is(err, sample.ErrUnusable) {
			t.Errorf("model %+v: %v", m, err)
		}
	}
	if _, err := drawn(t, e, editRequest(0)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
