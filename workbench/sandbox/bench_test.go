package sandbox

import (
	"context"
	"strconv"
	"sync"
	"testing"
)

// mbpp is a program of the size most candidates have.
const mbpp = `import re
from collections import Counter

def most_common_words(text, n):
    """Return the n most common words of a text."""
    words = re.findall(r"[a-z]+", text.lower())
    counts = Counter(words)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    result = []
    for word, count in ranked[:n]:
        result.append((word, count))
    return result
`

var mbppCalls = []string{
	`most_common_words("the cat and the hat and the bat", 2)`,
	`most_common_words("", 3)`,
	`most_common_words("one two three two one two", 1)`,
}

func runOne(ctx context.Context, p *Pool) error {
	c, err := p.Start(ctx, Program{Source: mbpp})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Load(ctx); err != nil {
		return err
	}
	for _, call := range mbppCalls {
		if r, err := c.Call(ctx, call); err != nil || r.Ending != Returned {
			return err
		}
	}
	_, err = c.Close()
	return err
}

func BenchmarkCandidates(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(strconv.Itoa(workers), func(b *testing.B) {
			p := open(b, Options{Workers: workers})
			b.ResetTimer()
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for range b.N / workers {
						if err := runOne(b.Context(), p); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "candidates/s")
		})
	}
}

// BenchmarkCosts tells where the time of a candidate goes, in microseconds of one
// worker: a process alone; one that loads nothing; one that loads the program;
// what the first call and a further one add; and a request that computes nothing.
func BenchmarkCosts(b *testing.B) {
	const nothing, call = "None", `most_common_words("the cat and the hat and the bat", 2)`
	stages := []struct {
		name  string
		steps []Step
		of    string
	}{
		{"fork", nil, ""},
		{"load-nothing", []Step{LoadStep()}, ""},
		{"load-program", []Step{LoadStep()}, mbpp},
		{"first-call", []Step{LoadStep(), CallStep(call)}, mbpp},
		{"second-call", []Step{LoadStep(), CallStep(call), CallStep(call)}, mbpp},
		{"request", []Step{LoadStep(), CallStep(call), CallStep(call), CallStep(nothing)}, mbpp},
	}
	p := open(b, Options{Workers: 1})
	for _, stage := range stages {
		b.Run(stage.name, func(b *testing.B) {
			for b.Loop() {
				throughSteps(b, p, stage.of, stage.steps)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N), "us/candidate")
		})
	}
}

func throughSteps(b *testing.B, p *Pool, source string, steps []Step) {
	c, err := p.Start(b.Context(), Program{Source: source, Quiet: true})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for _, step := range steps {
		if r, err := c.step(b.Context(), step); err != nil || r.Ending != Returned {
			b.Fatal(r, err)
		}
	}
}
