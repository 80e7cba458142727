package sample_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nextworkbench/workbench/sample"
	"nextworkbench/workbench/sample/sampletest"
)

// write makes a file of lines.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func recording(t *testing.T, filter sample.RecordingFilter, files ...string) *sample.Recording {
	t.Helper()
	r, err := sample.OpenRecording(files, filter)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// reasons shortens problems to file:line: reason.
func reasons(problems []sample.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%s:%d: %s", filepath.Base(p.File), p.Line, p.Reason))
	}
	return all
}

func TestRecordingKeepsThePromises(t *testing.T) {
	var lines []string
	for i := range 5 {
		lines = append(lines, fmt.Sprintf(`{"task_id": "t/1", "model": "m", "raw": "answer %d"}`, i))
	}
	bad := request(0, 1)
	bad.Task = "t/2"
	sampletest.Run(t, sampletest.Subject{Sampler: recording(t, sample.RecordingFilter{}, write(t, "a.jsonl", lines...)),
		Answerable: request(0, 1, 2, 4), Unanswerable: bad})
}

func TestRecordingMatchesLines(t *testing.T) {
	lines := []string{
		`{"task_id": "t/1", "index": 2, "raw": "second", "fix": "ignored", "rationale": "ignored", "model": "m"}`,
		``,
		`{"task_id": "t/1", "rationale": " Why.\n", "fix": "x = '` + "```" + `'\n\n", "model": "m"}`,
		`{"task_id": "t/9", "fix": "y = 1", "rationale": "", "model": "m"}`,
		`{"task_id": "t/1", "index": 2, "raw": "again", "model": "m"}`,
		`{"task_id": "t/1", "rationale": "no fix", "fix": null, "model": "m"}`,
		`{"task_id": "", "raw": "x"}`,
		`{"task_id": "t/1", "index": 0, "raw": "of another", "model": "other"}`,
		`{"task_id":`,
		`{"task_id": "t/1", "index": 0, "raw": "of an iteration", "model": "m", "iteration": 1}`,
	}
	plain := write(t, "lines.jsonl", lines...)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, strings.Join(lines, "\n"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := filepath.Join(t.TempDir(), "lines.jsonl.gz")
	if err := os.WriteFile(zipped, packed.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	one := 1
	for _, file := range []string{plain, zipped} {
		r := recording(t, sample.RecordingFilter{Model: "m"}, file)
		got, err := drawn(t, r, request(0, 1, 2, 3))
		want := map[int]string{0: "of an iteration", 2: "second", 3: "Why.\n\n````python\nx = '```'\n````\n"}
		if diff := cmp.Diff(want, got); diff != "" || err == nil || !strings.Contains(err.Error(), "completion 1 of task t/1") {
			t.Errorf("%s: %v (-want +got):\n%s", file, err, diff)
		}
		name := filepath.Base(file)
		if diff := cmp.Diff([]string{name + ":5: a second completion 2 of task t/1", name + ":6: has neither raw nor fix", name + ":7: has no task_id",
			name + ":9: unexpected end of JSON input"}, reasons(r.Problems())); diff != "" {
			t.Errorf("problems (-want +got):\n%s", diff)
		}
		if got, _ := drawn(t, recording(t, sample.RecordingFilter{Iteration: &one}, file), request(0, 2)); len(got) != 1 {
			t.Errorf("of iteration 1: %v", got)
		}
	}
	if _, err := sample.OpenRecording([]string{plain, "nowhere.jsonl"}, sample.RecordingFilter{}); err == nil {
		t.Error("a missing file is accepted")
	}
}

// answerBatch plays the service: it answers request files, last line first.
func answerBatch(t *testing.T, answer func(id string, seed int) string, files ...string) string {
	t.Helper()
	var lines []string
	for _, file := range files {
		for _, line := range readLines(t, file) {
			var r struct {
				CustomID string `json:"custom_id"`
				Method   string
				URL      string
				Body     struct {
					Seed, N int
					Model   string
				}
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if r.Method != "POST" || r.URL != "/v1/chat/completions" || r.Body.N != 1 || r.Body.Model != "served" || len(r.CustomID) > 64 {
				t.Errorf("request %s", line)
			}
			lines = append(lines, answer(r.CustomID, r.Body.Seed))
		}
	}
	slices.Reverse(lines)
	return write(t, "output.jsonl", lines...)
}

func readLines(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

func good(id string, seed int) string {
	return fmt.Sprintf(`{"id": "b", "custom_id": %q, "response": {"status_code": 200, "body": {"choices": [{"index": 0, "finish_reason": "stop",
		"message": {"content": "seed %d"}}], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}}, "error": null}`, id, seed)
}

// oneLine takes the line ends out of JSON.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func openBatch(t *testing.T, requests []string, outputs ...string) *sample.Batch {
	t.Helper()
	b, err := sample.OpenBatch(requests, outputs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// TestBatchGoesThereAndBack writes a job's requests, answers them with every kind
// of trouble, and draws the rest with a second batch.
func TestBatchGoesThereAndBack(t *testing.T) {
	db, job := world(t, 5)
	folder := t.TempDir()
	files, requests, err := sample.WriteBatch(t.Context(), db, job, "served", folder, sample.BatchLimits{Lines: 8})
	if err != nil || requests != 20 || len(files) != 3 {
		t.Fatalf("%d requests in %d files, %v; want 20 in 3", requests, len(files), err)
	}
	if _, _, err := sample.WriteBatch(t.Context(), db, job, "served", folder, sample.BatchLimits{}); err == nil {
		t.Error("request files were written over")
	}
	n := 0
	output := answerBatch(t, func(id string, seed int) string {
		switch n++; n {
		case 1:
			return fmt.Sprintf(`{"custom_id": %q, "response": {"status_code": 500, "body": {"error": "oops"}}}`, id)
		case 2:
			return fmt.Sprintf(`{"custom_id": %q, "response": null, "error": {"code": "expired"}}`, id)
		case 3:
			return fmt.Sprintf(`{"custom_id": %q, "response": {"status_code": 200, "body": {"choices": []}}}`, id)
		case 4:
			return ""
		case 5:
			return oneLine(good(id, seed)) + "\n" + oneLine(good(id, seed+1000))
		case 6:
			return fmt.Sprintf(`{"custom_id": %q, "response": null, "error": {"code": "first try"}}`, id) + "\n" + oneLine(good(id, seed))
		case 7:
			return oneLine(good(id, seed)) + "\n" + oneLine(good("somebody-else-0", seed)) + "\n{half a line"
		}
		return oneLine(good(id, seed))
	}, files...)
	b := openBatch(t, files, output)
	if got := reasons(b.Problems()); len(got) != 7 {
		t.Errorf("problems: %s", strings.Join(got, "\n"))
	}
	summary := run(t, db, b, job)
	if diff := cmp.Diff(sample.Summary{Total: 20, Generated: 16, Samples: 16, Failed: 4}, summary, facts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	files, requests, err = sample.WriteBatch(t.Context(), db, job, "served", t.TempDir(), sample.BatchLimits{})
	if err != nil || requests != 4 {
		t.Fatalf("second batch: %d requests, %v; want 4", requests, err)
	}
	output = answerBatch(t, func(id string, seed int) string { return oneLine(good(id, seed)) }, files...)
	summary = run(t, db, openBatch(t, files, output), job)
	if diff := cmp.Diff(sample.Summary{Total: 20, Present: 16, Generated: 4, Samples: 4}, summary, facts); diff != "" {
		t.Errorf("second batch (-want +got):\n%s", diff)
	}
	seed := job.Sampling().Seed
	if n := count(t, db, `SELECT count(*) FROM generation WHERE text <> 'seed ' || (? + idx)`, seed); n != 0 {
		t.Errorf("%d generations have the text of another index", n)
	}
}

func TestBatchSplitsByBytes(t *testing.T) {
	db, job := world(t, 3)
	files, requests, err := sample.WriteBatch(t.Context(), db, job, "", t.TempDir(), sample.BatchLimits{Bytes: 2000})
	if err != nil || requests != 12 || len(files) < 3 {
		t.Fatalf("%d requests in %d files, %v", requests, len(files), err)
	}
	lines := 0
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() > 2000 {
			t.Errorf("%s: %d bytes, %v", file, info.Size(), err)
		}
		lines += len(readLines(t, file))
	}
	if lines != 12 {
		t.Errorf("%d lines, want 12", lines)
	}
	if _, _, err := sample.WriteBatch(t.Context(), db, job, "", t.TempDir(), sample.BatchLimits{Bytes: 100}); err == nil {
		t.Error("a line that is too long for any file is accepted")
	}
}

func TestBatchKeepsThePromises(t *testing.T) {
	db, job := world(t, 1)
	files, _, err := sample.WriteBatch(t.Context(), db, job, "served", t.TempDir(), sample.BatchLimits{})
	if err != nil {
		t.Fatal(err)
	}
	output := answerBatch(t, func(id string, seed int) string { return oneLine(good(id, seed)) }, files...)
	r := sample.Request{Task: "t/0000", System: "Repair.", User: fmt.Sprintf(userText, 0), Model: sample.Model{Name: "m"},
		Parameters: job.Sampling(), Indices: []int{0, 1, 2, 3}}
	bad := r
	bad.Parameters.Temperature = 0.1
	sampletest.Run(t, sampletest.Subject{Sampler: openBatch(t, files, output), Answerable: r, Unanswerable: bad})
}
