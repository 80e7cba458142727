package main

// round is one line of the table at the end: a checkpoint, what was drawn from it
// on the train split, and how it does on the dev split.
type round struct {
	Iteration  int             `json:"iteration"`
	Checkpoint string          `json:"checkpoint"`
	Tasks      int             `json:"tasks"`
	Samples    int             `json:"samples"`
	Passing    int             `json:"passing"`
	Kept       int             `json:"kept"`
	Dev        map[int]float64 `json:"dev_pass_at"`
	Best       bool            `json:"best"`
	Export     string          `json:"export,omitempty"`
	Stats      map[string]any  `json:"tuning,omitempty"`
}

// devK are the k of the pass@k that a run reports.
var devK = []int{1, 5, 10}

// markBest marks the checkpoint with the best mean pass@k on the dev split, the
// earliest of equals.
func markBest(rounds []round) []round {
	best, at := -1.0, -1
	for i, r := range rounds {
		mean := 0.0
		for _, value := range r.Dev {
			mean += value / float64(len(r.Dev))
		}
		if len(r.Dev) > 0 && mean > best {
			best, at = mean, i
		}
	}
	if at >= 0 {
		rounds[at].Best = true
	}
	return rounds
}

func (a *app) printRounds(rounds []round) error {
	columns := []string{"iteration", "checkpoint", "tasks", "samples", "passing", "kept", "dev pass@1", "pass@5", "pass@10", "best"}
	if a.config.JSON {
		for _, r := range rounds {
			if err := writeJSON(a.out, r); err != nil {
				return err
			}
		}
		return nil
	}
	write, flush := a.rowWriter(columns)
	for _, r := range rounds {
		row := []any{r.Iteration, r.Checkpoint, r.Tasks, r.Samples, r.Passing, r.Kept}
		if r.Samples == 0 {
			row = []any{r.Iteration, r.Checkpoint, "-", "-", "-", "-"}
		}
		for _, k := range devK {
			row = append(row, percent(r.Dev, k))
		}
		mark := ""
		if r.Best {
			mark = "*"
		}
		if err := write(append(row, mark)); err != nil {
			return err
		}
	}
	return flush()
}
