package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// The files of an export that are not shards.
const (
	manifestName    = "manifest.json"
	cardName        = "README.md"
	datasetInfoName = "dataset_info.json"
	croissantName   = "croissant.json"
)

// manifestVersion names the layout of the manifest and of the directory.
const manifestVersion = "nextworkbench-export/2"

// Manifest says what an export is made of. Its SHA256 is the content address of
// the export: the hash of the manifest's compact JSON with sorted keys, without
// the key sha256 itself. Nothing in it depends on where or when it was written.
type Manifest struct {
	Version   string           `json:"version"`
	SHA256    string           `json:"sha256,omitempty"`
	Database  ManifestDatabase `json:"database"`
	Selection Selected         `json:"selection"`
	Options   ManifestOptions  `json:"options"`
	Lifted    []Lifted         `json:"lifted,omitempty"` // guards that let rows through
	Rows      int              `json:"rows"`
	Counts    Counts           `json:"counts"`
	Table                      // the rows, in the columns of the format
	Lineage   *Table           `json:"lineage,omitempty"` // of the config lineage: what the rows come from, row by row
	Files     []File           `json:"files"`             // those that are no shards
}

// Table is the columns and the shards of one config.
type Table struct {
	Columns []Column `json:"columns"`
	Shards  []Shard  `json:"shards"`
}

// ManifestDatabase is the workbench file that was exported from.
type ManifestDatabase struct {
	UUID          string `json:"uuid"`
	SchemaVersion int    `json:"schema_version"`
}

// Selected is the frozen selection: the question, whole, and the content address
// of its answer.
type Selected struct {
	Name       string            `json:"name"`
	Query      string            `json:"query"`
	Parameters map[string]string `json:"parameters"`
	Samples    int               `json:"samples"`
	Dropped    int               `json:"dropped,omitempty"` // the last so many samples, which the query left out
	SHA256     string            `json:"sha256"`
}

// ManifestOptions are those options that change what is written.
type ManifestOptions struct {
	Format          string   `json:"format"`
	JSONL           bool     `json:"jsonl"`
	LineageColumns  bool     `json:"lineage_columns"`
	LineageConfig   bool     `json:"lineage_config"`
	Weight          bool     `json:"weight"`
	Template        string   `json:"template"`
	Order           string   `json:"order"`
	Shuffle         *int64   `json:"shuffle"`
	ValidationShare float64  `json:"validation_share"`
	ValidationSeed  int64    `json:"validation_seed"`
	MaxPerTask      int      `json:"max_per_task"`
	ShardRows       int      `json:"shard_rows"`
	ShardBytes      int64    `json:"shard_bytes"`
	Allow           []string `json:"allow"`
}

// Counts are the rows by what they come from; traces come from no model. An
// iteration is RUN/NUMBER, without the run for recorded samples, and empty where
// there is none.
type Counts struct {
	Source    map[string]int `json:"source"`
	Model     map[string]int `json:"model"`
	Iteration map[string]int `json:"iteration"`
}

func newCounts() Counts { return Counts{map[string]int{}, map[string]int{}, map[string]int{}} }

func (n Counts) add(c content) {
	n.Source[c.source]++
	if c.trace != nil {
		return
	}
	n.Model[c.model]++
	var place []string
	if c.run != nil {
		place = append(place, *c.run)
	}
	if c.iteration != nil {
		place = append(place, fmt.Sprint(*c.iteration))
	}
	n.Iteration[strings.Join(place, "/")]++
}

// File is one file of an export; its path is relative and has forward slashes.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Shard is one file of rows.
type Shard struct {
	File
	Split     string     `json:"split"` // train, validation or test
	Rows      int        `json:"rows"`
	Values    int64      `json:"value_bytes"` // of all values, before encoding
	RowGroups []RowGroup `json:"row_groups"`
}

// RowGroup is a part of a shard; Digest is the SHA-256 of its row digests.
type RowGroup struct {
	Rows   int    `json:"rows"`
	Digest string `json:"digest"`
}

// seal sets the manifest's own hash.
func (m *Manifest) seal() error {
	sum, err := m.address()
	m.SHA256 = sum
	return err
}

func (m Manifest) address() (string, error) {
	m.SHA256 = ""
	text, err := canonicalJSON(m)
	return schema.Hash(string(text)), err
}

// encode is the text of manifest.json.
func (m Manifest) encode() ([]byte, error) {
	text, err := canonicalJSON(m)
	if err != nil {
		return nil, err
	}
	return indented(text)
}

// canonicalJSON encodes v compactly with all keys sorted.
func canonicalJSON(v any) ([]byte, error) {
	text, err := compactJSON(v)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var generic any
	if err := decoder.Decode(&generic); err != nil {
		return nil, err
	}
	return compactJSON(generic)
}

func indented(text []byte) ([]byte, error) {
	var buffer bytes.Buffer
	if err := json.Indent(&buffer, text, "", "  "); err != nil {
		return nil, err
	}
	buffer.WriteByte('\n')
	return buffer.Bytes(), nil
}

// maxManifestBytes bounds what is read of a manifest that may be anything.
const maxManifestBytes = 1 << 28

