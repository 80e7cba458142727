package export

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

// VerifyOptions say what else an export is compared with.
type VerifyOptions struct {
	DB    *schema.DB // the workbench file it came from, or nil
	Proxy Prompter   // makes the prompts of the format proxy again, to compare them
}

// Report says what [Verify] read and what it found.
type Report struct {
	SHA256   string // of the export, as its manifest says
	Shards   int    // read to their end, Parquet by the second implementation
	Rows     int    // in them
	Lines    bool   // the rows are JSON Lines, read without a second implementation
	Compared bool   // the rows were compared with the database
	Problems []Problem
}

// Problem is something wrong with an export. Group and Row are -1 where the
// problem is of the whole file; rows are counted from 0 in their shard.
type Problem struct {
	File   string
	Group  int
	Row    int
	Detail string
}

func (p Problem) String() string {
	place := p.File
	if p.Group >= 0 {
		place += fmt.Sprintf(" row group %d", p.Group)
	}
	if p.Row >= 0 {
		place += fmt.Sprintf(" row %d", p.Row)
	}
	return place + ": " + p.Detail
}

// Verify proves an export: that its manifest is whole, that the directory holds
// the files of the manifest and no others, each with its hash, and that a second
// Parquet implementation, running in a child process, reads the rows that the
// manifest has digests of. JSON Lines are read here, key by key. With a database it also proves that the export is
// recorded there and that each row says what the selected samples say.
//
// A problem inside a shard names the row group, wherever what is read differs or
// reading breaks off; bytes that changed without changing a value are told by the
// hash of the file.
//
// Whatever the directory holds becomes a problem in the report. The error says
// that the check itself could not be done.
//
// The child is this very binary with the arguments `internal read-shard PATH`,
// which must call [ReadShard].
func Verify(ctx context.Context, dir string, o VerifyOptions) (Report, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err == nil {
		_, err = os.ReadDir(dir)
	}
	if err != nil {
		return Report{}, fmt.Errorf("verify export: %w", err)
	}
	v := verifier{dir: dir}
	m, err := ReadManifest(dir)
	if err != nil {
		v.problem(manifestName, "%s", unprefixed(err))
		return v.report, nil
	}
	v.report.SHA256, v.report.Lines = m.SHA256, m.Options.JSONL
	if err := v.verify(ctx, m, o); err != nil {
		return v.report, fmt.Errorf("verify export %s: %w", dir, err)
	}
	return v.report, nil
}

// unprefixed drops the file name, which a problem names by itself.
func unprefixed(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "is missing"
	}
	return strings.TrimPrefix(err.Error(), manifestName+": ")
}

type verifier struct {
	dir    string
	report Report
}

func (v *verifier) problem(file, detail string, args ...any) {
	v.report.Problems = append(v.report.Problems, Problem{file, -1, -1, fmt.Sprintf(detail, args...)})
}

func (v *verifier) verify(ctx context.Context, m Manifest, o VerifyOptions) error {
	if err := v.checkExtra(m); err != nil {
		return err
	}
	present := v.checkFiles(m)
	want, err := v.expect(ctx, m, o)
	if err != nil {
		return err
	}
	for i, t := range m.tables() {
		rows := want.of(i)
		for _, s := range t.Shards {
			if err := v.compareShard(ctx, s, t.Columns, rows.take(s), present[s.Path]); err != nil {
				return err
			}
		}
		for of, rest := range rows.left() {
			v.problem(manifestName, "the selection has %d more rows of the %s split than the shards", rest, of)
		}
	}
	v.report.Compared = want != nil
	return nil
}

func (v *verifier) checkExtra(m Manifest) error {
	names, err := tree(v.dir)
	if err != nil {
		return err
	}
	known := []string{manifestName}
	for _, f := range m.files() {
		known = append(known, f.Path)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			v.problem(name, "is not of this export")
		}
	}
	return nil
}

// checkFiles compares each file with the manifest, and returns those that there
// is something to read of.
func (v *verifier) checkFiles(m Manifest) map[string]bool {
	present := map[string]bool{}
	for _, f := range m.files() {
		path := filepath.Join(v.dir, filepath.FromSlash(f.Path))
		err := checkFile(path, f)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			v.problem(f.Path, "is missing")
			continue
		case err != nil:
			v.problem(f.Path, "%s", err)
		}
		info, err := os.Lstat(path)
		present[f.Path] = err == nil && info.Mode().IsRegular() && (!isJSONL(f.Path) || info.Size() <= maxLines(f))
	}
	return present
}

// maxLines is how large a damaged file of lines may be to be read here all the
// same: a line can be as long as the file.
func maxLines(f File) int64 { return f.Bytes + f.Bytes/2 + 1<<20 }

// readLimits are what the second reader may use on a shard: a damaged file can
// make it ask for any amount of memory, or never end.
func readLimits(s Shard) sandbox.Limits {
	const bytesPerSecond = 1 << 20
	const each = 64 // bytes that it takes for one of values: nulls and short ones take many, and pages are read whole
	return sandbox.Limits{
		Wall:   time.Minute + time.Duration(s.Values/bytesPerSecond)*time.Second,
		Memory: 1<<29 + each*min(s.Values, 7<<29/each),
	}
}

func (v *verifier) compareShard(ctx context.Context, s Shard, columns []Column, expected *expectedRows, present bool) error {
	if expected != nil {
		defer expected.stop()
	}
	if !present {
		return nil
	}
	c := comparison{shard: s, columns: columns, expected: expected, sum: sha256.New()}
	path := filepath.Join(v.dir, filepath.FromSlash(s.Path))
	var broken error
	if isJSONL(s.Path) {
		broken = c.readRows(jsonCells(path, columns))
	} else {
		var err error
		if broken, err = readApart(ctx, path, &c); err != nil {
			return err
		}
	}
	if err := errors.Join(ctx.Err(), expected.failed()); err != nil {
		return err
	}
	v.conclude(c, broken)
	return nil
}

// readApart reads a shard in a child process and compares what it says. broken is
// why the reading broke off.
func readApart(ctx context.Context, path string, c *comparison) (broken, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	child, err := sandbox.Self(reading, []string{"internal", "read-shard", path}, nil, readLimits(c.shard))
	if err != nil {
		return nil, err
	}
	broken = c.read(json.NewDecoder(child.Stdout))
	ended := broken == nil || errors.Is(broken, io.EOF) || errors.Is(broken, io.ErrUnexpectedEOF)
	if !ended {
		stop() // nobody reads what it may still write
	}
	if died := child.Wait(); ended {
		broken = cmp.Or(died, broken)
	}
	return broken, nil
}

// conclude reports what a comparison found, and why the reading broke off.
func (v *verifier) conclude(c comparison, broken error) {
	if broken != nil {
		c.nextGroup()
	}
	v.report.Problems = append(v.report.Problems, c.problems()...)
	if broken == nil {
		v.report.Shards++
		v.report.Rows += c.row
		return
	}
	reader := "the second reader"
	if isJSONL(c.shard.Path) {
		reader = "reading"
	}
	detail := fmt.Sprintf("%s broke off after %d rows: %s", reader, c.row, oneLine(broken))
	v.report.Problems = append(v.report.Problems, Problem{c.shard.Path, c.group(), -1, detail})
}

// oneLine shortens what a dying process wrote to something to read.
func oneLine(err error) string {
	const limit = 300
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}

// hexDigest is how digests are written in manifests and lines.
func hexDigest(d digest) string { return hex.EncodeToString(d[:]) }
