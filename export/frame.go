package export

import (
	"context"

	"nextworkbench/schema"
)

// frames are what many samples have in common: their task, model, iteration and
// prompt. Each is read once while the samples go by.
type frames struct {
	db         *schema.DB
	tasks      map[schema.TaskID]taskFrame
	models     map[int64]string
	iterations map[int64]iterationFrame
	prompts    map[int64]string // SHA-256
}

type taskFrame struct {
	id, problem string
	split       schema.Split
}

type iterationFrame struct {
	run    string
	number int64
}

func newFrames(db *schema.DB) *frames {
	return &frames{db, map[schema.TaskID]taskFrame{}, map[int64]string{}, map[int64]iterationFrame{}, map[int64]string{}}
}

// fill puts into f what its ids stand for.
func (a *frames) fill(ctx context.Context, f *fact, model int64, iteration, prompt *int64) error {
	task, err := remembered(a.tasks, f.task, func(t *taskFrame) error {
		return a.db.QueryRow(ctx, `SELECT task_id, problem_id, split FROM task WHERE id = ?`, int64(f.task)).Scan(&t.id, &t.problem, &t.split)
	})
	if err != nil {
		return err
	}
	f.taskID, f.problemID, f.split = task.id, task.problem, task.split
	f.model, err = remembered(a.models, model, func(name *string) error {
		return a.db.QueryRow(ctx, `SELECT name FROM model WHERE id = ?`, model).Scan(name)
	})
	if err != nil {
		return err
	}
	if iteration != nil {
		found, err := remembered(a.iterations, *iteration, func(i *iterationFrame) error {
			return a.db.QueryRow(ctx, `SELECT r.name, i.number FROM iteration i JOIN run r ON r.id = i.run_id WHERE i.id = ?`, *iteration).Scan(&i.run, &i.number)
		})
		if err != nil {
			return err
		}
		f.run, f.iteration = &found.run, &found.number
	}
	if prompt != nil {
		sha, err := remembered(a.prompts, *prompt, func(sha *string) error {
			return a.db.QueryRow(ctx, `SELECT sha256 FROM prompt WHERE id = ?`, *prompt).Scan(sha)
		})
		if err != nil {
			return err
		}
		f.prompt = &sha
	}
	return nil
}

// rememberedFrames bounds how much is remembered of each kind.
const rememberedFrames = 1 << 12

// remembered is the value of a key, read if it is not known.
func remembered[K comparable, V any](known map[K]V, key K, read func(*V) error) (V, error) {
	v, ok := known[key]
	if ok {
		return v, nil
	}
	if err := read(&v); err != nil {
		return v, err
	}
	if len(known) >= rememberedFrames {
		clear(known)
	}
	known[key] = v
	return v, nil
}
