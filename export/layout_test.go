package export

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// TestLayout exports each format, as Parquet and as JSON Lines, with a lineage
// config where it can have one, in two splits, and checks what is said of it.
func TestLayout(t *testing.T) {
	var samples []given
	for i := range 8 {
		task := fmt.Sprint("t", i%4)
		samples = append(samples, given{task: task, index: i}, given{task: task, index: 100 + i, verdict: "fail"})
	}
	db := openWith(t, samples...)
	trace(t, db, "t1", "def f(x):\n    return x\n", "xml/1")
	for i, format := range Formats() {
		for _, jsonl := range []bool{false, true} {
			o := passing(t)
			o.Format, o.JSONL, o.Proxy, o.ValidationShare = format, jsonl, prompter(db), 0.4
			f := must(o.format())
			o.LineageConfig, o.Weight, o.ShardRows = f.trains(), f.trains(), 3*(i%2)
			export(t, db, o)
			m := must(ReadManifest(o.Out))
			for name, check := range map[string]func(*testing.T, Options, Manifest){"croissant": checkCroissant, "card": checkCard, "dataset_info": checkDatasetInfo} {
				t.Run(fmt.Sprint(format, " jsonl=", jsonl, " ", name), func(t *testing.T) { check(t, o, m) })
			}
		}
	}
}

