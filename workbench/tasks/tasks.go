// Package tasks owns the built-in example tasks: small buggy Python programs of
// everyday domains, each with its tests, a reference fix and the kind of its
// bug, so that the whole loop can be tried without any other data. It writes no
// table and runs no Python; it refuses to be a benchmark, for its programs are
// short, in plain style, and come with their answers.
//
// The file tasks.jsonl is the source, one task per line in the form that
// ingest reads. Two keys are metadata: bug_kind, and on some train tasks
// rationale, a model explanation of the bug for use as a few-shot example.
package tasks

import (
	_ "embed"
	"io"
	"strings"
)

//go:embed tasks.jsonl
var lines string

// Open returns the example tasks as JSON Lines in UTF-8, from the beginning.
func Open() io.Reader {
	return strings.NewReader(lines)
}
