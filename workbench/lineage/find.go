package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// ErrKind says that there is no such kind of facts.
var ErrKind = errors.New("no kind of facts")

// Find returns the fact that a person means: hashes may be cut short, a policy may
// leave out its version, a shard row may be named by its file. The error wraps
// [ErrKind] or [schema.ErrUnknown] when there is none.
func Find(ctx context.Context, db *schema.DB, kind, id string) (Fact, error) {
	kind = strings.ReplaceAll(kind, "-", "_")
	if !slices.Contains(Kinds(), kind) {
		return Fact{}, fmt.Errorf("%q is %w", kind, ErrKind)
	}
	if kind == "shard_row" && strings.Contains(id, ".parquet:") {
		return findRow(ctx, db, id)
	}
	found, err := candidates(ctx, db, kind, id)
	switch {
	case err != nil:
		return Fact{}, err
	case len(found) == 0:
		return Fact{}, fmt.Errorf("%s %s: %w", kind, id, schema.ErrUnknown)
	case len(found) > 1:
		return Fact{}, fmt.Errorf("%s %s stands for %d facts, such as %v and %v", kind, id, len(found), found[0].ID, found[1].ID)
	}
	return found[0], nil
}

func candidates(ctx context.Context, db *schema.DB, kind, id string) (found []Fact, err error) {
	rows, err := queries.Run(ctx, db, "facts", map[string]string{"kind": kind, "id": id})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fact{Kind: kind}
		if err := rows.Scan(&f.ID); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, rows.Err()
}

// findRow finds a row by its file: the manifest beside it names the export.
func findRow(ctx context.Context, db *schema.DB, text string) (Fact, error) {
	path, row, _ := strings.Cut(text, ".parquet:")
	number, err := strconv.ParseInt(row, 10, 64)
	if err != nil {
		return Fact{}, fmt.Errorf("shard row %q: want FILE.parquet:ROW", text)
	}
	sum, err := ExportIn(filepath.Dir(filepath.Dir(path + ".parquet")))
	if err != nil {
		return Fact{}, err
	}
	var shard int64
	err = db.QueryRow(ctx, `SELECT h.id FROM shard h JOIN export e ON e.id = h.export_id JOIN shard_row w ON w.shard_id = h.id
		WHERE e.sha256 = ? AND h.path = ? AND w.row = ?`, sum, "data/"+filepath.Base(path)+".parquet", number).Scan(&shard)
	if err != nil {
		return Fact{}, fmt.Errorf("shard row %s: this database did not write it: %w", text, schema.ErrUnknown)
	}
	return Fact{"shard_row", fmt.Sprintf("%d:%d", shard, number)}, nil
}

// ExportIn reads the hash of an export from the manifest in its folder.
func ExportIn(folder string) (string, error) {
	data, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s has no manifest.json: it is not the directory of an export", folder)
	}
	if err != nil {
		return "", err
	}
	var manifest struct {
		SHA256 string `json:"sha256"`
	}
	err = json.Unmarshal(data, &manifest)
	return manifest.SHA256, err
}