// ReadManifest reads and checks the manifest of an export: its form, its own hash
// and that its parts add up. It does not look at the other files; see [Verify].
func ReadManifest(dir string) (Manifest, error) {
	return readManifestFile(filepath.Join(dir, manifestName))
}

func readManifestFile(path string) (Manifest, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Manifest{}, err
	}
	if !info.Mode().IsRegular() {
		return Manifest{}, fmt.Errorf("%s: is no regular file", manifestName)
	}
	if info.Size() > maxManifestBytes {
		return Manifest{}, fmt.Errorf("%s: %d bytes are no manifest", manifestName, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, err
	}
	m, err := decodeManifest(data)
	if err != nil {
		return m, fmt.Errorf("%s: %w", manifestName, err)
	}
	return m, nil
}

func decodeManifest(data []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return m, err
	}
	if m.Version != manifestVersion {
		return m, fmt.Errorf("version %q is not %s: export the selection again", m.Version, manifestVersion)
	}
	sum, err := m.address()
	if err != nil {
		return m, err
	}
	if sum != m.SHA256 {
		return m, fmt.Errorf("its facts hash to %.12s, not to its sha256 %.12s", sum, m.SHA256)
	}
	text, err := m.encode()
	if err != nil {
		return m, err
	}
	if !bytes.Equal(text, data) {
		return m, fmt.Errorf("is not in canonical form")
	}
	return m, m.check()
}

// check proves that the parts of the manifest agree with each other.
func (m Manifest) check() error {
	o := m.Options.options()
	if err := o.completeOrder(); err != nil {
		return err
	}
	if o.Order != m.Options.Order || (o.Shuffle == nil) != (m.Options.Shuffle == nil) {
		return errors.New("does not say in which order the rows are")
	}
	tables, err := o.tables()
	if err != nil {
		return err
	}
	if m.Selection.Dropped < 0 || m.Selection.Dropped > m.Selection.Samples {
		return fmt.Errorf("%d of %d samples cannot be dropped ones", m.Selection.Dropped, m.Selection.Samples)
	}
	for _, l := range m.Lifted {
		if !slices.Contains(m.Options.Allow, l.Guard) {
			return fmt.Errorf("guard %s let rows through and is not among those allowed", l.Guard)
		}
	}
	found := m.tables()
	if len(found) != len(tables) {
		return fmt.Errorf("%d tables are not the %d of its options", len(found), len(tables))
	}
	for i, t := range found {
		if !sameColumns(tables[i].columns, t.Columns) {
			return fmt.Errorf("the columns of %s are not those of format %s", tables[i].name, m.Options.Format)
		}
		if err := m.checkShards(t); err != nil {
			return err
		}
	}
	return m.checkPaths()
}

// tables are the tables of the export, the rows first.
func (m Manifest) tables() []Table {
	if m.Lineage == nil {
		return []Table{m.Table}
	}
	return []Table{m.Table, *m.Lineage}
}

// checkShards proves that the shards of a table hold the rows of the export, cut
// where all tables are cut.
func (m Manifest) checkShards(t Table) error {
	rows := 0
	for i, s := range t.Shards {
		if err := s.check(); err != nil {
			return fmt.Errorf("%s: %w", s.Path, err)
		}
		if i >= len(m.Shards) || s.Rows != m.Shards[i].Rows || s.Split != m.Shards[i].Split {
			return fmt.Errorf("%s: does not go with the shards of the rows", s.Path)
		}
		rows += s.Rows
	}
	if rows != m.Rows {
		return fmt.Errorf("%d rows are %d in the shards", m.Rows, rows)
	}
	return nil
}

func (s Shard) check() error {
	if !slices.Contains(splitNames(), s.Split) {
		return fmt.Errorf("no split is called %q", s.Split)
	}
	rows := 0
	for _, g := range s.RowGroups {
		if g.Rows <= 0 {
			return fmt.Errorf("a row group of %d rows", g.Rows)
		}
		rows += g.Rows
	}
	if rows != s.Rows {
		return fmt.Errorf("%d rows are %d in its row groups", s.Rows, rows)
	}
	return nil
}

func (m Manifest) checkPaths() error {
	seen := map[string]bool{manifestName: true}
	for _, f := range m.files() {
		if seen[f.Path] || !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return fmt.Errorf("the path %q is named twice or leads out of the directory", f.Path)
		}
		seen[f.Path] = true
	}
	return nil
}

// files are all files of the export but the manifest.
func (m Manifest) files() []File {
	all := append([]File{}, m.Files...)
	for _, t := range m.tables() {
		for _, s := range t.Shards {
			all = append(all, s.File)
		}
	}
	return all
}

// database reads which file is exported from.
func database(ctx context.Context, db *schema.DB) (ManifestDatabase, error) {
	uuid, err := db.UUID(ctx)
	if err != nil {
		return ManifestDatabase{}, err
	}
	d := ManifestDatabase{UUID: uuid}
	err = db.QueryRow(ctx, `SELECT user_version FROM pragma_user_version`).Scan(&d.SchemaVersion)
	return d, err
}
