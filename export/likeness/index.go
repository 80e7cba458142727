package likeness

import "slices"

// The signature of a set is cut into bands; sets that agree in one of them are
// compared. Of two sets with a similarity of 0.8 that happens but for one pair in
// twenty million ((1-0.8⁴)³²), of two with 0.7 but for one in six thousand.
const (
	bands = 32
	rows  = 4 // of a band
)

// Index finds the sets that are nearly the same as another: candidates by MinHash,
// then by their exact similarity. It is for many questions about few sets.
type Index struct {
	threshold float64
	sets      [][]uint64
	known     map[uint64]struct{} // every shingle of them
	buckets   map[band][]int
}

// band is one band of a signature.
type band struct {
	nth   int
	value uint64
}

// Match is a set of an index, by the order in which it was added.
type Match struct {
	Set        int
	Similarity float64
}

// NewIndex makes an index that calls sets nearly the same from a similarity of
// threshold on, which is over 0.
func NewIndex(threshold float64) *Index {
	return &Index{threshold: threshold, known: map[uint64]struct{}{}, buckets: map[band][]int{}}
}

// Add adds a set of shingles, in ascending order.
func (x *Index) Add(set []uint64) {
	for _, b := range bandsOf(set) {
		x.buckets[b] = append(x.buckets[b], len(x.sets))
	}
	for _, s := range set {
		x.known[s] = struct{}{}
	}
	x.sets = append(x.sets, set)
}

// Near returns the sets that are nearly the same as this one, in the order in which
// they were added.
func (x *Index) Near(set []uint64) []Match {
	if !x.possible(set) {
		return nil
	}
	var candidates []int
	for _, b := range bandsOf(set) {
		candidates = append(candidates, x.buckets[b]...)
	}
	slices.Sort(candidates)
	var near []Match
	for _, c := range slices.Compact(candidates) {
		if s := Similarity(set, x.sets[c]); s >= x.threshold {
			near = append(near, Match{c, s})
		}
	}
	return near
}

// possible reports whether a set shares enough shingles with all sets together to
// be near one of them. Most are not, and then no signature is needed.
func (x *Index) possible(set []uint64) bool {
	missing := int(float64(len(set))*(1-x.threshold) + 1e-9)
	for _, s := range set {
		if _, ok := x.known[s]; !ok {
			if missing--; missing < 0 {
				return false
			}
		}
	}
	return len(set) > 0
}

// bandsOf is the signature of a set, by bands: for each of many orders of all
// shingles, the least one of the set.
func bandsOf(set []uint64) [bands]band {
	var all [bands]band
	if len(set) == 0 {
		return all
	}
	least := [bands * rows]uint64{}
	for i := range least {
		least[i] = ^uint64(0)
	}
	for _, s := range set {
		for i := range least {
			least[i] = min(least[i], s*orders[i])
		}
	}
	for b := range all {
		all[b] = band{b, Sum(least[b*rows : (b+1)*rows])}
	}
	return all
}

// orders are odd factors: multiplying by one puts the shingles, which are mixed
// already, in another order.
var orders = func() (all [bands * rows]uint64) {
	for i := range all {
		all[i] = mix(uint64(i)) | 1
	}
	return all
}()
