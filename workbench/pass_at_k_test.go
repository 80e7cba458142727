package main

import (
	"math"
	"math/bits"
	"testing"
)

// TestPassAtK compares the closed form with counting every choice of k samples.
func TestPassAtK(t *testing.T) {
	for n := 1; n <= 12; n++ {
		for c := 0; c <= n; c++ {
			for k := 1; k <= n; k++ {
				chosen, hit := 0, 0
				for set := uint(0); set < 1<<n; set++ {
					if bits.OnesCount(set) != k {
						continue
					}
					chosen++
					if set&(1<<c-1) != 0 { // the first c samples passed
						hit++
					}
				}
				if want := float64(hit) / float64(chosen); math.Abs(passAtK(n, c, k)-want) > 1e-12 {
					t.Errorf("passAtK(%d, %d, %d) = %v, want %v", n, c, k, passAtK(n, c, k), want)
				}
			}
		}
	}
}
