package export

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"

	"nextworkbench/schema"
)

// specimen is an export that damage is done to: two shards of three row groups
// each, or one of each config.
type specimen struct {
	db      *schema.DB
	dir     string
	texts   map[string]string // of all files
	shards  []string
	columns map[string][]Column
	rows    map[string][][]cell
	spans   map[string][]span // where the row groups lie
	other   map[string]string // the texts of an export of other samples
}

// span is the bytes from start to end.
type span struct{ start, end int }

// smallGroups makes row groups of few rows.
type smallGroups struct {
	encoder
	bytes int64
}

func (e smallGroups) groupBytes() int64 { return e.bytes }

func newSpecimen(t *testing.T, jsonl, config bool) *specimen {
	t.Helper()
	samples := several(12)
	s := &specimen{columns: map[string][]Column{}, rows: map[string][][]cell{}, spans: map[string][]span{}}
	dirs := make([]string, 2)
	for i := range dirs {
		o := passing(t)
		o.JSONL, o.LineageConfig, o.Format, o.ShardRows = jsonl, config, "messages", 6
		if config {
			o.ShardRows = 0
		}
		s.db = openWith(t, samples...)
		export(t, s.db, o)
		s.regroup(t, o.Out, jsonl)
		dirs[i] = o.Out
		samples[4].rationale = "Changed."
	}
	s.dir, s.other = dirs[1], files(t, dirs[0])
	s.texts = files(t, s.dir)
	s.record(t)
	verified(t, s.dir, s.db)
	return s
}

// record stores the export with its small row groups in the database, so that it
// has nothing to say against it.
func (s *specimen) record(t *testing.T) {
	t.Helper()
	m := must(ReadManifest(s.dir))
	selected := must(frozen(t.Context(), s.db, m.Selection))
	check(t, s.db.Write(t.Context(), func(tx *schema.Tx) error {
		id, err := tx.Freeze(selected.Selection)
		if err != nil {
			return err
		}
		e := schema.Export{SHA256: m.SHA256, Selection: id, Format: m.Options.Format, Options: m.Options}
		for _, shard := range m.Shards {
			of := schema.Shard{Path: shard.Path, SHA256: shard.SHA256, Bytes: shard.Bytes, Rows: selected.Samples[:shard.Rows]}
			e.Shards, selected.Samples = append(e.Shards, of), selected.Samples[shard.Rows:]
		}
		_, err = tx.RecordExport(e)
		return err
	}))
}

// regroup writes the shards again in small row groups and makes a manifest of them.
func (s *specimen) regroup(t *testing.T, dir string, jsonl bool) {
	t.Helper()
	m := must(ReadManifest(dir))
	for _, table := range m.tables() {
		for i, shard := range table.Shards {
			s.columns[shard.Path] = table.Columns
			s.rows[shard.Path] = rowsOfTable(t, dir, Table{table.Columns, []Shard{shard}}, jsonl)
			again := s.write(t, filepath.Join(dir, shard.Path), shard.Path, s.rows[shard.Path])
			again.Path, again.Split = shard.Path, shard.Split
			table.Shards[i] = again
		}
	}
	if err := errors.Join(m.seal(), os.WriteFile(filepath.Join(dir, manifestName), must(m.encode()), 0o666)); err != nil {
		t.Fatal(err)
	}
	s.shards = slices.Sorted(maps.Keys(s.rows))
	for _, name := range s.shards {
		s.spans[name] = spans(t, filepath.Join(dir, name))
	}
}

