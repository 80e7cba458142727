package verify

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"nextworkbench/workbench/sandbox"
)

// exact is a real number without rounding: sign × 0.digits × 10^point / den.
// Numbers are equal exactly when their forms are, however large they are,
// because digits has no zeros at either end and den no factor 2 or 5.
type exact struct {
	class  byte // 'f' finite, 'i' infinite, 'n' not a number
	neg    bool
	digits string // empty for zero
	point  int64
	den    string // "1" unless the decimal expansion is infinite
}

// isNumber reports whether Python's == compares the kind by numeric value.
func isNumber(k sandbox.Kind) bool {
	switch k {
	case sandbox.Bool, sandbox.Int, sandbox.Float, sandbox.Complex, sandbox.Decimal, sandbox.Fraction:
		return true
	}
	return false
}

// integer returns the value of a Bool or an Int.
func integer(v *sandbox.Value) (*big.Int, bool) {
	switch v.Kind {
	case sandbox.Bool:
		if v.Bool {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case sandbox.Int:
		return v.Int, true
	}
	return nil, false
}

// exactly gives the real part of a number without rounding.
func exactly(v *sandbox.Value) exact {
	switch v.Kind {
	case sandbox.Float, sandbox.Complex:
		return exactFloat(v.Float)
	case sandbox.Decimal:
		return exactDecimal(v.Text)
	case sandbox.Fraction:
		return exactFraction(v.Int, v.Den)
	}
	i, _ := integer(v)
	return finite(i.Sign() < 0, new(big.Int).Abs(i).String(), 0)
}

// finite normalises digits × 10^exp.
func finite(neg bool, digits string, exp int64) exact {
	digits = strings.TrimLeft(digits, "0")
	point := int64(len(digits)) + exp
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return exact{class: 'f', den: "1"}
	}
	return exact{class: 'f', neg: neg, digits: digits, point: point, den: "1"}
}

func exactFloat(f float64) exact {
	switch {
	case math.IsNaN(f):
		return exact{class: 'n'}
	case math.IsInf(f, 0):
		return exact{class: 'i', neg: f < 0}
	}
	const digitsOfAnyFloat = 766
	return exactDecimal(strconv.FormatFloat(f, 'e', digitsOfAnyFloat, 64))
}

// exactDecimal reads the text of a decimal.Decimal, or of a float in 'e' form.
func exactDecimal(text string) exact {
	neg := strings.HasPrefix(text, "-")
	text = strings.TrimLeft(text, "+-")
	switch {
	case strings.HasPrefix(text, "Inf"):
		return exact{class: 'i', neg: neg}
	case strings.Contains(text, "NaN"):
		return exact{class: 'n'}
	}
	mantissa, power, _ := strings.Cut(strings.ToUpper(text), "E")
	exp, _ := strconv.ParseInt(power, 10, 64)
	whole, part, _ := strings.Cut(mantissa, ".")
	return finite(neg, whole+part, exp-int64(len(part)))
}

// exactFraction writes a fraction with as much of its denominator as possible
// in the power of ten.
func exactFraction(num, den *big.Int) exact {
	reduced := new(big.Rat).SetFrac(num, den)
	n, d := new(big.Int).Abs(reduced.Num()), new(big.Int).Set(reduced.Denom())
	twos := d.TrailingZeroBits()
	d.Rsh(d, twos)
	d, fives := withoutFives(d)
	n.Mul(n, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(twos)), nil))
	n.Lsh(n, uint(fives))
	x := finite(num.Sign() < 0, n.String(), -int64(twos)-int64(fives))
	x.den = d.String()
	return x
}

// withoutFives divides d by 5 as often as possible, in few steps: by powers
// that grow while they divide it, then by the smaller ones.
func withoutFives(d *big.Int) (rest *big.Int, count int) {
	powers := []*big.Int{big.NewInt(5)}
	divide := func(i int) bool {
		quotient, remainder := new(big.Int).QuoRem(d, powers[i], new(big.Int))
		if remainder.Sign() != 0 {
			return false
		}
		d, count = quotient, count+1<<i
		return true
	}
	for i := 0; divide(i); i++ {
		powers = append(powers, new(big.Int).Mul(powers[i], powers[i]))
	}
	for i := len(powers) - 2; i >= 0; i-- {
		divide(i)
	}
	return d, count
}

// sign is -1, 0 or 1; infinities have one.
func (x exact) sign() int {
	switch {
	case x.class == 'f' && x.digits == "":
		return 0
	case x.neg:
		return -1
	}
	return 1
}

