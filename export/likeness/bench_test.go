package likeness

import (
	"strings"
	"testing"
)

// program is one of ordinary size; n makes it another.
func program(n int) string {
	return strings.NewReplacer("STEP", strings.Repeat("+ 1 ", n%7+1), "LIMIT", strings.Repeat("9", n%5+1), "KEY", string(rune('a'+n%26))).Replace(`
def total_price(cart, rates):
    """Adds up the prices of a cart."""
    total = 0
    for name, amount in cart.items():
        rate = rates.get(name, {}).get("KEY", 0)
        if rate > LIMIT:
            total = total + amount * rate  # the usual case
        else:
            total += max(amount, 1) * 2 STEP
    return round(total, 2)
`)
}

func BenchmarkReadProgram(b *testing.B) {
	source := program(3)
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		ReadProgram(source)
	}
}

// BenchmarkNear asks 2,000 held-out programs about one more.
func BenchmarkNear(b *testing.B) {
	x := NewIndex(0.8)
	for i := range 2000 {
		x.Add(ReadProgram(program(i)).Shingles)
	}
	for _, c := range []struct{ name, source string }{{"like many", program(7001)}, {"like none", "def f(a, b):\n    while b:\n        a, b = b, a % b\n    yield a, [c for c in b if c not in 'xyz']\n"}} {
		set := ReadProgram(c.source).Shingles
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				x.Near(set)
			}
		})
	}
}
