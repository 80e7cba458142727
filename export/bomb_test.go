package export

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// What a small file declares, or unpacks to, is not what it gets: the child that
// reads it has little memory for a small shard, and dies alone.
func TestBombs(t *testing.T) {
	s := newSpecimen(t, false, true)
	name := s.shards[0]
	for how, page := range map[string][]byte{
		"a page that unpacks to 3 GiB":      bombPage(1<<31-1, 1, zeroes(3<<30)),
		"a page that says it is of 2 GiB":   pageHeader(1<<31-1, 1<<31-1, 1),
		"a page that says it has 2G values": bombPage(64, 1<<31-1, zeroes(64)),
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "out")
			s.restore(t, dir)
			overwrite(t, filepath.Join(dir, name), withPage(t, s.texts[name], page))
			report, err := Verify(t.Context(), dir, VerifyOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.File == name && p.Group == 1 && strings.Contains(p.Detail, "broke off") }) {
				t.Errorf("%v", report.Problems)
			}
		})
	}
}

// withPage puts a page behind the row groups of a Parquet file and says that the
// first column of the second group begins there.
func withPage(t *testing.T, of string, page []byte) []byte {
	t.Helper()
	text := []byte(of)
	start := len(text) - 8 - int(binary.LittleEndian.Uint32(text[len(text)-8:]))
	text = slices.Insert(text, start, page...)
	declare(t, &text, func(footer *metadata.FileMetaData) {
		column := footer.RowGroups[1].Columns[0].MetaData
		column.DataPageOffset, column.DictionaryPageOffset = int64(start), nil
		column.NumValues, column.TotalCompressedSize = 1<<31, int64(len(page))
	})
	return text
}

func bombPage(unpacked, values int, packed []byte) []byte {
	return append(pageHeader(unpacked, len(packed), values), packed...)
}

// pageHeader is the header of a page of plain values, in Thrift's compact encoding.
func pageHeader(unpacked, packed, values int) []byte {
	const number, skipOneStruct, end = 0x15, 0x2c, 0
	var header []byte
	for _, n := range []int{0, unpacked, packed} { // 0 is a data page
		header = binary.AppendVarint(append(header, number), int64(n))
	}
	header = append(header, skipOneStruct)
	for _, n := range []int{values, 0, 3, 3} { // plain values, levels in runs
		header = binary.AppendVarint(append(header, number), int64(n))
	}
	return append(header, end, end)
}

// zeroes are so many zero bytes as zstd packs them, in blocks that repeat one byte.
func zeroes(n int64) []byte {
	const largest, repeated = 1 << 17, 1 << 1
	packed := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3}
	for n > 0 {
		size := min(n, int64(largest))
		n -= size
		block := uint32(size<<3 | repeated)
		if n == 0 {
			block |= 1
		}
		packed = append(packed, byte(block), byte(block>>8), byte(block>>16), 0)
	}
	return packed
}
