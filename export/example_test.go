package export_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"nextworkbench/export"
	"nextworkbench/schema"
)

// database is a copy of the example database, to write to.
func database(dir string) (*schema.DB, error) {
	data, err := os.ReadFile(filepath.Join("..", "next.db.example"))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "next.db")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		return nil, err
	}
	return schema.Open(context.Background(), path, schema.Options{})
}

// An export is the answer to a selection query, frozen, written and proven.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	db, err := database(dir)
	if err != nil {
		panic(err)
	}
	defer db.Close()

	out := filepath.Join(dir, "pairs")
	summary, err := export.Write(ctx, db, export.Options{
		Select:     "passing-consistent",
		Parameters: map[string]string{"run": "demo", "iteration": "1"},
		Format:     "dpo",
		MaxPerTask: 2,
		Out:        out,
	}, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(summary.Selected, "selected,", summary.Dropped, "dropped,", summary.Rows, "rows")

	report, err := export.Verify(ctx, out, export.VerifyOptions{DB: db})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Rows, "rows read again,", len(report.Problems), "problems")
	// Output:
	// 26 selected, 21 dropped, 7 rows
	// 7 rows read again, 0 problems
}

// Rows reads the training examples of an export in any format that holds some.
func ExampleRows() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "export")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	db, err := database(dir)
	if err != nil {
		panic(err)
	}
	defer db.Close()

	out := filepath.Join(dir, "chat")
	_, err = export.Write(ctx, db, export.Options{Select: "passing", Parameters: map[string]string{"run": "demo"}, Format: "messages",
		JSONL: true, ValidationShare: 0.25, ValidationSeed: 1, Out: out}, nil)
	if err != nil {
		panic(err)
	}
	splits := map[string]int{}
	for row, err := range export.Rows(ctx, out) {
		if err != nil {
			panic(err)
		}
		splits[row.Split]++
	}
	fmt.Println(splits)
	// Output:
	// map[train:26 validation:9]
}

// Columns are known without a database.
func ExampleColumns() {
	columns, err := export.Columns(export.Options{Format: "kto", Weight: true})
	if err != nil {
		panic(err)
	}
	for _, c := range columns {
		fmt.Println(c.Name, c.Arrow())
	}
	// Output:
	// prompt utf8
	// completion utf8
	// label bool
	// weight float64
}
