package schema

import (
	"errors"
	"fmt"
	"strconv"
)

// SamplingID is the local id of sampling parameters.
type SamplingID int64

// GenerationID is the local id of a generation.
type GenerationID int64

// SampleID is the local id of a sample.
type SampleID int64

// Purpose says what a sample was drawn for.
type Purpose string

// The purposes: the baseline that the hard set is estimated from, the candidates
// of a training set, an evaluation, and samples that were recorded elsewhere.
const (
	Baseline Purpose = "baseline"
	Training Purpose = "train"
	Eval     Purpose = "eval"
	Recorded Purpose = "recorded"
)

// Parse says how the fix was found in a completion.
type Parse string

// The parse outcomes. ParsedNone and ParsedEmpty yield no fix.
const (
	ParsedGiven    Parse = "given"    // rationale and fix came apart already
	ParsedFenced   Parse = "fenced"   // one fenced code block
	ParsedSeveral  Parse = "several"  // several blocks, one chosen
	ParsedBare     Parse = "bare"     // code without a fence
	ParsedUnclosed Parse = "unclosed" // a fence that was never closed
	ParsedNone     Parse = "none"     // no code
	ParsedEmpty    Parse = "empty"    // nothing at all
)

// PutSampling stores sampling parameters once; sampler is its name.
func (tx *Tx) PutSampling(sampler string, parameters any) (SamplingID, error) {
	text, err := canonical(parameters)
	if err != nil {
		return 0, fmt.Errorf("sampling: %w", err)
	}
	sum := Hash(sampler, text)
	id, found, err := tx.find(`SELECT id FROM sampling WHERE sha256 = ?`, sum)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO sampling (sha256, sampler, parameters, created_us) VALUES (?,?,?,?)`, sum, sampler, text, tx.micros())
	}
	if err != nil {
		return 0, fmt.Errorf("sampling %s: %w", sampler, err)
	}
	return SamplingID(id), nil
}

// Generation is what a sampler answered to one request.
type Generation struct {
	Model        ModelID
	Prompt       PromptID
	Sampling     SamplingID
	Index        int
	Text         string
	Finish       string // why it ended, as the sampler says
	InputTokens  int    // 0 when unknown
	OutputTokens int
	Response     string // what the sampler sent, for lineage; may be empty
}

// RecordGeneration stores a generation. One with the same key (model, prompt,
// sampling, index) is kept as it is: its id is returned, stored is false, and its
// text may be another.
func (tx *Tx) RecordGeneration(g Generation) (id GenerationID, stored bool, err error) {
	old, found, err := tx.find(`SELECT id FROM generation WHERE prompt_id = ? AND model_id = ? AND sampling_id = ? AND idx = ?`,
		g.Prompt, g.Model, g.Sampling, g.Index)
	if err == nil && !found {
		old, err = tx.insert(`INSERT INTO generation (model_id, prompt_id, sampling_id, idx, text, finish, input_tokens,
			output_tokens, response, created_us) VALUES (?,?,?,?,?,?,?,?,?,?)`,
			g.Model, g.Prompt, g.Sampling, g.Index, g.Text, g.Finish, optional(int64(g.InputTokens)), optional(int64(g.OutputTokens)), g.Response, tx.micros())
	}
	if err != nil {
		return 0, false, fmt.Errorf("generation %d of prompt %d: %w", g.Index, g.Prompt, err)
	}
	return GenerationID(old), !found, nil
}

// Sample is one generation in its place in an experiment, or a recorded sample.
type Sample struct {
	Key            string // of a Recorded sample: the content address of its line
	Task           TaskID
	Model          ModelID
	Purpose        Purpose
	Iteration      IterationID  // 0 outside a run
	Evaluation     EvaluationID // of an Eval sample
	Generation     GenerationID // 0 for a Recorded sample
	Prompt         PromptID     // 0 when unknown
	Index          int
	Raw            *string // text of a Recorded sample, where it is known
	Rationale      string
	Fix            *string // nil when none could be parsed
	Parse          Parse
	ParseDetail    string
	GivenIteration *int         // of a Recorded sample
	Metadata       string       // JSON object
	File           IngestFileID // of a Recorded sample
}

// PutSample stores a sample once. A recorded sample is the same when its whole
// content is; a drawn one when it is the same generation in the same place.
func (tx *Tx) PutSample(s Sample) (id SampleID, stored bool, err error) {
	key, err := tx.sampleKey(s)
	if err != nil {
		return 0, false, fmt.Errorf("sample %d of task %d: %w", s.Index, s.Task, err)
	}
	old, found, err := tx.find(`SELECT id FROM sample WHERE sha256 = ?`, key)
	if err != nil || found {
		return SampleID(old), false, err
	}
	fix, err := tx.putOptionalProgram(s.Fix)
	if err != nil {
		return 0, false, err
	}
	n, err := tx.insert(`INSERT INTO sample (sha256, task_id, model_id, iteration_id, evaluation_id, generation_id, prompt_id,
		ingest_file_id, purpose, given_iteration, idx, raw, rationale, fix_id, parse, parse_detail, metadata, created_us)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		key, s.Task, s.Model, optional(s.Iteration), optional(s.Evaluation), optional(s.Generation), optional(s.Prompt),
		optional(s.File), s.Purpose, s.GivenIteration, s.Index, s.Raw, s.Rationale, optional(fix), s.Parse, s.ParseDetail, s.Metadata, tx.micros())
	if err != nil {
		return 0, false, fmt.Errorf("sample %d of task %d: %w", s.Index, s.Task, err)
	}
	return SampleID(n), true, nil
}

