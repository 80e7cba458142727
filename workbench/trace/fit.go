package trace

import (
	"cmp"
	"slices"
)

// Fit is how many tokens the renderings of a form take, as [EstimateTokens] counts.
type Fit struct {
	sizes []int
}

// Add counts one rendering.
func (f *Fit) Add(text string) { f.sizes = append(f.sizes, EstimateTokens(text)) }

// Len is how many were counted.
func (f *Fit) Len() int { return len(f.sizes) }

// Within is the share of renderings of at most so many tokens, 0 to 1; 0 for none.
func (f *Fit) Within(tokens int) float64 {
	fitting := 0
	for _, size := range f.sizes {
		if size <= tokens {
			fitting++
		}
	}
	return float64(fitting) / float64(max(len(f.sizes), 1))
}

// Median is the middle size, the lower one of two; 0 for none.
func (f *Fit) Median() int {
	if len(f.sizes) == 0 {
		return 0
	}
	slices.SortFunc(f.sizes, cmp.Compare)
	return f.sizes[(len(f.sizes)-1)/2]
}
