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
