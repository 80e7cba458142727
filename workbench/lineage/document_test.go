package lineage

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocumentTellsTheKinds holds the table of kinds in docs/lineage.md against the
// tables and against v_lineage.
func TestDocumentTellsTheKinds(t *testing.T) {
	document, err := os.ReadFile("../../docs/lineage.md")
	if err != nil {
		t.Fatal(err)
	}
	views, err := os.ReadFile("../../schema/views.sql")
	if err != nil {
		t.Fatal(err)
	}
	told, tables := map[string][]string{}, []string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (.*?) \\| (.*?) ?\\|$").FindAllStringSubmatch(string(document), -1) {
		tables = append(tables, row[1])
		if slices.Contains(Kinds(), row[2]) {
			told[row[2]] = regexp.MustCompile(`[a-z_]+`).FindAllString(strings.NewReplacer(" or ", ", ", "outside", "").Replace(row[3]), -1)
		}
	}
	want := map[string][]string{}
	_, lineage, _ := strings.Cut(string(views), "CREATE VIEW v_lineage")
	for _, branch := range regexp.MustCompile(`SELECT '(\w+)'.*?, '(\w+)'(?: AS parent_kind)?,`).FindAllStringSubmatch(lineage, -1) {
		if !slices.Contains(want[branch[1]], branch[2]) {
			want[branch[1]] = append(want[branch[1]], branch[2])
		}
	}
	for _, kind := range Kinds() {
		slices.Sort(told[kind])
		slices.Sort(want[kind])
		if _, ok := told[kind]; !ok || !slices.Equal(told[kind], want[kind]) {
			t.Errorf("%s comes from %v in docs/lineage.md, from %v in v_lineage", kind, told[kind], want[kind])
		}
	}
	rows, err := openExample(t).Query(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(tables, table) {
			t.Errorf("docs/lineage.md does not say what table %s is to lineage", table)
		}
	}
}
