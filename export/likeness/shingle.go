package likeness

import (
	"slices"
	"strings"
	"unicode"
)

// wordRun is how many words in a row of an instruction are compared at a time.
const wordRun = 2

// Words is the set of an instruction's runs of words, for an [Index]. Case,
// punctuation and spaces make no difference.
func Words(instruction string) []uint64 {
	var values []uint64
	for w := range strings.FieldsFuncSeq(instruction, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		values = append(values, hash(strings.ToLower(w)))
	}
	return shingles(values, wordRun)
}

// shingles is the set of the runs of n values, in ascending order. Fewer values
// than that are one run.
func shingles(values []uint64, n int) []uint64 {
	if len(values) == 0 {
		return nil
	}
	n = min(n, len(values))
	set := make([]uint64, 0, len(values)-n+1)
	for i := range len(values) - n + 1 {
		set = append(set, Sum(values[i:i+n]))
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// mix spreads every bit of x over all of them (the finisher of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// Similarity is the Jaccard index of two sets of shingles: what they share by what
// they have together.
func Similarity(a, b []uint64) float64 {
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(shared) / float64(len(a)+len(b)-shared)
}

// Sum is a number that equal rows of values share, and others do not.
func Sum(set []uint64) uint64 {
	var sum uint64
	for _, v := range set {
		sum = mix(sum ^ v)
	}
	return sum
}
