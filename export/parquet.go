package export

import (
	"cmp"
	"errors"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// recordBytes is how many bytes of rows are handed to the encoder together.
const recordBytes = 1 << 20

// parquetFile writes rows as Parquet. Records are encoded in a goroutine of its own,
// one after the other, while the next one is built.
type parquetFile struct {
	disk    *disk
	writer  *pqarrow.FileWriter
	builder *array.RecordBuilder
	waiting int   // rows in the builder
	pending int64 // bytes of them
	work    chan func() error
	ended   chan struct{} // closed when all work is done
	err     error         // of the work; to be read when it has ended
	stopped bool
}

func newParquetFile(disk *disk, columns []Column) (*parquetFile, error) {
	if err := useZstdPages(); err != nil {
		return nil, err
	}
	schema := arrowSchema(columns)
	writer, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{disk}, writerProperties(columns),
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err = cmp.Or(err, disk.failed()); err != nil {
		return nil, err
	}
	f := &parquetFile{disk: disk, writer: writer, builder: array.NewRecordBuilder(memory.DefaultAllocator, schema),
		work: make(chan func() error, 1), ended: make(chan struct{})}
	go f.encode()
	return f, nil
}

func (f *parquetFile) encode() {
	defer close(f.ended)
	for step := range f.work {
		if f.err == nil {
			f.err = step()
		}
	}
}

// stop waits for the work that is left.
func (f *parquetFile) stop() error {
	if !f.stopped {
		f.stopped = true
		close(f.work)
	}
	<-f.ended
	return f.err
}

// writerProperties are chosen for readers: without the required root, other
// implementations wrap each row in a list or fail. Texts that differ from row to
// row gain nothing from a dictionary; names and ids that come back do.
func writerProperties(columns []Column) *parquet.WriterProperties {
	properties := []parquet.WriterProperty{
		parquet.WithRootRepetition(parquet.Repetitions.Required),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithDataPageVersion(parquet.DataPageV1),
		parquet.WithDictionaryDefault(false),
		parquet.WithStats(false),
		parquet.WithBatchSize(64),
		parquet.WithCreatedBy("nextworkbench"),
	}
	for _, path := range dictionaries(columns, "") {
		properties = append(properties, parquet.WithDictionaryFor(path, true))
	}
	return parquet.NewWriterProperties(properties...)
}

// groupBytes is what a reader has to hold at once.
func (*parquetFile) groupBytes() int64 { return 64 << 20 }

func (f *parquetFile) startGroup() error {
	f.flush()
	f.work <- func() error {
		f.writer.NewBufferedRowGroup()
		return nil
	}
	return f.disk.failed()
}

func (f *parquetFile) append(row []cell) error {
	size := cellBytes(row)
	if f.pending > 0 && f.pending+size > recordBytes {
		f.flush()
	}
	for i, value := range row {
		appendCell(f.builder.Field(i), value)
	}
	f.waiting++
	f.pending += size
	return f.disk.failed()
}

func (f *parquetFile) flush() {
	if f.waiting == 0 {
		return
	}
	record := f.next()
	f.waiting, f.pending = 0, 0
	f.work <- func() error {
		defer record.Release()
		return f.writer.WriteBuffered(record)
	}
}

// next takes the record that was built, and makes room for one as large: buffers that
// grow by and by are copied and cleared again and again.
func (f *parquetFile) next() arrow.Record {
	room := make([]int, len(f.builder.Fields()))
	for i, b := range f.builder.Fields() {
		if texts, ok := b.(*array.StringBuilder); ok {
			room[i] = texts.DataLen()
		}
	}
	record := f.builder.NewRecord()
	for i, b := range f.builder.Fields() {
		if texts, ok := b.(*array.StringBuilder); ok {
			texts.ReserveData(room[i] + room[i]/8)
		}
	}
	return record
}

func appendCell(builder array.Builder, value cell) {
	switch v := value.(type) {
	case string:
		builder.(*array.StringBuilder).Append(v)
	case int64:
		builder.(*array.Int64Builder).Append(v)
	case float64:
		builder.(*array.Float64Builder).Append(v)
	case bool:
		builder.(*array.BooleanBuilder).Append(v)
	case items:
		appendItems(builder.(*array.ListBuilder), v)
	default:
		builder.AppendNull()
	}
}

func appendItems(b *array.ListBuilder, all items) {
	b.Append(true)
	fields := b.ValueBuilder().(*array.StructBuilder)
	for _, item := range all {
		fields.Append(true)
		for i, value := range item {
			appendCell(fields.FieldBuilder(i), value)
		}
	}
}

func (f *parquetFile) close() error {
	f.flush()
	return errors.Join(f.stop(), f.writer.Close())
}

func (f *parquetFile) release() {
	f.stop()
	f.builder.Release()
}
