package schema

import (
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
// sampling, index) is kept as it is and its id returned.
func (tx *Tx) RecordGeneration(g Generation) (GenerationID, error) {
	id, found, err := tx.find(`SELECT id FROM generation WHERE prompt_id = ? AND model_id = ? AND sampling_id = ? AND idx = ?`,
		g.Prompt, g.Model, g.Sampling, g.Index)
	if err == nil && !found {
		id, err = tx.insert(`INSERT INTO generation (model_id, prompt_id, sampling_id, idx, text, finish, input_tokens,
			output_tokens, response, created_us) VALUES (?,?,?,?,?,?,?,?,?,?)`,
			g.Model, g.Prompt, g.Sampling, g.Index, g.Text, g.Finish, optional(int64(g.InputTokens)), optional(int64(g.OutputTokens)), g.Response, tx.micros())
	}
	if err != nil {
		return 0, fmt.Errorf("generation %d of prompt %d: %w", g.Index, g.Prompt, err)
	}
	return GenerationID(id), nil
}

// Sample is one generation in its place in an experiment, or a recorded sample.
type Sample struct {
	Task           TaskID
	Model          ModelID
	Purpose        Purpose
	Iteration      IterationID  // 0 outside a run
	Evaluation     EvaluationID // of an Eval sample
	Generation     GenerationID // 0 for a Recorded sample
	Prompt         PromptID     // 0 when unknown
	Index          int
	Raw            *string // text of a Recorded sample that was parsed
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
	sum, err := s.hash()
	if err != nil {
		return 0, false, fmt.Errorf("sample %d of task %d: %w", s.Index, s.Task, err)
	}
	old, found, err := tx.find(`SELECT id FROM sample WHERE sha256 = ?`, sum)
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
		sum, s.Task, s.Model, optional(s.Iteration), optional(s.Evaluation), optional(s.Generation), optional(s.Prompt),
		optional(s.File), s.Purpose, s.GivenIteration, s.Index, s.Raw, s.Rationale, optional(fix), s.Parse, s.ParseDetail, s.Metadata, tx.micros())
	if err != nil {
		return 0, false, fmt.Errorf("sample %d of task %d: %w", s.Index, s.Task, err)
	}
	return SampleID(n), true, nil
}

func (s Sample) hash() (string, error) {
	if s.Purpose != Recorded {
		id := func(n int64) string { return strconv.FormatInt(n, 10) }
		return Hash(string(s.Purpose), id(int64(s.Generation)), id(int64(s.Task)), id(int64(s.Iteration)), id(int64(s.Evaluation))), nil
	}
	s.File = 0 // the same line in another file is the same sample
	text, err := canonical(s)
	return Hash(text), err
}
