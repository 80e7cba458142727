package sample

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"nextworkbench/workbench/sample/edit"
	"nextworkbench/workbench/sandbox"
)

// TuneRow is one training row: what the model saw and what it should answer.
type TuneRow struct {
	System     string `json:"system"`
	User       string `json:"user"`
	Completion string `json:"completion"`
}

// Tune fine-tunes the edit model from a base checkpoint, nil for the one that
// comes with the workbench. settings go to the tuner as they are (name,
// trained_on, l2, iterations, prompts). Equal arguments give equal bytes.
func Tune(ctx context.Context, in sandbox.Interpreter, base []byte, rows iter.Seq2[TuneRow, error], settings map[string]any) (checkpoint []byte, stats map[string]any, err error) {
	folder, err := editScripts()
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if base == nil {
		base = edit.Base()
	}
	input := filepath.Join(folder, "rows.jsonl")
	if err := writeTuneInput(input, base, rows, settings); err != nil {
		return nil, nil, fmt.Errorf("tune: %w", err)
	}
	script, err := startEdit(ctx, in, folder, edit.Tuner, input)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, script.Close()) }()
	var result json.RawMessage
	if err := script.Exchange(ctx, struct{}{}, &result); err != nil {
		return nil, nil, fmt.Errorf("tune: %w", err)
	}
	var facts struct {
		Error string         `json:"error"`
		Stats map[string]any `json:"stats"`
	}
	if err := json.Unmarshal(result, &facts); err != nil {
		return nil, nil, fmt.Errorf("tune: %w", err)
	}
	if facts.Error != "" {
		return nil, nil, fmt.Errorf("tune: %s", facts.Error)
	}
	return append(result, '\n'), facts.Stats, nil
}

// writeTuneInput lays out what the tuner reads: the base and the settings, then
// one row per line.
func writeTuneInput(name string, base []byte, rows iter.Seq2[TuneRow, error], settings map[string]any) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffered := bufio.NewWriter(file)
	encoder := json.NewEncoder(buffered)
	if err := encoder.Encode(map[string]any{"base": json.RawMessage(base), "settings": settings}); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	return buffered.Flush()
}
