package export

import (
	"context"
	"errors"
	"iter"

	"nextworkbench/schema"
)

// Rationale is a sample whose rationale is given to a proxy model.
type Rationale struct {
	Task   schema.TaskID
	Sample schema.SampleID
}

// Prompter makes the prompts that give rationales to a proxy model, one for each
// in their order, from the facts of the database alone.
type Prompter func(context.Context, []Rationale) iter.Seq2[schema.Prompt, error]

// readProxies reads samples with the prompt that a proxy gets in place of their
// own, and without the rationale that it holds.
func readProxies(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	made := func(some []planned) ([]schema.Prompt, error) {
		asked := make([]Rationale, len(some))
		for i, p := range some {
			asked[i] = Rationale{p.task, p.sample}
		}
		prompts, err := collect(r.proxy(ctx, asked))
		if err == nil && len(prompts) != len(some) {
			err = errors.New("the prompter made another number of prompts than it was asked for")
		}
		return prompts, err
	}
	return joined(ctx, r, rows, made, func(c *content, p schema.Prompt) {
		c.system, c.user, c.shown, c.promptSHA, c.rationale = p.System, p.User, "", p.SHA256(), ""
	})
}
