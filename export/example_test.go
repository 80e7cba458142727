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

// An export is made again from its manifest, and compared with another.
func ExampleAgain() {
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

	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")
	demo := map[string]string{"run": "demo"}
	if _, err := export.Write(ctx, db, export.Options{Select: "passing-consistent", Parameters: demo, Out: first}, nil); err != nil {
		panic(err)
	}
	if _, err := export.Write(ctx, db, export.Options{Select: "passing", Parameters: demo, Out: second}, nil); err != nil {
		panic(err)
	}
	remade, err := export.Again(ctx, db, first, export.AgainOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(remade.Rows, "rows made again, every byte the same:", remade.Same)
	found, err := export.Diff(ctx, first, second, db, func(c export.RowChange) error {
		fmt.Println(c.Change, c.TaskID+":", c.Reason)
		return nil
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(found.Same, "rows are the same")
	// Output:
	// 31 rows made again, every byte the same: true
	// added example/0001-frost-days: policy next/1 dropped it: contradiction
	// added example/0001-frost-days: policy next/1 dropped it: contradiction
	// added example/0026-all-returned: policy next/1 dropped it: duplicate
	// added example/0033-track-times: policy next/1 dropped it: contradiction
	// 31 rows are the same
}
