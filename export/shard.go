package export

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"
)

// maxRowBytes keeps a page below the 2 GiB that Parquet can address.
const maxRowBytes = 1 << 29

// shard is one file of rows while it is written.
type shard struct {
	file    *os.File
	disk    *disk
	encoder encoder
	hasher  rowHasher
	group   hash.Hash
	groups  []RowGroup // the last one is being written
	inGroup int64      // bytes of the rows in it
	rows    int
	bytes   int64 // of all rows, before encoding
	closed  bool
}

// encoder lays rows out in a file.
type encoder interface {
	// groupBytes is how large a row group may become.
	groupBytes() int64
	// startGroup ends the current row group and begins another.
	startGroup() error
	append(row []cell) error
	close() error
	// release lets go of memory; after close too.
	release()
}

// disk is where the encoder writes: the file and its hash. The encoder panics when
// a write fails, on a full disk say, so it is not told; the shard asks for err.
type disk struct {
	file io.Writer
	sum  hash.Hash

	lock sync.Mutex
	err  error // the first
}

func (d *disk) Write(p []byte) (int, error) {
	if d.failed() == nil {
		_, err := d.file.Write(p)
		d.lock.Lock()
		d.err = err
		d.lock.Unlock()
	}
	return d.sum.Write(p)
}

// failed is the first error of a write; encoders write in goroutines of their own.
func (d *disk) failed() error {
	d.lock.Lock()
	defer d.lock.Unlock()
	return d.err
}

// createShard makes a file of JSON lines or of Parquet.
func createShard(path string, columns []Column, jsonl bool) (*shard, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	s := &shard{file: file, disk: &disk{file: file, sum: sha256.New()}, group: sha256.New(), groups: []RowGroup{}}
	if jsonl {
		s.encoder = newJSONLines(s.disk, columns)
		return s, nil
	}
	if s.encoder, err = newParquetFile(s.disk, columns); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// append adds a row.
func (s *shard) append(row []cell) error {
	sum, err := s.hasher.digest(row)
	if err != nil {
		return err
	}
	size := cellBytes(row)
	if size > maxRowBytes {
		return fmt.Errorf("row %d: %d bytes are more than a page can hold", s.rows, size)
	}
	if len(s.groups) == 0 || s.inGroup > 0 && s.inGroup+size > s.encoder.groupBytes() {
		if err := s.encoder.startGroup(); err != nil {
			return err
		}
		s.endGroup()
		s.groups = append(s.groups, RowGroup{})
	}
	s.group.Write(sum[:])
	s.groups[len(s.groups)-1].Rows++
	s.rows++
	s.bytes += size
	s.inGroup += size
	return cmp.Or(s.encoder.append(row), s.disk.failed())
}

func (s *shard) endGroup() {
	if n := len(s.groups); n > 0 {
		s.groups[n-1].Digest = hex.EncodeToString(s.group.Sum(nil))
	}
	s.group.Reset()
	s.inGroup = 0
}

// close ends the file and makes it durable.
func (s *shard) close() error {
	s.closed = true
	s.endGroup()
	err := s.encoder.close()
	s.encoder.release()
	return errors.Join(cmp.Or(s.disk.failed(), err), s.file.Sync(), s.file.Close())
}

// abandon lets go of a file that will be removed, unless it was closed.
func (s *shard) abandon() {
	if !s.closed {
		s.encoder.release()
		s.file.Close()
	}
}

// facts describes the closed file, which is yet to get its name.
func (s *shard) facts(of split) (Shard, error) {
	info, err := os.Stat(s.file.Name())
	if err != nil {
		return Shard{}, err
	}
	return Shard{
		File:      File{Bytes: info.Size(), SHA256: hex.EncodeToString(s.disk.sum.Sum(nil))},
		Split:     of.String(),
		Rows:      s.rows,
		Values:    s.bytes,
		RowGroups: s.groups,
	}, nil
}
