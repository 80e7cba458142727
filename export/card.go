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
	name                string
	shards              []string
	rows                int
	values, parquetSize int64
}

func (m Manifest) splitSizes() []splitSize {
	var all []splitSize
	for _, s := range m.Shards {
		if n := len(all); n == 0 || all[n-1].name != s.Split {
			all = append(all, splitSize{name: s.Split})
		}
		last := &all[len(all)-1]
		last.shards = append(last.shards, s.Path)
		last.rows += s.Rows
		last.values += s.Values
		last.parquetSize += s.Bytes
	}
	return all
}

// card is the dataset card, README.md: YAML for the Hugging Face libraries, then
// text for people. JSON strings are what it quotes with; YAML reads them.
func card(m Manifest) string {
	var b strings.Builder
	b.WriteString("---\n")
	writeConfigs(&b, m)
	writeDatasetInfo(&b, m)
	b.WriteString("---\n\n")
	writeText(&b, m)
	return b.String()
}

func writeConfigs(b *strings.Builder, m Manifest) {
	b.WriteString("configs:\n- config_name: default\n  data_files:\n")
	for _, s := range m.splitSizes() {
		fmt.Fprintf(b, "  - split: %s\n    path: data/%s-*\n", s.name, s.name)
	}
}

func writeDatasetInfo(b *strings.Builder, m Manifest) {
	b.WriteString("dataset_info:\n  features:\n")
	for _, c := range m.Columns {
		fmt.Fprintf(b, "  - name: %s\n", c.Name)
		switch c.Type {
		case integerType:
			b.WriteString("    dtype: int64\n")
		case messagesType:
			b.WriteString("    list:\n    - name: role\n      dtype: string\n    - name: content\n      dtype: string\n")
		default:
			b.WriteString("    dtype: string\n")
		}
	}
	b.WriteString("  splits:\n")
	var download, size int64
	for _, s := range m.splitSizes() {
		fmt.Fprintf(b, "  - name: %s\n    num_bytes: %d\n    num_examples: %d\n", s.name, s.values, s.rows)
		download += s.parquetSize
		size += s.values
	}
	fmt.Fprintf(b, "  download_size: %d\n  dataset_size: %d\n", download, size)
}

func writeText(b *strings.Builder, m Manifest) {
	fmt.Fprintf(b, "# %s\n\nRepair samples selected by the query `%s`, exported from a NExT workbench.\n\n", m.Selection.Name, m.Selection.Name)
	fmt.Fprintf(b, "- selection: `%s`, %d samples\n", m.Selection.SHA256, m.Selection.Samples)
	for _, name := range slices.Sorted(maps.Keys(m.Selection.Parameters)) {
		fmt.Fprintf(b, "- parameter %s: %s\n", name, strconv.Quote(m.Selection.Parameters[name]))
	}
	fmt.Fprintf(b, "- rows: %d in %d shards\n- database: `%s`\n", m.Rows, len(m.Shards), m.Database.UUID)
	if len(m.Options.Allow) > 0 {
		fmt.Fprintf(b, "- **guards lifted: %s**\n", strings.Join(m.Options.Allow, ", "))
	}
	for _, l := range m.Lifted {
		fmt.Fprintf(b, "- let through by guard %s: %d rows\n", l.Guard, l.Rows)
	}
	fmt.Fprintf(b, "\n## Columns (format %s)\n\n| column | type | meaning |\n|---|---|---|\n", m.Options.Format)
	for _, c := range m.Columns {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", c.Name, c.Type, c.Meaning)
	}
	writeCounts(b, "source", m.Counts.Source)
	writeCounts(b, "model", m.Counts.Model)
	writeCounts(b, "iteration", m.Counts.Iteration)
	b.WriteString("\n## Checking\n\n`workbench export verify` on this directory reads every row again with a second Parquet implementation\n" +
		"and compares it with `manifest.json`; with `--db`, also with the workbench file it came from.\n")
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

// datasetInfo is dataset_info.json, by which LLaMA-Factory finds the data: one
// entry for each split that is one file, or for the folder when it is all one
// split. A split of many files beside others has no name there.
func datasetInfo(m Manifest) ([]byte, error) {
	all := map[string]any{}
	sizes := m.splitSizes()
	for _, s := range sizes {
		entry := llamaFactoryColumns(m.Options.Format)
		switch {
		case len(s.shards) == 1:
			entry["file_name"] = s.shards[0]
		case len(sizes) == 1:
			entry["file_name"] = "data"
		default:
			continue
		}
		all[m.Selection.Name+"-"+s.name] = entry
	}
	text, err := canonicalJSON(all)
	if err != nil {
		return nil, err
	}
	return indented(text)
}

func llamaFactoryColumns(format string) map[string]any {
	switch format {
	case "messages":
		return map[string]any{
			"formatting": "sharegpt",
			"columns":    map[string]string{"messages": "messages"},
			"tags": map[string]string{"role_tag": "role", "content_tag": "content",
				"system_tag": "system", "user_tag": "user", "assistant_tag": "assistant"},
		}
	case "text":
		return map[string]any{"columns": map[string]string{"prompt": "text"}}
	default:
		return map[string]any{"columns": map[string]string{"prompt": "prompt", "response": "completion"}}
	}
}