// sampleKey names a drawn sample by what names it in every file: never by local
// ids, so that databases can be merged.
func (tx *Tx) sampleKey(s Sample) (string, error) {
	if s.Purpose == Recorded {
		return s.Key, nil
	}
	stmt, err := tx.prepare(`SELECT t.task_id, m.name, q.sha256, w.sha256, g.idx,
			coalesce((SELECT r.name || '/' || i.number FROM iteration i JOIN run r ON r.id = i.run_id WHERE i.id = ?2), ''),
			coalesce((SELECT e.sha256 FROM evaluation e WHERE e.id = ?3), '')
		FROM task t, generation g
		JOIN model m ON m.id = g.model_id JOIN prompt q ON q.id = g.prompt_id JOIN sampling w ON w.id = g.sampling_id
		WHERE g.id = ?1 AND t.id = ?4`)
	if err != nil {
		return "", err
	}
	var task, model, prompt, sampling, index, iteration, evaluation string
	err = stmt.QueryRowContext(tx.ctx, s.Generation, s.Iteration, s.Evaluation, s.Task).
		Scan(&task, &model, &prompt, &sampling, &index, &iteration, &evaluation)
	return Hash(string(s.Purpose), task, model, prompt, sampling, index, iteration, evaluation), err
}

// ErrAmbiguous says that a name stands for more than one thing.
var ErrAmbiguous = errors.New("ambiguous")

// SampleByID checks that a sample of this id exists, else the error wraps
// [ErrUnknown].
func (tx *Tx) SampleByID(id int64) (SampleID, error) {
	_, found, err := tx.find(`SELECT id FROM sample WHERE id = ?`, id)
	if err == nil && !found {
		err = fmt.Errorf("sample %d: %w", id, ErrUnknown)
	}
	return SampleID(id), err
}

// SampleByName finds the one sample of a task by a model with this index. The
// error wraps [ErrUnknown] or [ErrAmbiguous].
func (tx *Tx) SampleByName(task, model string, index int) (SampleID, error) {
	ids, err := names(tx.ctx, tx.tx, `SELECT s.id FROM sample s JOIN task t ON t.id = s.task_id JOIN model m ON m.id = s.model_id
		WHERE t.task_id = ? AND m.name = ? AND s.idx = ? LIMIT 2`, task, model, index)
	switch {
	case err != nil:
		return 0, err
	case len(ids) == 0:
		return 0, fmt.Errorf("sample %d of task %s by %s: %w", index, task, model, ErrUnknown)
	case len(ids) > 1:
		return 0, fmt.Errorf("sample %d of task %s by %s: %w: give its sample_id", index, task, model, ErrAmbiguous)
	}
	id, err := strconv.ParseInt(ids[0], 10, 64)
	return SampleID(id), err
}
