package sample

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
)

// Problem is a line of a recorded file that answers nothing.
type Problem struct {
	File   string
	Line   int // from 1
	Reason string
}

// lineFile is a file of JSON Lines whose lines can be read again by place. A
// compressed file is unpacked beside the other temporary files.
type lineFile struct {
	name string
	file *os.File
	temp bool
}

// linePlace is where a line is.
type linePlace struct {
	file   *lineFile
	offset int64
	length int
}

func openLines(name string) (*lineFile, error) {
	file, err := os.Open(name)
	if err != nil || !strings.HasSuffix(name, ".gz") {
		return &lineFile{name: name, file: file}, err
	}
	defer file.Close()
	f, err := unpack(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &lineFile{name: name, file: f, temp: true}, nil
}

func unpack(packed io.Reader) (*os.File, error) {
	reader, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp("", "recorded-*.jsonl")
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(temp, reader); err != nil {
		return nil, errors.Join(err, temp.Close(), os.Remove(temp.Name()))
	}
	return temp, nil
}

func (f *lineFile) close() error {
	err := f.file.Close()
	if f.temp {
		err = errors.Join(err, os.Remove(f.file.Name()))
	}
	return err
}

// lines reads the file from its start, blank lines skipped. The place of a line
// is complete; its number counts from 1.
func (f *lineFile) lines() iter.Seq2[numberedLine, error] {
	return func(yield func(numberedLine, error) bool) {
		reader := bufio.NewReaderSize(io.NewSectionReader(f.file, 0, 1<<62), 1<<20)
		offset := int64(0)
		for number := 1; ; number++ {
			data, err := reader.ReadBytes('\n')
			if len(bytes.TrimSpace(data)) > 0 {
				if !yield(numberedLine{number, data, linePlace{f, offset, len(data)}}, nil) {
					return
				}
			}
			offset += int64(len(data))
			if err != nil {
				if err != io.EOF {
					yield(numberedLine{number: number}, fmt.Errorf("%s: %w", f.name, err))
				}
				return
			}
		}
	}
}

type numberedLine struct {
	number int
	data   []byte
	place  linePlace
}

// read fetches the line again.
func (p linePlace) read() ([]byte, error) {
	data := make([]byte, p.length)
	if _, err := p.file.file.ReadAt(data, p.offset); err != nil {
		return nil, fmt.Errorf("%s: %w", p.file.name, err)
	}
	return data, nil
}

// lineFiles are several files, closed together.
type lineFiles []*lineFile

func openAllLines(names []string) (all lineFiles, err error) {
	for _, name := range names {
		f, err := openLines(name)
		if err != nil {
			return nil, errors.Join(err, all.Close())
		}
		all = append(all, f)
	}
	return all, nil
}

// Close closes the files.
func (all lineFiles) Close() error {
	var errs []error
	for _, f := range all {
		errs = append(errs, f.close())
	}
	return errors.Join(errs...)
}

// each calls fn for every line; what fn says against a line becomes a problem.
func (all lineFiles) each(fn func(numberedLine) (reason string)) (problems []Problem, err error) {
	for _, f := range all {
		for line, err := range f.lines() {
			if err != nil {
				return problems, err
			}
			if reason := fn(line); reason != "" {
				problems = append(problems, Problem{f.name, line.number, reason})
			}
		}
	}
	return problems, nil
}
