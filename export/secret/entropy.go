package secret

import (
	"math"
	"strings"
)

// leastEntropy is, in bits per byte, what irregular text has at least. Random hex
// of 32 digits has about 3.6, base 64 over 4.5; a repeated pattern is below.
const leastEntropy = 3.0

// irregular reports whether the beginning of a text has letters, digits, and
// little repetition.
func irregular(s string) bool {
	s = s[:min(len(s), 256)]
	return strings.ContainsAny(s, digits) && strings.ContainsAny(s, upper+lower) && entropy(s) >= leastEntropy
}

// entropy is Shannon's, in bits per byte.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	var sum float64
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// placeholder reports whether a value only stands where a secret would: the words
// that manuals use, and single characters repeated.
func placeholder(s string) bool {
	switch strings.ToLower(s) {
	case "password", "passwd", "pass", "pwd", "secret", "changeme", "token":
		return true
	}
	return strings.Trim(s, "xX*.0-") == "" || strings.Trim(s, s[:1]) == "" || strings.HasPrefix(s, "$") || strings.HasPrefix(s, "%")
}
