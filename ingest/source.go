package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// maxLine bounds the memory that one line can take.
const maxLine = 64 << 20

// source reads the lines of a plain or gzip file one by one. The hash and the
// counter are of the bytes as they lie on the disk.
type source struct {
	name   string
	size   int64
	read   int64
	line   int
	file   *os.File
	hash   hash.Hash
	reader *bufio.Reader
}

func open(path string) (*source, error) {
	s := &source{name: filepath.Base(path), hash: sha256.New()}
	if path == "-" {
		s.name, s.file = "standard input", os.Stdin
	} else if err := s.openFile(path); err != nil {
		return nil, err
	}
	raw := bufio.NewReaderSize(io.TeeReader(s.file, (*meter)(s)), 1<<16)
	s.reader = raw
	if magic, _ := raw.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(raw)
		if err != nil {
			s.close()
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		s.reader = bufio.NewReaderSize(unzipped, 1<<16)
	}
	if mark, _ := s.reader.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		s.reader.Discard(3)
	}
	return s, nil
}

func (s *source) openFile(path string) (err error) {
	if s.file, err = os.Open(path); err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory, not a file of JSON Lines", path)
	}
	if err != nil {
		s.file.Close()
		return err
	}
	s.size = info.Size()
	return nil
}

// meter counts and hashes what a source reads.
type meter source

func (m *meter) Write(p []byte) (int, error) {
	m.read += int64(len(p))
	return m.hash.Write(p)
}

func (s *source) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

func (s *source) close() {
	if s.file != os.Stdin {
		s.file.Close()
	}
}

// next returns the next line that is not blank, nil at the end. A line longer than
// maxLine is passed over and refused.
func (s *source) next() ([]byte, error) {
	for {
		line, err := s.nextLine()
		if err != nil || line == nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return line, nil
		}
	}
}

func (s *source) nextLine() ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := s.reader.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) == 0 && !long {
			return nil, nil
		}
		s.line++
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if long {
			return nil, refuse("the line is longer than %d MiB", maxLine>>20)
		}
		return append(line, '\n'), nil
	}
}
