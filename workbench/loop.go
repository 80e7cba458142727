package main

import (
	"fmt"

	"nextworkbench/workbench/sample"
)

// loopSettings are the settings of a run: Algorithm 1 of NExT (arXiv 2404.14662)
// with its defaults, each of which can be switched. They are stored with the run;
// a run is gone on with under the settings that it was started with.
type loopSettings struct {
	Base            string            `json:"base"`             // θ(0)
	Source          string            `json:"source"`           // only tasks of this source, empty for all
	MaxTasks        int               `json:"max_tasks"`        // of the train split, -1 for all
	MaxDevTasks     int               `json:"max_dev_tasks"`    // of the dev split, -1 for all
	Samples         int               `json:"samples"`          // per task and iteration
	BaselineSamples int               `json:"baseline_samples"` // per task, for the hard set
	HardBelow       float64           `json:"hard_below"`       // hard: pass@1 of the base strictly below; 2 takes all tasks
	DevSamples      int               `json:"dev_samples"`      // per task, for pass@k
	FewShot         int               `json:"few_shot"`         // examples in the prompts of the base model
	NoTrace         bool              `json:"no_trace"`
	NoRationale     bool              `json:"no_rationale"`
	Policy          string            `json:"policy"`
	Select          string            `json:"select"`
	MaxPerTask      int               `json:"max_per_task"` // kept samples of a task in a training set, 0 for all
	Cumulative      bool              `json:"cumulative"`   // B(i) starts from B(i-1) instead of empty
	FromLast        bool              `json:"from_last"`    // tune θ(i) instead of θ(0)
	Sampler         string            `json:"sampler"`
	Parameters      sample.Parameters `json:"parameters"`
}

func (s loopSettings) check() error {
	switch {
	case s.Samples < 1 || s.BaselineSamples < 1 || s.DevSamples < 1:
		return usageError{fmt.Errorf("--samples, --baseline-samples and --dev-samples must be at least 1")}
	case s.Parameters.Temperature < 0:
		return usageError{fmt.Errorf("--temperature must not be negative")}
	}
	return nil
}

// fewShot is how many examples the prompts of round number show: the base model
// needs them, a tuned one does not.
func (s loopSettings) fewShot(number int) int {
	if number == 0 {
		return s.FewShot
	}
	return 0
}