// write writes a file of rows as the export does, in row groups of about four.
func (s *specimen) write(t *testing.T, path, name string, rows [][]cell) Shard {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	shard := must(createShard(path, s.columns[name], isJSONL(name)))
	if !isJSONL(name) {
		shard.encoder = smallGroups{shard.encoder, cellBytes(rows[0]) * 5 / 2}
	}
	for _, row := range rows {
		if err := shard.append(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := shard.close(); err != nil {
		t.Fatal(err)
	}
	return must(shard.facts(0))
}

// spans finds the row groups of a file; lines are one.
func spans(t *testing.T, path string) []span {
	t.Helper()
	if isJSONL(path) {
		return []span{{0, len(must(os.ReadFile(path)))}}
	}
	reader := must(file.OpenParquetFile(path, false))
	defer reader.Close()
	var all []span
	for _, group := range reader.MetaData().RowGroups {
		of := span{start: 1 << 30}
		for _, column := range group.Columns {
			start := column.MetaData.DataPageOffset
			if column.MetaData.DictionaryPageOffset != nil {
				start = *column.MetaData.DictionaryPageOffset
			}
			of.start = min(of.start, int(start))
			of.end = max(of.end, int(start+column.MetaData.TotalCompressedSize))
		}
		all = append(all, of)
	}
	return all
}

// damage is what was done, and the place that a problem must name.
type damage struct {
	how   string
	file  string
	group int  // -1 where it is in no row group, or in several
	blind bool // the bytes may say the same as before; only the hash must tell
	asDB  bool // only the database can tell
}

// damages are the sorts of damage. Each does one to the directory dir, and returns
// false where the specimen has no place for it.
var damages = []func(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool){
	damageBytes, damageBytes, damageBytes, damageBytes, damageBytes, damageRows, damageRows, damageRows,
	damageFiles, damageFiles, damageManifest, damageManifest, sealManifest, damageFooter,
}

// damageBytes does what disks and networks do to any file, most often to shards.
func damageBytes(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	name := pick(r, slices.Sorted(maps.Keys(s.texts)))
	if r.IntN(4) > 0 {
		name = pick(r, s.shards)
	}
	text := []byte(s.texts[name])
	at := r.IntN(len(text))
	if len(s.spans[name]) > 0 && r.IntN(2) == 0 { // where the values are
		of := pick(r, s.spans[name])
		at = of.start + r.IntN(of.end-of.start)
	}
	length := min(1+r.IntN(64), len(text)-at)
	d := damage{file: name, group: -1, blind: true}
	switch r.IntN(8) {
	case 0, 1:
		length = 1
		text[at] ^= 1 << r.IntN(8)
		d.how = fmt.Sprintf("bit flipped in byte %d", at)
	case 2:
		clear(text[at : at+length])
		d.how = fmt.Sprintf("%d zeroes at %d", length, at)
	case 3:
		for i := range length {
			text[at+i] = byte(r.Uint32())
		}
		d.how = fmt.Sprintf("%d random bytes at %d", length, at)
	case 4:
		d.how = fmt.Sprintf("cut at %d", at)
		text, length = text[:at], 0
	case 5:
		text, length = slices.Delete(text, at, at+length), 0
		d.how = fmt.Sprintf("bytes lost at %d", at)
	case 6:
		text, length = slices.Insert(text, at, text[at:at+length]...), 0
		d.how = fmt.Sprintf("bytes twice at %d", at)
	default:
		text, length = append(text, make([]byte, 1+r.IntN(9))...), 0
		d.how = "zeroes at the end"
	}
	if length > 0 {
		d.group = slices.IndexFunc(s.spans[name], func(of span) bool { return of.start <= at && at+length <= of.end })
	}
	if string(text) == s.texts[name] {
		return d, false
	}
	overwrite(t, filepath.Join(dir, name), text)
	return d, true
}

// damageRows writes a shard again, whole and valid, with other rows.
func damageRows(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	name := pick(r, s.shards)
	rows := slices.Clone(s.rows[name])
	m := must(ReadManifest(s.dir))
	groups := groupsOf(m, name)
	i := r.IntN(len(rows))
	d := damage{file: name}
	switch r.IntN(5) {
	case 0:
		d.how = fmt.Sprintf("row %d edited", i)
		rows[i] = edited(r, rows[i])
	case 1:
		d.how = fmt.Sprintf("row %d twice", i)
		rows = slices.Insert(rows, i, rows[i])
	case 2:
		d.how = fmt.Sprintf("row %d lost", i)
		rows = slices.Delete(rows, i, i+1)
	case 3:
		j := (i + 1) % len(rows)
		d.how = fmt.Sprintf("rows %d and %d swapped", i, j)
		rows[i], rows[j] = rows[j], rows[i]
	default: // row groups swapped
		if groups[len(rows)-1] < 2 {
			return d, false
		}
		second, third := slices.Index(groups, 1), slices.Index(groups, 2)
		d.how = "the first two row groups swapped"
		rows = slices.Concat(rows[second:third], rows[:second], rows[third:])
	}
	s.write(t, filepath.Join(dir, name), name, rows)
	first := firstDifference(rows, s.rows[name])
	if d.group = -1; first < len(groups) {
		d.group = groups[first]
	}
	return d, first < max(len(rows), len(groups))
}

// firstDifference is how many rows are the same from the start on.
func firstDifference(a, b [][]cell) (n int) {
	for n < min(len(a), len(b)) && must(rowDigest(a[n])) == must(rowDigest(b[n])) {
		n++
	}
	return n
}

// groupsOf is the row group of each row of a shard.
func groupsOf(m Manifest, name string) (all []int) {
	for _, table := range m.tables() {
		for _, s := range table.Shards {
			for i, g := range s.RowGroups {
				if s.Path == name {
					all = append(all, slices.Repeat([]int{i}, g.Rows)...)
				}
			}
		}
	}
	return all
}

// edited is a row with one value changed, if only a little.
func edited(r *rand.Rand, row []cell) []cell {
	row = slices.Clone(row)
	i := r.IntN(len(row))
	switch v := row[i].(type) {
	case string:
		row[i] = v + " "
	case int64:
		row[i] = v + 1
	case items:
		v = slices.Clone(v)
		last := len(v) - 1
		v[last] = edited(r, v[last])
		row[i] = v
	}
	return row
}

// damageFiles does what people do: to whole files.
func damageFiles(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	name := pick(r, slices.Sorted(maps.Keys(s.texts)))
	path := filepath.Join(dir, name)
	d := damage{file: name, group: -1}
	switch r.IntN(9) {
	case 0:
		d.how = "removed"
		check(t, os.Remove(path))
	case 1:
		d.how, d.file = "another file", pick(r, []string{"data/train-9.parquet", "x", ".hidden", "data/.part"})
		overwrite(t, filepath.Join(dir, d.file), []byte(s.texts[name]))
	case 2:
		d.how = "renamed"
		check(t, os.Rename(path, path+"~"))
	case 3:
		d.how = "a link to a copy"
		check(t, os.Rename(path, dir+".copy"), os.Symlink(dir+".copy", path))
	case 4:
		d.how = "a folder in its place"
		check(t, os.Remove(path), os.MkdirAll(filepath.Join(path, "below"), 0o777))
	case 5:
		d.how = "empty"
		overwrite(t, path, nil)
	case 6:
		name = pick(r, s.shards)
		d.how, d.file = "from another export", name
		overwrite(t, filepath.Join(dir, name), []byte(s.other[name]))
		if s.other[name] == s.texts[name] {
			return d, false
		}
	case 7:
		one, two := s.shards[0], s.shards[1]
		d.how, d.file, d.group = "shards swapped", one, 0
		overwrite(t, filepath.Join(dir, one), []byte(s.texts[two]))
		overwrite(t, filepath.Join(dir, two), []byte(s.texts[one]))
	default:
		d.how, d.file = "the folder is a link", dataFolder
		check(t, os.Rename(filepath.Join(dir, dataFolder), dir+".data"), os.Symlink(dir+".data", filepath.Join(dir, dataFolder)))
	}
	return d, true
}

// damageManifest changes one value of the manifest, and no more.
func damageManifest(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	var tree any
	check(t, json.Unmarshal([]byte(s.texts[manifestName]), &tree))
	return unseal(t, s, dir, pick(r, leaves(tree, ""))), true
}

func unseal(t *testing.T, s *specimen, dir, place string) damage {
	var tree any
	check(t, json.Unmarshal([]byte(s.texts[manifestName]), &tree))
	change(tree, place, "")
	overwrite(t, filepath.Join(dir, manifestName), must(indented(must(compactJSON(tree)))))
	return damage{how: place + " changed", file: manifestName, group: -1}
}

// sealManifest changes one value and gives the manifest the hash that it then has.
// Where the facts still agree with each other and with the files, only a database
// knows that there never was such an export.
func sealManifest(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	var tree map[string]any
	check(t, json.Unmarshal([]byte(s.texts[manifestName]), &tree))
	place := pick(r, leaves(tree, ""))
	return seal(t, s, dir, place), place != ".sha256"
}

func seal(t *testing.T, s *specimen, dir, place string) damage {
	var tree map[string]any
	check(t, json.Unmarshal([]byte(s.texts[manifestName]), &tree))
	change(tree, place, "")
	text := must(compactJSON(tree))
	var m Manifest
	if err := json.Unmarshal(text, &m); err == nil { // else no hash can help
		check(t, m.seal())
		text = must(m.encode())
	}
	overwrite(t, filepath.Join(dir, manifestName), text)
	return damage{how: place + " changed and sealed", group: -1, asDB: true}
}

// leaves are the places of all single values below a JSON value.
func leaves(value any, place string) (all []string) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, leaves(v[key], place+"."+key)...)
		}
	case []any:
		for i, item := range v {
			all = append(all, leaves(item, place+"."+strconv.Itoa(i))...)
		}
	default:
		all = append(all, place)
	}
	return all
}

