package sample

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// Question is a task with a stored prompt that asks about it.
type Question struct {
	Task   schema.TaskID
	Prompt schema.PromptID
}

// Job is what [Run] is to bring about: N samples of every question, drawn from
// one model, in one place of an experiment.
type Job struct {
	Model      schema.ModelID
	Purpose    schema.Purpose      // Baseline, Training or Eval
	Iteration  schema.IterationID  // 0 outside a run
	Evaluation schema.EvaluationID // of an Eval job
	Questions  []Question
	N          int
	Parameters Parameters // the seed is the experiment's; see Job.Sampling
}

// Sampling is the parameters that the job draws with. The purpose goes into the
// seed: a run never trains on the generations that it is measured with, while
// the same job again finds the generations that it has.
func (j Job) Sampling() Parameters {
	sum := sha256.Sum256([]byte(string(j.Purpose) + " " + strconv.FormatInt(j.Parameters.Seed, 10)))
	p := j.Parameters
	p.Seed = int64(binary.BigEndian.Uint32(sum[:]) >> 2) // room for + index in 31 bits, which every server takes
	return p
}

func (j Job) check() error {
	switch j.Purpose {
	case schema.Baseline, schema.Training, schema.Eval:
	default:
		return fmt.Errorf("sample: a job cannot have the purpose %q", j.Purpose)
	}
	if (j.Purpose == schema.Eval) != (j.Evaluation != 0) {
		return fmt.Errorf("sample: purpose %s with evaluation %d", j.Purpose, j.Evaluation)
	}
	if j.N < 1 {
		return fmt.Errorf("sample: %d samples per task", j.N)
	}
	return nil
}

// plan is a job with everything about it that the database knows.
type plan struct {
	Job
	db       *schema.DB
	model    Model
	draw     Parameters
	sampling schema.SamplingID
}

func newPlan(ctx context.Context, db *schema.DB, sampler string, job Job) (*plan, error) {
	if err := job.check(); err != nil {
		return nil, err
	}
	job.Questions = slices.Clone(job.Questions)
	slices.SortFunc(job.Questions, func(a, b Question) int {
		return cmp.Or(cmp.Compare(a.Prompt, b.Prompt), cmp.Compare(a.Task, b.Task))
	})
	job.Questions = slices.Compact(job.Questions)
	p := &plan{Job: job, db: db, draw: job.Sampling()}
	if err := db.QueryRow(ctx, `SELECT name, uri, coalesce(sha256, '') FROM model WHERE id = ?`, job.Model).
		Scan(&p.model.Name, &p.model.URI, &p.model.SHA256); err != nil {
		return nil, fmt.Errorf("sample from model %d: %w", job.Model, err)
	}
	err := db.Write(ctx, func(tx *schema.Tx) (err error) {
		p.sampling, err = tx.PutSampling(sampler, p.draw)
		return err
	})
	return p, err
}

// place is a task that a generation becomes a sample of.
type place struct {
	task       schema.TaskID
	entryPoint string
}

// gap is what one prompt lacks.
type gap struct {
	prompt   schema.PromptID
	tasks    map[schema.TaskID]taskFacts
	present  int                     // samples that are there
	unparsed []generated             // generations without a sample
	missing  []int                   // indices without a generation, in order
	places   map[int][]schema.TaskID // per index, the tasks that lack a sample
}

type generated struct {
	id    schema.GenerationID
	index int
}

type taskFacts struct{ id, entryPoint string }

// questionsPerQuery bounds the memory that gaps takes.
const questionsPerQuery = 200

// gaps lists what is missing, prompt by prompt. A prompt that several tasks share
// comes once.
func (p *plan) gaps(ctx context.Context) iter.Seq2[gap, error] {
	return func(yield func(gap, error) bool) {
		for rest := p.Questions; len(rest) > 0; {
			n := min(questionsPerQuery, len(rest))
			for n < len(rest) && rest[n].Prompt == rest[n-1].Prompt {
				n++
			}
			found, err := p.gapsOf(ctx, rest[:n])
			if err != nil {
				yield(gap{}, fmt.Errorf("what is left to sample: %w", err))
				return
			}
			for _, g := range found {
				if !yield(g, nil) {
					return
				}
			}
			rest = rest[n:]
		}
	}
}

