package trace

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"nextworkbench/schema"
)

var update = flag.Bool("update", false, "write the goldens")

// TestCorpus records every program of testdata/corpus on every interpreter and
// compares the inline rendering and the table of the numbered steps. All
// interpreters share one golden, unless an archive has one named for a version.
func TestCorpus(t *testing.T) {
	for i, python := range interpreters(t) {
		d := drive(t, python)
		d.first = i == 0
		t.Run(d.python, func(t *testing.T) {
			paths, err := filepath.Glob("testdata/corpus/*.txtar")
			if err != nil || len(paths) == 0 {
				t.Fatal("no corpus", err)
			}
			for _, path := range paths {
				t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { corpusFile(t, d, path) })
			}
		})
	}
}

func corpusFile(t *testing.T, d *driver, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if from := section(archive, "python"); from != "" && older(d.python, strings.TrimSpace(from)) {
		t.Skipf("needs Python %s", from)
	}
	program := section(archive, "program.py")
	j := drivenJob{Source: program, Calls: lines(section(archive, "calls")), Options: []byte(section(archive, "options"))}
	first, second := d.run(t, j), d.run(t, j)
	if first.Report != second.Report {
		t.Error(cmp.Diff(first.Report, second.Report))
	}
	report := Decode([]byte(first.Report), lineCount(program))
	test := append(lines(section(archive, "test")), "", "")
	events := report.Events
	if test[1] != "" {
		events = onTest(events, test[1])
	}
	steps := slices.DeleteFunc(slices.Clone(events), func(e schema.TraceEvent) bool { return e.Step < 0 })
	for i := range steps {
		steps[i].Seq = i // what was just taken out is no gap
	}
	golden(t, d, path, archive, "inline", Default().Render(program, test[0], events))
	golden(t, d, path, archive, "steps", Table(Source{}, steps)+"cut: "+report.Cut+"\n")
}

func golden(t *testing.T, d *driver, path string, archive *txtar.Archive, name, got string) {
	t.Helper()
	if !strings.HasSuffix(got, "\n") {
		got += "\n"
	}
	special := name + "@" + d.python[:strings.LastIndexByte(d.python, '.')]
	held := name
	if slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == special }) {
		held = special
	}
	if *update {
		rewrite(t, d, path, archive, name, special, got)
	} else if want := section(archive, held); want != got {
		t.Errorf("%s (-want +got):\n%s", held, cmp.Diff(want, got))
	}
}

// rewrite makes got the golden: of all interpreters if it comes from the first, else
// of this one alone if it differs.
func rewrite(t *testing.T, d *driver, path string, archive *txtar.Archive, name, special, got string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool {
		return f.Name == special || d.first && (f.Name == name || strings.HasPrefix(f.Name, name+"@"))
	})
	if d.first {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got)})
	} else if section(archive, name) != got {
		archive.Files = append(archive.Files, txtar.File{Name: special, Data: []byte(got)})
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func section(archive *txtar.Archive, name string) string {
	for _, file := range archive.Files {
		if file.Name == name {
			return string(file.Data)
		}
	}
	return ""
}

// older says whether version a, such as 3.9.18, comes before b, such as 3.10.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}
