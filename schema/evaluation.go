package schema

import "fmt"

// EvaluationID is the local id of an evaluation.
type EvaluationID int64

// Evaluation is a model measured on a split.
type Evaluation struct {
	Model     ModelID
	Iteration IterationID // 0 when it belongs to no run
	Split     Split
	Settings  any // samples per task, sampling, prompt variant
}

// PutEvaluation stores an evaluation once and returns its id.
func (tx *Tx) PutEvaluation(e Evaluation) (EvaluationID, error) {
	settings, err := canonical(e.Settings)
	if err != nil {
		return 0, fmt.Errorf("evaluation: %w", err)
	}
	var model, iteration string
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT m.name, coalesce((SELECT r.name || '/' || i.number FROM iteration i
		JOIN run r ON r.id = i.run_id WHERE i.id = ?), '') FROM model m WHERE m.id = ?`, e.Iteration, e.Model).Scan(&model, &iteration)
	if err != nil {
		return 0, fmt.Errorf("evaluation of model %d: %w", e.Model, err)
	}
	sum := Hash(model, iteration, string(e.Split), settings)
	id, found, err := tx.find(`SELECT id FROM evaluation WHERE sha256 = ?`, sum)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO evaluation (sha256, model_id, iteration_id, split, settings, created_us) VALUES (?,?,?,?,?,?)`,
			sum, e.Model, optional(e.Iteration), e.Split, settings, tx.micros())
	}
	if err != nil {
		return 0, fmt.Errorf("evaluation of model %d on %s: %w", e.Model, e.Split, err)
	}
	return EvaluationID(id), nil
}
