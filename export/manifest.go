package export

import (
	"bytes"
	"context"
	"encoding/json"
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
)

// manifestVersion names the layout of the manifest and of the directory.
const manifestVersion = "nextworkbench-export/1"

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
	Columns   []Column         `json:"columns"`
	Rows      int              `json:"rows"`
	Counts    Counts           `json:"counts"`
	Shards    []Shard          `json:"shards"`
	Files     []File           `json:"files"` // those that are no shards
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
	SHA256     string            `json:"sha256"`
}

// ManifestOptions are those options that change what is written.
type ManifestOptions struct {
	Format         string   `json:"format"`
	LineageColumns bool     `json:"lineage_columns"`
	Template       string   `json:"template"`
	Shuffle        *int64   `json:"shuffle"`
	MaxPerTask     int      `json:"max_per_task"`
	ShardRows      int      `json:"shard_rows"`
	ShardBytes     int64    `json:"shard_bytes"`
	Allow          []string `json:"allow"`
}

// Counts are the rows by what they come from. An iteration is RUN/NUMBER, without
// the run for recorded samples, and empty where there is none.
type Counts struct {
	Source    map[string]int `json:"source"`
	Model     map[string]int `json:"model"`
	Iteration map[string]int `json:"iteration"`
}

func newCounts() Counts { return Counts{map[string]int{}, map[string]int{}, map[string]int{}} }

func (n Counts) add(c content) {
	n.Source[c.source]++
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

// Shard is one Parquet file of an export.
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
	path := filepath.Join(dir, manifestName)
	info, err := os.Stat(path)
	if err != nil {
		return Manifest{}, err
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
		return m, fmt.Errorf("version %q is not %s", m.Version, manifestVersion)
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
	f, err := findFormat(m.Options.Format, m.Options.LineageColumns)
	if err != nil {
		return err
	}
	if !sameColumns(f.columns, m.Columns) {
		return fmt.Errorf("the columns are not those of format %s", f.name)
	}
	for _, l := range m.Lifted {
		if !slices.Contains(m.Options.Allow, l.Guard) {
			return fmt.Errorf("guard %s let rows through and is not among those allowed", l.Guard)
		}
	}
	rows := 0
	for _, s := range m.Shards {
		if err := s.check(); err != nil {
			return fmt.Errorf("%s: %w", s.Path, err)
		}
		rows += s.Rows
	}
	if rows != m.Rows {
		return fmt.Errorf("%d rows are %d in the shards", m.Rows, rows)
	}
	return m.checkPaths()
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
	for _, s := range m.Shards {
		all = append(all, s.File)
	}
	return all
}

func sameColumns(a, b []Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type || a[i].Nullable != b[i].Nullable {
			return false
		}
	}
	return true
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
