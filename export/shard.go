package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

const (
	// groupBytes is where a row group ends: what a reader has to hold at once.
	groupBytes = 64 << 20
	// recordBytes is how many bytes of rows are handed to the encoder together.
	recordBytes = 1 << 20
	// maxRowBytes keeps a page below the 2 GiB that the format can address.
	maxRowBytes = 1 << 29
)

// shard is one Parquet file while it is written.
type shard struct {
	columns []Column
	file    *os.File
	disk    *disk
	writer  *pqarrow.FileWriter
	builder *array.RecordBuilder
	waiting int   // rows in the builder
	pending int64 // bytes of them
	group   hash.Hash
	groups  []RowGroup // the last one is being written
	inGroup int64      // bytes of the rows in it
	rows    int
	bytes   int64 // of all rows, before encoding
	closed  bool
}

// disk is where the encoder writes: the file and its hash. The encoder panics when
// a write fails, on a full disk say, so it is not told; the shard asks for err.
type disk struct {
	file io.Writer
	sum  hash.Hash
	err  error // the first
}

func (d *disk) Write(p []byte) (int, error) {
	if d.err == nil {
		_, d.err = d.file.Write(p)
	}
	return d.sum.Write(p)
}

func createShard(path string, columns []Column) (*shard, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	s := &shard{columns: columns, file: file, disk: &disk{file: file, sum: sha256.New()}, group: sha256.New()}
	schema := arrowSchema(columns)
	// A disk can only write: closing and syncing the file is ours.
	s.writer, err = pqarrow.NewFileWriter(schema, s.disk, writerProperties(),
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err = errors.Join(err, s.disk.err); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	s.builder = array.NewRecordBuilder(memory.DefaultAllocator, schema)
	return s, nil
}

// writerProperties are chosen for readers: without the required root, other
// implementations wrap each row in a list or fail.
func writerProperties() *parquet.WriterProperties {
	return parquet.NewWriterProperties(
		parquet.WithRootRepetition(parquet.Repetitions.Required),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(3),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithDictionaryDefault(false),
		parquet.WithStats(false),
		parquet.WithBatchSize(64),
		parquet.WithCreatedBy("nextworkbench"),
	)
}

func arrowSchema(columns []Column) *arrow.Schema {
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: c.Nullable})
	}
	return arrow.NewSchema(fields, nil)
}

func arrowType(name string) arrow.DataType {
	switch name {
	case integerType:
		return arrow.PrimitiveTypes.Int64
	case messagesType:
		return arrow.ListOf(arrow.StructOf(
			arrow.Field{Name: "role", Type: arrow.BinaryTypes.String, Nullable: true},
			arrow.Field{Name: "content", Type: arrow.BinaryTypes.String, Nullable: true}))
	default:
		return arrow.BinaryTypes.String
	}
}

// append adds a row.
func (s *shard) append(row []cell) error {
	sum, err := rowDigest(row)
	if err != nil {
		return err
	}
	size := cellBytes(row)
	if size > maxRowBytes {
		return fmt.Errorf("row %d: %d bytes are more than a page can hold", s.rows, size)
	}
	if err := s.makeRoom(size); err != nil {
		return err
	}
	for i, value := range row {
		appendCell(s.builder.Field(i), value)
	}
	s.group.Write(sum[:])
	s.groups[len(s.groups)-1].Rows++
	s.rows++
	s.bytes += size
	s.inGroup += size
	s.waiting++
	s.pending += size
	return nil
}

// makeRoom starts a new row group or a new record where the next row would make
// the current one too large.
func (s *shard) makeRoom(size int64) error {
	full := s.inGroup > 0 && s.inGroup+size > groupBytes
	if full || s.pending > 0 && s.pending+size > recordBytes {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if full || len(s.groups) == 0 {
		s.endGroup()
		s.writer.NewBufferedRowGroup()
		s.groups = append(s.groups, RowGroup{})
	}
	return nil
}

func (s *shard) endGroup() {
	if n := len(s.groups); n > 0 {
		s.groups[n-1].Digest = hex.EncodeToString(s.group.Sum(nil))
	}
	s.group.Reset()
	s.inGroup = 0
}

func (s *shard) flush() error {
	if s.waiting == 0 {
		return nil
	}
	record := s.builder.NewRecord()
	defer record.Release()
	s.waiting, s.pending = 0, 0
	return errors.Join(s.writer.WriteBuffered(record), s.disk.err)
}

func appendCell(builder array.Builder, value cell) {
	switch b := builder.(type) {
	case *array.StringBuilder:
		if text, ok := value.(string); ok {
			b.Append(text)
			return
		}
	case *array.Int64Builder:
		if number, ok := value.(int64); ok {
			b.Append(number)
			return
		}
	case *array.ListBuilder:
		if messages, ok := value.([]Message); ok {
			appendMessages(b, messages)
			return
		}
	}
	builder.AppendNull()
}

func appendMessages(b *array.ListBuilder, messages []Message) {
	b.Append(true)
	turns := b.ValueBuilder().(*array.StructBuilder)
	for _, m := range messages {
		turns.Append(true)
		turns.FieldBuilder(0).(*array.StringBuilder).Append(m.Role)
		turns.FieldBuilder(1).(*array.StringBuilder).Append(m.Content)
	}
}

// close ends the file and makes it durable.
func (s *shard) close() error {
	err := s.flush()
	s.closed = true
	s.endGroup()
	s.builder.Release()
	return errors.Join(err, s.writer.Close(), s.disk.err, s.file.Sync(), s.file.Close())
}

// abandon lets go of a file that will be removed, unless it was closed.
func (s *shard) abandon() {
	if !s.closed {
		s.builder.Release()
		s.file.Close()
	}
}

// facts describes the closed file.
func (s *shard) facts(path string, of split) (Shard, error) {
	info, err := os.Stat(s.file.Name())
	if err != nil {
		return Shard{}, err
	}
	groups := s.groups
	if groups == nil {
		groups = []RowGroup{}
	}
	return Shard{
		File:      File{Path: path, Bytes: info.Size(), SHA256: hex.EncodeToString(s.disk.sum.Sum(nil))},
		Split:     of.String(),
		Rows:      s.rows,
		Values:    s.bytes,
		RowGroups: groups,
	}, nil
}
