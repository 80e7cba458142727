package ingest

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"nextworkbench/schema"
)

// taskReader takes in task lines.
type taskReader struct {
	convert func(fields) (fields, error)
	resplit bool
}

func (r taskReader) take(tx *schema.Tx, line []byte, file schema.IngestFileID) (bool, error) {
	f, err := readFields(line)
	if err == nil {
		f, err = r.convert(f)
	}
	if err != nil {
		return false, err
	}
	task, err := readTask(f, r.resplit)
	if err != nil {
		return false, err
	}
	_, stored, err := tx.PutTask(task, file)
	if conflict := (*schema.ConflictError)(nil); errors.As(err, &conflict) {
		return false, refuse("%v", conflict)
	}
	return stored, err
}

func readTask(f fields, resplit bool) (t schema.Task, err error) {
	text := func(into *string, read func(string) (string, error), key string) {
		if err == nil {
			*into, err = read(key)
		}
	}
	text(&t.ID, f.requiredText, "task_id")
	text(&t.ProblemID, f.text, "problem_id")
	text(&t.Source, f.requiredText, "source")
	text(&t.Instruction, f.text, "instruction")
	text(&t.EntryPoint, f.requiredText, "entry_point")
	text(&t.TestSetup, f.text, "test_setup")
	if t.ProblemID == "" {
		t.ProblemID = t.ID
	}
	if err == nil {
		t.Tests, err = f.texts("tests")
	}
	if err == nil {
		t.Buggy, err = f.optionalText("buggy_code")
	}
	if err == nil {
		t.Reference, err = f.optionalText("reference_fix")
	}
	if err == nil {
		t.Split, err = readSplit(f, t.ProblemID, resplit)
	}
	if err == nil {
		t.Metadata, err = f.metadata()
	}
	return t, err
}

// readSplit understands the usual names of the three splits. A task without one,
// or every task when resplit is set, goes where its problem goes.
func readSplit(f fields, problem string, resplit bool) (schema.Split, error) {
	given, err := f.text("split")
	if err != nil {
		return "", err
	}
	if resplit || given == "" {
		return splitOf(problem), nil
	}
	switch given {
	case "train", "prompt":
		return schema.Train, nil
	case "dev", "validation", "valid", "val":
		return schema.Dev, nil
	case "test":
		return schema.Test, nil
	}
	return "", refuse("split %q: want train, dev (or validation) or test", given)
}

// splitOf assigns 80 % of the problems to train, 10 % to dev and 10 % to test, by
// the hash of the problem id: all tasks of a problem stay together, in every file.
func splitOf(problem string) schema.Split {
	sum := sha256.Sum256([]byte(problem))
	switch share := binary.BigEndian.Uint64(sum[:]) % 10; {
	case share == 9:
		return schema.Test
	case share == 8:
		return schema.Dev
	}
	return schema.Train
}
