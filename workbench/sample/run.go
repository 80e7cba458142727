package sample

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"nextworkbench/schema"
)

// Options say how a job is run; they do not change what comes out of it.
type Options struct {
	Concurrency int // requests put to the sampler at once; 0 is 4
}

// Summary is what a call of [Run] did.
type Summary struct {
	Total     int       // samples that the job asks for
	Present   int       // samples that were there before
	Generated int       // generations drawn now
	Samples   int       // samples stored now, of generations old and new
	Failed    int       // generations that the sampler could not draw
	Failures  []Failure // the first of them, one per prompt
}

// Failure is a prompt that the sampler did not answer as often as asked.
type Failure struct {
	Task    string // text id of a task of the prompt
	Prompt  schema.PromptID
	Indices []int // what is still missing
	Err     error
}

const failuresListed = 20

// Run draws the samples that job lacks. Each generation is committed with its
// parsed sample as soon as it arrives, several together only when they arrive
// while the file is being written. Killed anywhere, Run does the rest when it is
// called again, and asks for no stored generation a second time. Generations that
// were drawn for another job with the same model, prompt and parameters are used.
//
// A generation that the sampler fails to draw is counted and left for the next
// call. The error is not nil when the file cannot be written, the sampler is
// unusable ([ErrUnusable]) or ctx ends. progress may be nil.
func Run(ctx context.Context, db *schema.DB, sampler Sampler, job Job, o Options, progress func(done, total int)) (Summary, error) {
	p, err := newPlan(ctx, db, sampler.Name(), job)
	if err != nil {
		return Summary{}, err
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := &station{plan: p, sampler: sampler, stop: stop, progress: progress, arrivals: make(chan arrival, batchSize)}
	s.summary.Total = len(p.Questions) * p.N
	recorded := make(chan struct{})
	go func() {
		s.record(context.WithoutCancel(ctx)) // what was paid for is stored, come what may
		close(recorded)
	}()
	s.drawAll(inner, max(o.Concurrency, 0))
	close(s.arrivals)
	<-recorded
	return s.summary, context.Cause(inner)
}

// station is one call of Run.
type station struct {
	*plan
	sampler  Sampler
	stop     context.CancelCauseFunc
	progress func(done, total int)
	arrivals chan arrival

	mutex   sync.Mutex
	summary Summary
}

// arrival is news for the recorder: samples that are there already, or a
// generation, stored before or just drawn, to make samples of.
type arrival struct {
	present    int
	generation schema.GenerationID // 0 when it is not stored
	prompt     schema.PromptID
	completion Completion
	places     []place
	parsed     []Parsed // one per place
}

// drawAll finds the gaps and puts them to the sampler, several at once.
func (s *station) drawAll(ctx context.Context, concurrency int) {
	if concurrency == 0 {
		concurrency = 4
	}
	gaps := make(chan gap)
	var workers sync.WaitGroup
	for range concurrency {
		workers.Go(func() {
			for g := range gaps {
				if err := s.draw(ctx, g); err != nil {
					s.stop(err)
				}
			}
		})
	}
	for g, err := range s.gaps(ctx) {
		if err == nil {
			err = s.useStored(ctx, g)
		}
		if err != nil {
			s.stop(err)
			break
		}
		if len(g.missing) > 0 {
			select {
			case gaps <- g:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(gaps)
	workers.Wait()
}

// useStored makes samples of the generations of a gap that are there.
func (s *station) useStored(ctx context.Context, g gap) error {
	s.arrivals <- arrival{present: g.present}
	for _, old := range g.unparsed {
		c := Completion{Index: old.index}
		if err := s.db.QueryRow(ctx, `SELECT text FROM generation WHERE id = ?`, old.id).Scan(&c.Text); err != nil {
			return fmt.Errorf("generation %d: %w", old.id, err)
		}
		s.arrive(g, old.id, c)
	}
	return nil
}

func (s *station) arrive(g gap, stored schema.GenerationID, c Completion) {
	a := arrival{generation: stored, prompt: g.prompt, completion: c, places: g.at(c.Index)}
	for _, place := range a.places {
		a.parsed = append(a.parsed, Parse(c.Text, place.entryPoint))
	}
	s.arrivals <- a
}

// draw puts one gap to the sampler. Its error stops the job.
func (s *station) draw(ctx context.Context, g gap) error {
	if ctx.Err() != nil {
		return nil
	}
	request, err := s.request(ctx, g)
	if err != nil {
		return err
	}
	open := map[int]bool{}
	for _, index := range request.Indices {
		open[index] = true
	}
	err = s.sampler.Sample(ctx, request, func(c Completion) error {
		if !open[c.Index] {
			return fmt.Errorf("sampler %s answered index %d, which is not open", s.sampler.Name(), c.Index)
		}
		delete(open, c.Index)
		s.arrive(g, 0, c)
		return nil
	})
	switch {
	case errors.Is(err, ErrUnusable):
		return err
	case len(open) > 0 && ctx.Err() == nil:
		s.fail(request, g.prompt, open, err)
	}
	return nil
}

func (s *station) fail(r Request, prompt schema.PromptID, open map[int]bool, err error) {
	if err == nil {
		err = fmt.Errorf("sampler %s left indices unanswered", s.sampler.Name())
	}
	f := Failure{Task: r.Task, Prompt: prompt, Err: err}
	for _, index := range r.Indices {
		if open[index] {
			f.Indices = append(f.Indices, index)
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.summary.Failed += len(f.Indices)
	if len(s.summary.Failures) < failuresListed {
		s.summary.Failures = append(s.summary.Failures, f)
	}
}

// batchSize is the most arrivals that one transaction takes.
const batchSize = 64

// record commits arrivals until there are no more: whatever came while the last
// transaction ran goes into the next one, so that nothing ever waits for company.
func (s *station) record(ctx context.Context) {
	failed := false
	for first := range s.arrivals {
		batch := s.take(first)
		if failed {
			continue // senders must not block
		}
		if err := s.commit(ctx, batch); err != nil {
			failed = true
			s.stop(fmt.Errorf("store generations: %w", err))
		}
	}
}

// take collects what has arrived, without waiting.
func (s *station) take(first arrival) []arrival {
	batch := []arrival{first}
	for len(batch) < batchSize {
		select {
		case a, ok := <-s.arrivals:
			if !ok {
				return batch
			}
			batch = append(batch, a)
		default:
			return batch
		}
	}
	return batch
}

// commit writes a batch and tells about it.
func (s *station) commit(ctx context.Context, batch []arrival) error {
	var done Summary
	err := s.db.Write(ctx, func(tx *schema.Tx) error {
		for _, a := range batch {
			if err := s.store(tx, a, &done); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.summary.Present += done.Present
	s.summary.Generated += done.Generated
	s.summary.Samples += done.Samples
	if s.progress != nil {
		s.progress(s.summary.Present+s.summary.Samples, s.summary.Total)
	}
	return nil
}

// store writes one arrival and counts what it brought. A generation that another
// process stored first is left alone: the next call makes samples of that text.
func (s *station) store(tx *schema.Tx, a arrival, done *Summary) error {
	done.Present += a.present
	if len(a.places) > 0 && a.generation == 0 {
		id, stored, err := tx.RecordGeneration(schema.Generation{Model: s.Model, Prompt: a.prompt, Sampling: s.sampling,
			Index: a.completion.Index, Text: a.completion.Text, Finish: a.completion.Finish, InputTokens: a.completion.InputTokens,
			OutputTokens: a.completion.OutputTokens, Response: a.completion.Response})
		if err != nil || !stored {
			return err
		}
		a.generation = id
		done.Generated++
	}
	samples, err := s.storeSamples(tx, a)
	done.Samples += samples
	return err
}

// storeSamples writes the samples of one arrival and counts those that are new.
func (s *station) storeSamples(tx *schema.Tx, a arrival) (samples int, err error) {
	for i, place := range a.places {
		parsed := a.parsed[i]
		_, stored, err := tx.PutSample(schema.Sample{Task: place.task, Model: s.Model, Purpose: s.Purpose, Iteration: s.Iteration,
			Evaluation: s.Evaluation, Generation: a.generation, Prompt: a.prompt, Index: a.completion.Index, Rationale: parsed.Rationale,
			Fix: parsed.Fix, Parse: parsed.Outcome, ParseDetail: parsed.Detail, Metadata: "{}"})
		if err != nil {
			return samples, err
		}
		if stored {
			samples++
		}
	}
	return samples, nil
}