// gapsOf looks at a few questions, sorted by prompt.
func (p *plan) gapsOf(ctx context.Context, questions []Question) ([]gap, error) {
	facts, err := p.taskFacts(ctx, questions)
	if err != nil {
		return nil, err
	}
	var all []gap
	at := map[schema.PromptID]int{}
	pairs := make([][2]int64, len(questions))
	for i, q := range questions {
		pairs[i] = [2]int64{int64(q.Task), int64(q.Prompt)}
		if _, ok := at[q.Prompt]; !ok {
			at[q.Prompt] = len(all)
			all = append(all, gap{prompt: q.Prompt, tasks: map[schema.TaskID]taskFacts{}, places: map[int][]schema.TaskID{}})
		}
		g := &all[at[q.Prompt]]
		g.tasks[q.Task] = facts[q.Task]
		g.present += p.N
	}
	err = p.unsampled(ctx, pairs, func(task schema.TaskID, prompt schema.PromptID, index int, generation schema.GenerationID) {
		all[at[prompt]].add(task, index, generation)
	})
	return all, err
}

// add notes that task has no sample of a generation, which is 0 when there is
// none yet. Calls come in the order of indices.
func (g *gap) add(task schema.TaskID, index int, generation schema.GenerationID) {
	g.present--
	if len(g.places[index]) == 0 {
		if generation == 0 {
			g.missing = append(g.missing, index)
		} else {
			g.unparsed = append(g.unparsed, generated{generation, index})
		}
	}
	g.places[index] = append(g.places[index], task)
}

// at lists the places of the generation with this index.
func (g *gap) at(index int) []place {
	var all []place
	for _, task := range g.places[index] {
		all = append(all, place{task, g.tasks[task].entryPoint})
	}
	return all
}

func (p *plan) unsampled(ctx context.Context, pairs [][2]int64, each func(schema.TaskID, schema.PromptID, int, schema.GenerationID)) error {
	text, err := json.Marshal(pairs)
	if err != nil {
		return err
	}
	rows, err := queries.Run(ctx, p.db, "unsampled", map[string]string{
		"questions": string(text), "n": strconv.Itoa(p.N), "purpose": string(p.Purpose),
		"model": number(p.Model), "sampling": number(p.sampling), "iteration": number(p.Iteration), "evaluation": number(p.Evaluation)})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var task schema.TaskID
		var prompt schema.PromptID
		var index int
		var generation *schema.GenerationID
		if err := rows.Scan(&task, &prompt, &index, &generation); err != nil {
			return err
		}
		if generation == nil {
			generation = new(schema.GenerationID)
		}
		each(task, prompt, index, *generation)
	}
	return rows.Err()
}

func number[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

func (p *plan) taskFacts(ctx context.Context, questions []Question) (map[schema.TaskID]taskFacts, error) {
	ids := make([]int64, len(questions))
	for i, q := range questions {
		ids[i] = int64(q.Task)
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := p.db.Query(ctx, `SELECT id, task_id, entry_point FROM task WHERE id IN (SELECT value FROM json_each(?))`, string(text))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	facts := map[schema.TaskID]taskFacts{}
	for rows.Next() {
		var id schema.TaskID
		var f taskFacts
		if err := rows.Scan(&id, &f.id, &f.entryPoint); err != nil {
			return nil, err
		}
		facts[id] = f
	}
	return facts, rows.Err()
}

// request asks for the missing generations of a gap.
func (p *plan) request(ctx context.Context, g gap) (Request, error) {
	first := g.places[g.missing[0]][0]
	r := Request{Task: g.tasks[first].id, Model: p.model, Parameters: p.draw, Indices: g.missing}
	err := p.db.QueryRow(ctx, `SELECT system, user FROM prompt WHERE id = ?`, g.prompt).Scan(&r.System, &r.User)
	if err != nil {
		return r, fmt.Errorf("prompt %d: %w", g.prompt, err)
	}
	return r, nil
}
