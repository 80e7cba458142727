//go:build unix

package export

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// Nobody waits for what a pipe may say.
func TestVerifyReadsNoPipes(t *testing.T) {
	db := openWith(t, several(3)...)
	for _, name := range []string{manifestName, cardName, "data/train-00000-of-00001.parquet"} {
		o := passing(t)
		export(t, db, o)
		path := filepath.Join(o.Out, name)
		check(t, os.Remove(path), syscall.Mkfifo(path, 0o666))
		report := must(Verify(t.Context(), o.Out, VerifyOptions{}))
		if !slices.Contains(report.Problems, Problem{name, -1, -1, "is no regular file"}) {
			t.Errorf("%s: %v", name, report.Problems)
		}
	}
}
