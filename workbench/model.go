package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nextworkbench/queries"
	"nextworkbench/schema"
	"nextworkbench/workbench/lineage"
	"nextworkbench/workbench/sample"
)

// checkpoint is a model to register: names where the database has ids.
type checkpoint struct {
	Name, Base, TrainedOn, URI string
}

// register stores a checkpoint, once.
func (a *app) register(ctx context.Context, db *schema.DB, c checkpoint) (id schema.ModelID, stored bool, err error) {
	m := schema.Model{Name: c.Name, URI: c.URI}
	if c.Base != "" {
		if m.Base, _, err = db.Model(ctx, c.Base); err != nil {
			return 0, false, hint(err, "register the base first: workbench ingest model %s", c.Base)
		}
	}
	if c.TrainedOn != "" {
		if m.TrainedOn, err = findExport(ctx, db, c.TrainedOn); err != nil {
			return 0, false, err
		}
	}
	if m.SHA256, err = a.hashOf(c.URI); err != nil {
		return 0, false, err
	}
	err = db.Write(ctx, func(tx *schema.Tx) (err error) {
		id, stored, err = tx.PutModel(m)
		return err
	})
	return id, stored, err
}

// findExport finds an export by its directory, or by its hash or the start of it.
func findExport(ctx context.Context, db *schema.DB, name string) (schema.ExportID, error) {
	sum := name
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		if sum, err = lineage.ExportIn(name); err != nil {
			return 0, err
		}
	}
	found, err := lineage.Find(ctx, db, "export", sum)
	if err != nil {
		return 0, fmt.Errorf("trained on %s: %w", name, err)
	}
	var id schema.ExportID
	err = db.QueryRow(ctx, `SELECT id FROM export WHERE sha256 = ?`, found.ID).Scan(&id)
	return id, err
}

// hashOf is the content hash of the checkpoint that a URI names, where that is a
// file here; empty elsewhere.
func (a *app) hashOf(uri string) (string, error) {
	if !strings.HasPrefix(uri, "file:") {
		return "", nil
	}
	data, err := os.ReadFile(a.checkpointPath(uri))
	if err != nil {
		return "", fmt.Errorf("checkpoint %s: %w", uri, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// checkpointPath is the file that a URI names, empty for the built-in one. A relative one lies
// beside the database, so that both can be moved together.
func (a *app) checkpointPath(uri string) string {
	if uri == sample.EditBase {
		return ""
	}
	path := filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(uri, "file:"), "//"))
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(a.config.DB), path)
}

// checkpointURI names a file beside the database by its relative path, any other by
// its absolute one.
func (a *app) checkpointURI(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Dir(a.config.DB))
	if err != nil {
		return "", err
	}
	if relative, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(relative) {
		path = relative
	}
	return "file:" + filepath.ToSlash(path), nil
}

func (a *app) registerModel(ctx context.Context, db *schema.DB, c checkpoint) error {
	_, stored, err := a.register(ctx, db, c)
	if err != nil {
		return err
	}
	verb := "registered"
	if !stored {
		verb = "is registered already"
	}
	return a.print(map[string]any{"model": c.Name, "stored": stored}, "model %s: %s", c.Name, verb)
}

// taskIDs lists the usable tasks of a split.
func taskIDs(ctx context.Context, db *schema.DB, split schema.Split, source string, limit int) ([]schema.TaskID, error) {
	rows, err := queries.Run(ctx, db, "usable-tasks", map[string]string{"split": string(split), "source": source, "limit": fmt.Sprint(limit)})
	if err != nil {
		return nil, err
	}
	return scanTaskIDs(rows)
}

func scanTaskIDs(rows *sql.Rows) ([]schema.TaskID, error) {
	defer rows.Close()
	var all []schema.TaskID
	for rows.Next() {
		var id schema.TaskID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
