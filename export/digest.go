package export

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
)

// digest is the canonical hash of a row: equal values in equal columns, equal
// digest, whoever read them from wherever.
type digest [sha256.Size]byte

// rowDigest hashes the cells of a row: each a kind byte, then a length or value
// as eight bytes, little-endian, then the bytes of text or the cells of the items
// of a list.
func rowDigest(row []cell) (digest, error) { return new(rowHasher).digest(row) }

// rowHasher hashes row after row in the same memory.
type rowHasher struct{ scratch []byte }

func (h *rowHasher) digest(row []cell) (sum digest, err error) {
	h.scratch, err = appendCells(h.scratch[:0], row)
	return sha256.Sum256(h.scratch), err
}

func appendCells(to []byte, cells []cell) ([]byte, error) {
	var err error
	for _, value := range cells {
		if to, err = appendHashed(to, value); err != nil {
			return to, err
		}
	}
	return to, nil
}

func appendHashed(to []byte, value cell) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return appendNumber(to, 'n', 0), nil
	case string:
		return append(appendNumber(to, 't', uint64(len(v))), v...), nil
	case int64:
		return appendNumber(to, 'i', uint64(v)), nil
	case float64:
		return appendNumber(to, 'd', math.Float64bits(v)), nil
	case bool:
		n := uint64(0)
		if v {
			n = 1
		}
		return appendNumber(to, 'b', n), nil
	case items:
		to = appendNumber(to, 'l', uint64(len(v)))
		for _, item := range v {
			var err error
			if to, err = appendCells(appendNumber(to, 's', uint64(len(item))), item); err != nil {
				return to, err
			}
		}
		return to, nil
	}
	return to, fmt.Errorf("a cell cannot hold a %T", value)
}

func appendNumber(to []byte, kind byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64(append(to, kind), n)
}

// cellBytes is the size of a row's values before any encoding.
func cellBytes(row []cell) int64 {
	var n int64
	for _, value := range row {
		switch v := value.(type) {
		case string:
			n += int64(len(v))
		case int64, float64:
			n += 8
		case bool:
			n++
		case items:
			for _, item := range v {
				n += cellBytes(item)
			}
		}
	}
	return n
}