func readJSON(t *testing.T, path string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(must(os.ReadFile(path)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestLineageConfig checks that each row of the lineage goes with the row in the
// same place.
func TestLineageConfig(t *testing.T) {
	db := openWith(t, judged()...)
	for _, format := range []string{"messages", "dpo"} {
		o := keptBy(t, format)
		o.LineageConfig, o.Lineage, o.ShardRows = true, true, 2
		export(t, db, o)
		m := must(ReadManifest(o.Out))
		data, lineage := rowsOfTable(t, o.Out, m.Table, false), rowsOfTable(t, o.Out, *m.Lineage, false)
		own := len(m.Columns) - len(m.Lineage.Columns)
		for i := range data {
			if diff := cmp.Diff(data[i][own:], lineage[i]); diff != "" {
				t.Errorf("%s row %d: %s", format, i, diff)
			}
		}
		if len(m.Shards) < 2 || len(data) != len(lineage) || !strings.HasPrefix(m.Lineage.Shards[1].Path, "lineage/train-00001-of-") {
			t.Errorf("%d and %d rows, %v", len(data), len(lineage), m.Lineage.Shards)
		}
		if n := count(t, db, "shard_row JOIN shard h ON h.id = shard_id WHERE h.path LIKE 'lineage/%'"); n != 0 {
			t.Errorf("%d rows of lineage are recorded as rows", n)
		}
		verified(t, o.Out, db)
		if err := os.Rename(filepath.Join(o.Out, m.Lineage.Shards[0].Path), filepath.Join(t.TempDir(), "x")); err != nil {
			t.Fatal(err)
		}
		if report := must(Verify(t.Context(), o.Out, VerifyOptions{})); len(report.Problems) != 1 {
			t.Errorf("a missing shard of the lineage: %v", report.Problems)
		}
	}
}

// The keys that Croissant 1.0 demands are there, every reference leads somewhere,
// and the fields are the columns.
func checkCroissant(t *testing.T, o Options, m Manifest) {
	c := readJSON(t, filepath.Join(o.Out, croissantName))
	if c["@type"] != "sc:Dataset" || c["conformsTo"] != "http://mlcommons.org/croissant/1.0" || c["name"] != "passing" || c["description"] == "" {
		t.Errorf("%v", c)
	}
	known := map[string]bool{}
	hashes := map[string]string{}
	for _, d := range c["distribution"].([]any) {
		node := d.(map[string]any)
		required := []string{"@id", "name", "encodingFormat", "contentUrl", "sha256"}
		if node["@type"] == "cr:FileSet" {
			required = []string{"@id", "name", "encodingFormat", "includes"}
		}
		demand(t, node, required...)
		known[node["@id"].(string)] = true
		if sum, ok := node["sha256"].(string); ok {
			hashes[node["contentUrl"].(string)] = sum
		}
	}
	want := map[string]string{}
	for _, table := range m.tables() {
		for _, s := range table.Shards {
			want[s.Path] = s.SHA256
		}
	}
	if diff := cmp.Diff(want, hashes); diff != "" {
		t.Error(diff)
	}
	sets := map[string][]string{}
	for _, r := range c["recordSet"].([]any) {
		set := r.(map[string]any)
		demand(t, set, "@type", "@id", "name", "field")
		sets[set["@id"].(string)] = checkFields(t, set["field"].([]any), known)
	}
	for _, table := range m.namedTables() {
		fields := []string{"split"}
		for _, c := range table.Columns {
			fields = append(fields, c.Name)
		}
		if diff := cmp.Diff(fields, sets[table.name]); diff != "" {
			t.Error(diff)
		}
	}
}

func demand(t *testing.T, node map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if node[key] == nil || node[key] == "" {
			t.Errorf("%v has no %s", node["@id"], key)
		}
	}
}

// checkFields checks fields and those below them, and returns their names.
func checkFields(t *testing.T, fields []any, known map[string]bool) (names []string) {
	for _, f := range fields {
		field := f.(map[string]any)
		demand(t, field, "@type", "@id", "name")
		if below, ok := field["subField"].([]any); ok {
			demand(t, field, "repeated")
			checkFields(t, below, known)
		} else if kind, _ := field["dataType"].(string); !slices.Contains([]string{"sc:Text", "sc:Integer", "sc:Float", "sc:Boolean"}, kind) {
			t.Errorf("%v has the type %q", field["@id"], kind)
		}
		if source, ok := field["source"].(map[string]any); ok {
			demand(t, source, "extract")
			if id := source["fileSet"].(map[string]any)["@id"].(string); !known[id] {
				t.Errorf("%v comes from %s, which is nowhere", field["@id"], id)
			}
		}
		names = append(names, path.Base(field["@id"].(string)))
	}
	return names
}

// The card is YAML that says the same as the shards: its globs match them, its
// features are the columns.
func checkCard(t *testing.T, o Options, m Manifest) {
	type feature struct {
		Name  string
		Dtype string
		List  []map[string]any
	}
	type info struct {
		ConfigName string `yaml:"config_name"`
		Features   []feature
		Splits     []struct {
			Name     string
			Examples int `yaml:"num_examples"`
		}
		Size int64 `yaml:"dataset_size"`
	}
	_, rest, _ := strings.Cut(string(must(os.ReadFile(filepath.Join(o.Out, cardName)))), "---\n")
	head, _, _ := strings.Cut(rest, "---\n")
	var card struct {
		Configs []struct {
			ConfigName string                         `yaml:"config_name"`
			DataFiles  []struct{ Split, Path string } `yaml:"data_files"`
			Default    bool
		}
		DatasetInfo yaml.Node `yaml:"dataset_info"`
	}
	if err := yaml.Unmarshal([]byte(head), &card); err != nil {
		t.Fatal(err)
	}
	infos := make([]info, 1)
	if o.LineageConfig {
		infos = nil
		if err := card.DatasetInfo.Decode(&infos); err != nil {
			t.Fatal(err)
		}
	} else if err := card.DatasetInfo.Decode(&infos[0]); err != nil {
		t.Fatal(err)
	}
	tables := m.namedTables()
	if len(card.Configs) != len(tables) || len(infos) != len(tables) || card.Configs[0].Default != o.LineageConfig {
		t.Fatalf("%d configs, %d infos, %d tables", len(card.Configs), len(infos), len(tables))
	}
	for i, table := range tables {
		var matched []string
		for _, files := range card.Configs[i].DataFiles {
			found := must(filepath.Glob(filepath.Join(o.Out, files.Path)))
			for _, name := range found {
				matched = append(matched, filepath.ToSlash(must(filepath.Rel(o.Out, name))))
			}
		}
		var shards, features []string
		for _, s := range table.Shards {
			shards = append(shards, s.Path)
		}
		if diff := cmp.Diff(shards, matched); diff != "" {
			t.Error(diff)
		}
		for _, f := range infos[i].Features {
			features = append(features, f.Name)
		}
		for j, c := range table.Columns {
			f := infos[i].Features[j]
			if f.Name != c.Name || (c.Type == listType) != (len(f.List) == len(c.Fields) && f.Dtype == "") {
				t.Errorf("%+v is no feature for %+v", f, c)
			}
		}
		rows := 0
		for _, s := range infos[i].Splits {
			rows += s.Examples
		}
		if rows != m.Rows || len(features) != len(table.Columns) {
			t.Errorf("%d of %d rows, features %v", rows, m.Rows, features)
		}
	}
}

// Every entry for LLaMA-Factory names a file and columns that are there, in a shape
// that it knows.
func checkDatasetInfo(t *testing.T, o Options, m Manifest) {
	info := readJSON(t, filepath.Join(o.Out, datasetInfoName))
	single := slices.ContainsFunc(m.splitSizes(), func(s splitSize) bool { return len(s.shards) == 1 })
	if analysis := o.Format == "raw" || o.Format == "trace"; (single && !analysis) != (len(info) > 0) {
		t.Errorf("%d entries", len(info))
	}
	for name, e := range info {
		entry := e.(map[string]any)
		if _, err := os.Stat(filepath.Join(o.Out, entry["file_name"].(string))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		columns := entry["columns"].(map[string]any)
		for role, column := range columns {
			if !slices.Contains([]string{"prompt", "response", "messages", "chosen", "rejected", "kto_tag"}, role) {
				t.Errorf("%s: no column plays %s", name, role)
			}
			if !slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Name == column }) {
				t.Errorf("%s: there is no column %s", name, column)
			}
		}
		_, chosen := columns["chosen"]
		if chosen != (entry["ranking"] == true) || (columns["kto_tag"] != nil) != (o.Format == "kto") || (entry["formatting"] == "sharegpt") != (o.Format == "messages") {
			t.Errorf("%s: %v", name, entry)
		}
	}
}
