package edit

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite base.json from the model's source")

// python finds an interpreter; WORKBENCH_PYTHON names another than the default.
func python(t *testing.T) string {
	t.Helper()
	name := os.Getenv("WORKBENCH_PYTHON")
	if name == "" {
		name = "python3"
		if runtime.GOOS == "windows" {
			name = "python"
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("no Python interpreter: %v", err)
	}
	return path
}

func TestPython(t *testing.T) {
	out, err := exec.Command(python(t), "-B", "edit_test.py").CombinedOutput()
	if err != nil {
		t.Fatalf("edit_test.py: %v\n%s", err, out)
	}
}

func TestBaseIsWhatTheModelSays(t *testing.T) {
	want, err := exec.Command(python(t), "-B", "model.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if *update {
		if err := os.WriteFile("base.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(Base())); diff != "" {
		t.Errorf("base.json differs from model.py (run with -update):\n%s", diff)
	}
}

// TestScriptsRunAlone writes the embedded scripts to an empty directory, as a caller does, and asks one question.
func TestScriptsRunAlone(t *testing.T) {
	texts, err := Scripts()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	load := append([]byte(`{"load": `), bytes.ReplaceAll(Base(), []byte("\n"), []byte(" "))...)
	ask := "}\n" + `{"system": "", "user": "# Your task\n\n## Task\n\nx\n\n## Buggy program\n\n` + "```python" +
		`\ndef f(a):\n    return a < 1\n` + "```" + `\n", "temperature": 0, "seed": 1, "indices": [4]}` + "\n"
	command := exec.Command(python(t), "-I", "-B", filepath.Join(dir, Sampler))
	command.Stdin = bytes.NewReader(append(load, ask...))
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(out, []byte(`{"loaded": "edit-base"}`)) || !bytes.Contains(out, []byte(`"index": 4`)) {
		t.Errorf("unexpected answers:\n%s", out)
	}
}
