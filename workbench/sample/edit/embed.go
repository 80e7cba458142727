// Package edit holds the edit model: a small learner, written in Python, that answers repair prompts without a
// network or an accelerator.
//
// It proposes single edits of the buggy program, ranks them by a log-linear model over features of the prompt, and
// explains the one it draws. It sees the text of the prompt and nothing else: it reads no table, runs no program,
// and knows no reference fix. This package only hands out the scripts and the base checkpoint as text; whoever
// runs them brings the interpreter and its limits.
package edit

import (
	"embed"
	"fmt"
)

// Entry points among the [Scripts]: Sampler answers prompts, Tuner turns shard rows into a checkpoint.
const (
	Sampler = "sampler.py"
	Tuner   = "tune.py"
)

//go:embed sampler.py tune.py model.py prompt.py source.py edits.py expressions.py statements.py repairs.py features.py rationale.py
var scripts embed.FS

//go:embed base.json
var base []byte

// Scripts returns the text of every script by its file name. They import each other, so they must lie in one
// directory to run.
func Scripts() (map[string]string, error) {
	entries, err := scripts.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("list scripts: %w", err)
	}
	texts := make(map[string]string, len(entries))
	for _, entry := range entries {
		text, err := scripts.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read script %s: %w", entry.Name(), err)
		}
		texts[entry.Name()] = string(text)
	}
	return texts, nil
}

// Base returns the base checkpoint, a JSON object: zero weights but for a mild prior on kinds of edits.
func Base() []byte {
	return append([]byte(nil), base...)
}
