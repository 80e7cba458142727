package main

// passAtK estimates, without bias, the chance that at least one of k samples
// passes, from n samples of which c passed: 1 - C(n-c, k) / C(n, k), as in Chen et
// al. 2021 (arXiv 2107.03374). It needs k <= n.
func passAtK(n, c, k int) float64 {
	if n-c < k {
		return 1
	}
	fail := 1.0
	for i := n - c + 1; i <= n; i++ {
		fail *= 1 - float64(k)/float64(i)
	}
	return 1 - fail
}
