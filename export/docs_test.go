package export

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDocumentedColumns holds the tables of docs/export.md against the formats.
func TestDocumentedColumns(t *testing.T) {
	const begin, end = "<!-- columns -->\n", "<!-- /columns -->"
	path := filepath.Join("..", "docs", "export.md")
	before, rest, _ := strings.Cut(string(must(os.ReadFile(path))), begin)
	found, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s has no place for the columns", path)
	}
	var b strings.Builder
	for _, f := range formats() {
		fmt.Fprintf(&b, "### %s\n\n%s.\n\n", f.name, strings.ToUpper(f.purpose[:1])+f.purpose[1:])
		writeColumns(&b, f.columns)
		b.WriteString("\n")
	}
	b.WriteString("### With --weight and with --lineage-columns\n\n")
	all := must(Columns(Options{Format: "dpo", Weight: true, Lineage: true}))
	plain := must(Columns(Options{Format: "dpo"}))
	writeColumns(&b, all[len(plain):])
	b.WriteString("\nThe last two are those of dpo alone.\n\n")
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+b.String()+end+after), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if found != b.String() {
		t.Errorf("%s shows other columns; run go test ./export -run DocumentedColumns -update", path)
	}
}