// change returns the JSON value with another in the wanted place.
func change(value any, wanted, place string) any {
	switch v := value.(type) {
	case map[string]any:
		for key, field := range v {
			v[key] = change(field, wanted, place+"."+key)
		}
	case []any:
		for i, item := range v {
			v[i] = change(item, wanted, place+"."+strconv.Itoa(i))
		}
	case string:
		if place == wanted {
			return v + "0"
		}
	case float64:
		if place == wanted {
			return v + 1
		}
	case bool:
		if place == wanted {
			return !v
		}
	case nil:
		if place == wanted {
			return 1
		}
	}
	return value
}

// damageFooter declares sizes in the footer that are not those of the file.
func damageFooter(t *testing.T, r *rand.Rand, s *specimen, dir string) (damage, bool) {
	name := pick(r, s.shards)
	if isJSONL(name) {
		return damage{}, false
	}
	group := r.IntN(len(s.spans[name]))
	huge := pick(r, []int64{-1, 0, 1 << 20, 1 << 31, 1 << 40, 1<<63 - 1})
	place := r.IntN(6)
	text := []byte(s.texts[name])
	declare(t, &text, func(footer *metadata.FileMetaData) {
		column := footer.RowGroups[group].Columns[0].MetaData
		switch place {
		case 0:
			footer.NumRows = huge
		case 1:
			footer.RowGroups[group].NumRows = huge
		case 2:
			column.NumValues = huge
		case 3:
			column.TotalCompressedSize = huge
		case 4:
			column.DataPageOffset = huge
		default:
			footer.RowGroups[group].TotalByteSize = huge
		}
	})
	overwrite(t, filepath.Join(dir, name), text)
	return damage{how: fmt.Sprintf("footer declares %d in place %d of row group %d", huge, place, group), file: name, group: -1, blind: true}, true
}