// compare orders two numbers, neither of them NaN.
func (x exact) compare(y exact) int {
	if x.sign() != y.sign() {
		return x.sign() - y.sign()
	}
	switch {
	case x == y:
		return 0
	case x.class == 'i' || y.class == 'f' && x.magnitude(y) > 0:
		return x.sign()
	}
	return -x.sign()
}

// magnitude compares the absolute values of two finite numbers of equal sign.
func (x exact) magnitude(y exact) int {
	if x.den == "1" && y.den == "1" {
		if x.point != y.point {
			return compareInts(x.point, y.point)
		}
		return strings.Compare(x.digits, y.digits)
	}
	// Estimates first: the power of ten of a Decimal may be too large to write out.
	xp, yp := x.point-int64(len(x.den)), y.point-int64(len(y.den))
	if xp > yp+2 || yp > xp+2 {
		return compareInts(xp, yp)
	}
	low := min(x.point-int64(len(x.digits)), y.point-int64(len(y.digits)))
	return new(big.Int).Mul(x.scaled(low), bigInt(y.den)).Cmp(new(big.Int).Mul(y.scaled(low), bigInt(x.den)))
}

// scaled is the numerator as an integer count of 10^low.
func (x exact) scaled(low int64) *big.Int {
	zeros := x.point - int64(len(x.digits)) - low
	return bigInt(x.digits + strings.Repeat("0", int(zeros)))
}

func bigInt(digits string) *big.Int {
	i, _ := new(big.Int).SetString(digits, 10)
	return i
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rat is the exact value of a real number that is small enough to compute
// with; ok is false for infinities, NaN and exponents out of a float's range.
func rat(v *sandbox.Value) (r *big.Rat, ok bool) {
	x := exactly(v)
	const farOutside = 1 << 12
	if x.class != 'f' || x.point > farOutside || x.point < -farOutside {
		return nil, false
	}
	r, ok = new(big.Rat).SetString(x.text())
	return r, ok
}

// text writes a finite number as a literal that big.Rat reads.
func (x exact) text() string {
	if x.digits == "" {
		return "0"
	}
	sign := ""
	if x.neg {
		sign = "-"
	}
	if x.den == "1" {
		return sign + "0." + x.digits + "e" + strconv.FormatInt(x.point, 10)
	}
	whole := x.digits
	shift := x.point - int64(len(x.digits))
	den := x.den
	if shift >= 0 {
		whole += strings.Repeat("0", int(shift))
	} else {
		den += strings.Repeat("0", int(-shift))
	}
	return sign + whole + "/" + den
}

// numbersEqual is Python's == between two numbers of any kinds.
func numbersEqual(a, b *sandbox.Value) bool {
	if a.Kind == sandbox.Complex || b.Kind == sandbox.Complex {
		if imaginary(a) != imaginary(b) {
			return false
		}
	}
	if isBinary(a.Kind) && isBinary(b.Kind) {
		return a.Float == b.Float
	}
	i, whole := integer(a)
	j, other := integer(b)
	if whole && other {
		return i.Cmp(j) == 0
	}
	x, y := exactly(a), exactly(b)
	return x.class != 'n' && x == y
}

func isBinary(k sandbox.Kind) bool {
	return k == sandbox.Float || k == sandbox.Complex
}

func imaginary(v *sandbox.Value) float64 {
	if v.Kind == sandbox.Complex {
		return v.Imag
	}
	return 0
}

// numberKey names a number so that equal numbers have equal names. A NaN, which
// equals nothing but the object that it is, is named by its place in memory.
func numberKey(v *sandbox.Value) string {
	f, fits := asFloat(v)
	im, key := imaginary(v), ""
	switch {
	case math.IsNaN(f) || math.IsNaN(im):
		return fmt.Sprintf("%p", v)
	case im != 0:
		key = strconv.FormatFloat(im, 'x', -1, 64) + "j"
	}
	if fits {
		return key + strconv.FormatFloat(f+0, 'x', -1, 64) // +0 turns -0.0 into 0.0
	}
	return key + exactly(v).text()
}

// asFloat converts the real part of a number when the float equals it.
func asFloat(v *sandbox.Value) (f float64, fits bool) {
	if isBinary(v.Kind) {
		return v.Float, true
	}
	if i, whole := integer(v); whole && i.IsInt64() && i.Int64() < 1<<53 && i.Int64() > -1<<53 {
		return float64(i.Int64()), true
	}
	x := exactly(v)
	switch {
	case x.class == 'n':
		return math.NaN(), true
	case x.class == 'i':
		return math.Inf(x.sign()), true
	case x.den != "1":
		return 0, false
	}
	f, err := strconv.ParseFloat(x.text(), 64)
	return f, err == nil && exactFloat(f) == x
}
