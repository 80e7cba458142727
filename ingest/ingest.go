// Package ingest is the way in: tasks, samples and annotations as JSON Lines,
// plain or gzip, streamed, from the formats that people already have.
//
// Each file is taken in by one transaction, whole or not at all: a killed ingest
// leaves nothing of the file it was reading. Lines that say nothing new are
// counted as duplicates; lines that cannot be right are refused with their number
// and reason and recorded in the table rejection. It writes the tables
// ingest_file, rejection, task, test_case, program, sample, prompt, model and
// annotation, and refuses to guess: unknown tasks, unknown splits, wrong types.
package ingest

import (
	"context"
	"errors"
	"fmt"

	"nextworkbench/schema"
)

// Options say how files are taken in.
type Options struct {
	Kind     string // tasks, samples or annotations
	Format   string // a name of [Formats]; empty is the workbench's own
	Strict   bool   // any rejection takes back everything
	Resplit  bool   // ignore the given splits, assign them by problem
	Parse    ParseCompletion
	Progress func(Progress) // called now and then; may be nil
}

// ParseCompletion reads a completion for a task with this entry point: its
// rationale, its fix (nil when there is none), how the fix was found, and a note
// for people.
type ParseCompletion func(text, entryPoint string) (rationale string, fix *string, parse schema.Parse, detail string)

// Progress tells how far a file has been read.
type Progress struct {
	File        string
	Lines       int
	Read, Total int64 // bytes; Total is 0 when unknown
}

// Rejection is a refused line.
type Rejection struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Summary counts lines, and shows the first rejections of each file.
type Summary struct {
	Accepted  int         `json:"accepted"`
	Duplicate int         `json:"duplicate"`
	Rejected  int         `json:"rejected"`
	First     []Rejection `json:"-"`
}

// firstRejections is how many rejections of a file a Summary shows; the table
// rejection has all of them.
const firstRejections = 20

// ErrRejected says that a strict ingest met a line that it had to refuse, and that
// nothing was stored.
var ErrRejected = errors.New("lines were rejected and nothing was stored")

// Run takes the files in, each by a transaction of its own; with Strict, all of
// them by one. The path "-" is standard input.
func Run(ctx context.Context, db *schema.DB, paths []string, o Options) (Summary, error) {
	reader, err := o.lineReader()
	if err != nil {
		return Summary{}, err
	}
	var total Summary
	if o.Strict {
		err := db.Write(ctx, func(tx *schema.Tx) error {
			for _, path := range paths {
				if err := total.takeIn(ctx, tx, path, reader, o); err != nil {
					return err
				}
			}
			if total.Rejected > 0 {
				return ErrRejected
			}
			return nil
		})
		return total, err
	}
	for _, path := range paths {
		err := db.Write(ctx, func(tx *schema.Tx) error { return total.takeIn(ctx, tx, path, reader, o) })
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// takeLine stores what one line says. An error of the type lineError refuses the
// line; any other ends the ingest.
type takeLine func(tx *schema.Tx, line []byte, file schema.IngestFileID) (stored bool, err error)

type lineError struct{ reason string }

func (e lineError) Error() string { return e.reason }

func refuse(format string, args ...any) error { return lineError{fmt.Sprintf(format, args...)} }

func (o Options) lineReader() (takeLine, error) {
	convert, err := findFormat(o.Kind, o.Format)
	if err != nil {
		return nil, err
	}
	switch o.Kind {
	case "tasks":
		return taskReader{convert: convert, resplit: o.Resplit}.take, nil
	case "samples":
		return sampleReader{parse: o.Parse, tasks: map[string]answered{}}.take, nil
	case "annotations":
		return takeAnnotation, nil
	}
	return nil, fmt.Errorf("cannot ingest %q: want tasks, samples or annotations", o.Kind)
}

func (s *Summary) takeIn(ctx context.Context, tx *schema.Tx, path string, take takeLine, o Options) error {
	source, err := open(path)
	if err != nil {
		return err
	}
	defer source.close()
	file, err := tx.NextIngestFile()
	if err != nil {
		return err
	}
	shown := 0
	for {
		line, err := source.next()
		if line == nil && err == nil {
			break
		}
		var stored bool
		if err == nil {
			stored, err = take(tx, line, file)
		}
		var refused lineError
		switch {
		case errors.As(err, &refused):
			s.Rejected++
			if shown++; shown <= firstRejections {
				s.First = append(s.First, Rejection{source.name, source.line, refused.reason})
			}
			err = tx.Reject(file, schema.Rejection{Line: source.line, Reason: refused.reason})
		case err == nil && stored:
			s.Accepted++
		case err == nil:
			s.Duplicate++
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", source.name, source.line, err)
		}
		if source.line%progressLines == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			o.report(source)
		}
	}
	o.report(source)
	return tx.PutIngestFile(file, schema.IngestFile{Kind: o.Kind, Name: source.name, SHA256: source.sum(), Lines: source.line})
}

// progressLines is how many lines go by between two looks at the clock or the
// context.
const progressLines = 500

func (o Options) report(s *source) {
	if o.Progress != nil {
		o.Progress(Progress{File: s.name, Lines: s.line, Read: s.read, Total: s.size})
	}
}
