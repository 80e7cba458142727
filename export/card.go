package export

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// splitSize is what a dataset card says of one split.
type splitSize struct {
	name             string
	shards           []string
	rows             int
	values, fileSize int64
}

func (t Table) splitSizes() []splitSize {
	var all []splitSize
	for _, s := range t.Shards {
		if n := len(all); n == 0 || all[n-1].name != s.Split {
			all = append(all, splitSize{name: s.Split})
		}
		last := &all[len(all)-1]
		last.shards = append(last.shards, s.Path)
		last.rows += s.Rows
		last.values += s.Values
		last.fileSize += s.Bytes
	}
	return all
}

// card is the dataset card, README.md: YAML for the Hugging Face libraries, then
// text for people. JSON strings are what it quotes with; YAML reads them.
func card(m Manifest) (string, error) {
	var b strings.Builder
	b.WriteString("---\n")
	writeConfigs(&b, m)
	writeDatasetInfo(&b, m)
	b.WriteString("---\n\n")
	err := writeText(&b, m)
	return b.String(), err
}

// namedTables are the tables with the name of their config and the folder of their
// shards.
func (m Manifest) namedTables() []namedTable {
	all := []namedTable{{defaultConfig, dataFolder, m.Table}}
	if m.Lineage != nil {
		all = append(all, namedTable{lineageConfig, lineageFolder, *m.Lineage})
	}
	return all
}

type namedTable struct {
	name, folder string
	Table
}

func writeConfigs(b *strings.Builder, m Manifest) {
	b.WriteString("configs:\n")
	for _, t := range m.namedTables() {
		fmt.Fprintf(b, "- config_name: %s\n", t.name)
		if m.Lineage != nil && t.name == defaultConfig {
			b.WriteString("  default: true\n")
		}
		b.WriteString("  data_files:\n")
		for _, s := range t.splitSizes() {
			fmt.Fprintf(b, "  - split: %s\n    path: %s/%s-*\n", s.name, t.folder, s.name)
		}
	}
}

func writeDatasetInfo(b *strings.Builder, m Manifest) {
	b.WriteString("dataset_info:\n")
	for _, t := range m.namedTables() {
		if m.Lineage != nil {
			fmt.Fprintf(b, "- config_name: %s\n", t.name)
		}
		b.WriteString("  features:\n")
		writeFeatures(b, t.Columns, "  ")
		b.WriteString("  splits:\n")
		var download, size int64
		for _, s := range t.splitSizes() {
			fmt.Fprintf(b, "  - name: %s\n    num_bytes: %d\n    num_examples: %d\n", s.name, s.values, s.rows)
			download += s.fileSize
			size += s.values
		}
		fmt.Fprintf(b, "  download_size: %d\n  dataset_size: %d\n", download, size)
	}
}

// writeFeatures writes columns in the words of the Hugging Face libraries.
func writeFeatures(b *strings.Builder, columns []Column, indent string) {
	kinds := map[string]string{textType: "string", integerType: "int64", numberType: "float64", booleanType: "bool"}
	for _, c := range columns {
		fmt.Fprintf(b, "%s- name: %s\n", indent, c.Name)
		if c.Type == listType {
			fmt.Fprintf(b, "%s  list:\n", indent)
			writeFeatures(b, c.Fields, indent+"  ")
		} else {
			fmt.Fprintf(b, "%s  dtype: %s\n", indent, kinds[c.Type])
		}
	}
}

// subject says in a few words what the rows are.
func (m Manifest) subject() string {
	what := "Repair samples"
	if m.Options.Format == "trace" {
		what = "Traces of the programs of repair samples"
	}
	return fmt.Sprintf("%s selected by the query `%s`", what, m.Selection.Name)
}

func writeText(b *strings.Builder, m Manifest) error {
	fmt.Fprintf(b, "# %s\n\n%s, exported from a NExT workbench.\n\n", m.Selection.Name, m.subject())
	fmt.Fprintf(b, "- selection: `%s`, %d samples\n", m.Selection.SHA256, m.Selection.Samples-m.Selection.Dropped)
	if m.Selection.Dropped > 0 {
		fmt.Fprintf(b, "- with them, as what to avoid: %d samples that it left out\n", m.Selection.Dropped)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Selection.Parameters)) {
		fmt.Fprintf(b, "- parameter %s: %s\n", name, strconv.Quote(m.Selection.Parameters[name]))
	}
	fmt.Fprintf(b, "- rows: %d in %d shards\n- database: `%s`\n", m.Rows, len(m.Shards), m.Database.UUID)
	writeOptions(b, m.Options)
	if len(m.Options.Allow) > 0 {
		fmt.Fprintf(b, "- **guards lifted: %s**\n", strings.Join(m.Options.Allow, ", "))
	}
	for _, l := range m.Lifted {
		fmt.Fprintf(b, "- let through by guard %s: %d rows\n", l.Guard, l.Rows)
	}
	f, err := m.Options.options().format()
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n## Columns (format %s)\n\n", m.Options.Format)
	writeColumns(b, f.columns)
	if m.Lineage != nil {
		b.WriteString("\n## Columns of the config lineage\n\nRow by row where the rows of the default config come from.\n\n")
		writeColumns(b, lineageColumns(f))
	}
	writeCounts(b, "source", m.Counts.Source)
	if len(m.Counts.Model) > 0 || m.Rows == 0 {
		writeCounts(b, "model", m.Counts.Model)
		writeCounts(b, "iteration", m.Counts.Iteration)
	}
	second := " with a second Parquet implementation"
	if m.Options.JSONL {
		second = ""
	}
	fmt.Fprintf(b, "\n## Checking\n\n`workbench export verify` on this directory reads every row again%s\n"+
		"and compares it with `manifest.json`; with `--db`, also with the workbench file it came from.\n", second)
	return nil
}

// writeColumns is the table of columns, for the card and for the documents. The
// fields of a list follow it.
func writeColumns(b *strings.Builder, columns []Column) {
	b.WriteString("| column | type | null | meaning |\n|---|---|---|---|\n")
	writeColumnRows(b, columns, "")
}

func writeColumnRows(b *strings.Builder, columns []Column, list string) {
	for _, c := range columns {
		null := ""
		if c.Nullable && c.Type != listType && list == "" {
			null = "yes"
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s | %s |\n", list, c.Name, c.Type, null, c.Meaning)
		writeColumnRows(b, c.Fields, list+c.Name+"[].")
	}
}

// writeOptions names the options that decide which rows go where.
func writeOptions(b *strings.Builder, o ManifestOptions) {
	switch o.Order {
	case byShuffle:
		fmt.Fprintf(b, "- order: shuffled with seed %d\n", *o.Shuffle)
	case byCurriculum:
		b.WriteString("- order: the tasks that the base model solved most often first\n")
	}
	if o.ValidationShare > 0 {
		fmt.Fprintf(b, "- validation: a share of %g of the problems, seed %d\n", o.ValidationShare, o.ValidationSeed)
	}
}

func writeCounts(b *strings.Builder, what string, counts map[string]int) {
	fmt.Fprintf(b, "\n## Rows by %s\n\n| %s | rows |\n|---|---|\n", what, what)
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		shown := strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ").Replace(name)
		if shown == "" {
			shown = "(none)"
		}
		fmt.Fprintf(b, "| %s | %d |\n", shown, counts[name])
	}
}
