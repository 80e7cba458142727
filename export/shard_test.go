package export

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// fullDisk takes so many writes and no more.
type fullDisk struct{ writes int }

var errFull = errors.New("no space left on device")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.writes--; d.writes < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestFullDiskIsAnError(t *testing.T) {
	for _, jsonl := range []bool{false, true} {
		for writes := range 3 {
			s, err := createShard(filepath.Join(t.TempDir(), "shard"), []Column{text("text", "")}, jsonl)
			if err != nil {
				t.Fatal(err)
			}
			s.disk.file = &fullDisk{writes}
			for range 3 {
				if err = s.append([]cell{strings.Repeat("x", recordBytes)}); err != nil {
					break
				}
			}
			if err := errors.Join(err, s.close()); !errors.Is(err, errFull) {
				t.Errorf("jsonl %t, after %d writes: %v, want %v", jsonl, writes, err, errFull)
			}
		}
	}
}