// declare writes another footer behind the row groups of a Parquet file.
func declare(t *testing.T, text *[]byte, edit func(*metadata.FileMetaData)) {
	t.Helper()
	end := len(*text) - 8
	start := end - int(binary.LittleEndian.Uint32((*text)[end:]))
	footer := must(metadata.NewFileMetaData((*text)[start:end], nil))
	edit(footer)
	var out bytes.Buffer
	must(footer.WriteTo(&out, nil))
	*text = slices.Concat((*text)[:start], out.Bytes(), binary.LittleEndian.AppendUint32(nil, uint32(out.Len())), []byte("PAR1"))
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func check(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, text []byte) {
	t.Helper()
	check(t, os.WriteFile(path, text, 0o666))
}

// restore makes the directory what it was.
func (s *specimen) restore(t *testing.T, dir string) {
	t.Helper()
	check(t, os.RemoveAll(dir), os.RemoveAll(dir+".copy"), os.RemoveAll(dir+".data"))
	for name, text := range s.texts {
		check(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		overwrite(t, filepath.Join(dir, name), []byte(text))
	}
}

// toll is what a series of damages came to.
type toll struct {
	done, named, hashOnly int
	slowest               time.Duration
}

// inflict does one damage and checks that it is told with its place.
func (n *toll) inflict(t *testing.T, s *specimen, dir string, d damage) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var o VerifyOptions
	if d.asDB {
		o.DB = s.db
	}
	start := time.Now()
	report, err := Verify(ctx, dir, o)
	n.slowest = max(n.slowest, time.Since(start))
	if err != nil {
		t.Errorf("%s, %s: %v", d.file, d.how, err)
	}
	n.done++
	inFile := func(p Problem) bool { return d.asDB || p.File == d.file }
	inGroup := func(p Problem) bool { return inFile(p) && p.Group == d.group }
	switch {
	case !slices.ContainsFunc(report.Problems, inFile):
		t.Errorf("%s, %s: %v", d.file, d.how, report.Problems)
	case d.group < 0:
	case slices.ContainsFunc(report.Problems, inGroup):
		n.named++
	case d.blind && report.Shards == len(s.shards) && len(report.Problems) == 1: // every row was read and is right
		n.hashOnly++
	default:
		t.Errorf("%s, %s: row group %d is not named in %v", d.file, d.how, d.group, report.Problems)
	}
	for _, err := range Rows(ctx, dir) {
		if err == nil && d.file == s.shards[0] {
			t.Errorf("%s, %s: read all the same", d.file, d.how)
		}
		break
	}
}

// campaign is the variable under which long tests run in full.
const campaign = "WORKBENCH_CAMPAIGN"

// Damage of any kind is found and its place is named, and nothing crashes or hangs
// on it. WORKBENCH_DAMAGES asks for another number than the usual ones.
func TestRandomDamage(t *testing.T) {
	usual := "208"
	switch {
	case os.Getenv(campaign) != "":
		usual = "5000"
	case testing.Short():
		usual = "52"
	}
	total, err := strconv.Atoi(cmp.Or(os.Getenv("WORKBENCH_DAMAGES"), usual))
	check(t, err)
	for i, c := range []struct{ jsonl, config bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		t.Run(fmt.Sprintf("jsonl=%t lineage-config=%t", c.jsonl, c.config), func(t *testing.T) {
			t.Parallel()
			s := newSpecimen(t, c.jsonl, c.config)
			r := rand.New(rand.NewPCG(1, uint64(i)))
			dir := filepath.Join(t.TempDir(), "out")
			var n toll
			for k := 0; n.done < total/4; k++ {
				s.restore(t, dir)
				if d, ok := damages[k%len(damages)](t, r, s, dir); ok {
					n.inflict(t, s, dir, d)
				}
			}
			s.restore(t, dir)
			verified(t, dir, nil)
			t.Logf("%d damages told, %d with their row group, %d by the hash alone; the slowest took %s", n.done, n.named, n.hashOnly, n.slowest)
		})
	}
}

// Every value of a manifest counts, also where the manifest has the hash of what
// it says.
func TestEveryManifestField(t *testing.T) {
	s := newSpecimen(t, true, true)
	dir := filepath.Join(t.TempDir(), "out")
	s.restore(t, dir)
	var tree any
	check(t, json.Unmarshal([]byte(s.texts[manifestName]), &tree))
	var n toll
	for _, place := range leaves(tree, "") {
		n.inflict(t, s, dir, unseal(t, s, dir, place))
		if place != ".sha256" {
			n.inflict(t, s, dir, seal(t, s, dir, place))
		}
	}
	if n.done < 150 {
		t.Errorf("%d fields", n.done)
	}
}
