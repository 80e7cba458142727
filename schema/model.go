package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ModelID is the local id of a model.
type ModelID int64

// Model is a checkpoint: its base, and the export that it was trained on.
type Model struct {
	Name      string
	Base      ModelID  // 0 when unknown or none
	TrainedOn ExportID // 0 when unknown or none
	URI       string   // where the checkpoint is
	SHA256    string   // of the checkpoint, empty when unknown
}

// PutModel registers a model. The same model again is a duplicate (stored is
// false); the same name with other facts is an error.
func (tx *Tx) PutModel(m Model) (id ModelID, stored bool, err error) {
	var old Model
	var oldID int64
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT id, name, coalesce(base_id, 0), coalesce(trained_on_id, 0), uri, coalesce(sha256, '')
		FROM model WHERE name = ?`, m.Name).Scan(&oldID, &old.Name, &old.Base, &old.TrainedOn, &old.URI, &old.SHA256)
	switch {
	case err == nil && old == m:
		return ModelID(oldID), false, nil
	case err == nil:
		return ModelID(oldID), false, fmt.Errorf("model %s is already registered with other facts: base %d, trained on %d, uri %q", m.Name, old.Base, old.TrainedOn, old.URI)
	case !errors.Is(err, sql.ErrNoRows):
		return 0, false, fmt.Errorf("model %s: %w", m.Name, err)
	}
	n, err := tx.insert(`INSERT INTO model (name, base_id, trained_on_id, uri, sha256, created_us) VALUES (?,?,?,?,?,?)`,
		m.Name, optional(m.Base), optional(m.TrainedOn), m.URI, optionalText(m.SHA256), tx.micros())
	if err != nil {
		return 0, false, fmt.Errorf("model %s: %w", m.Name, err)
	}
	return ModelID(n), true, nil
}

// PutModelName returns the id of the model called name, and registers it with no
// further facts when it is new.
func (tx *Tx) PutModelName(name string) (ModelID, error) {
	id, found, err := tx.find(`SELECT id FROM model WHERE name = ?`, name)
	if err != nil || found {
		return ModelID(id), err
	}
	model, _, err := tx.PutModel(Model{Name: name})
	return model, err
}

// ErrUnknown says that nothing of that name is in the database.
var ErrUnknown = errors.New("unknown")

// Model reads a model by name. The error wraps [ErrUnknown] when there is none.
func (db *DB) Model(ctx context.Context, name string) (id ModelID, m Model, err error) {
	err = db.QueryRow(ctx, `SELECT id, name, coalesce(base_id, 0), coalesce(trained_on_id, 0), uri, coalesce(sha256, '')
		FROM model WHERE name = ?`, name).Scan(&id, &m.Name, &m.Base, &m.TrainedOn, &m.URI, &m.SHA256)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, m, fmt.Errorf("model %s: %w", name, ErrUnknown)
	}
	return id, m, err
}
