package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// ErrOccupied says that the directory to export into holds something else.
var ErrOccupied = errors.New("holds something else")

// stage is the hidden sibling directory in which an export is made, before it is
// renamed to its place as a whole. What a killed export left there is removed by
// the next one.
type stage struct {
	out    string // absolute, links resolved
	folder string // the hidden sibling
	root   string // inside it: what becomes out
}

func newStage(out string) (*stage, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if resolved, err := filepath.EvalSymlinks(out); err == nil {
		out = resolved
	}
	parent, prefix := filepath.Dir(out), "."+filepath.Base(out)+".export-"
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, err
	}
	if err := sweep(parent, prefix); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	s := &stage{out: out, folder: folder, root: filepath.Join(folder, filepath.Base(out))}
	if err := os.Mkdir(s.root, 0o777); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// sweep removes what killed exports left behind. A folder is renamed before it is
// emptied, so that an export that still lives in it fails to publish instead of
// publishing a part.
func sweep(parent, prefix string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		dead := filepath.Join(parent, e.Name()+"-dead")
		if err := os.Rename(filepath.Join(parent, e.Name()), dead); err != nil {
			return fmt.Errorf("remove what another export left: %w", err)
		}
		if err := os.RemoveAll(dead); err != nil {
			return fmt.Errorf("remove what another export left: %w", err)
		}
	}
	return nil
}

func (s *stage) remove() error { return os.RemoveAll(s.folder) }

// path is where a file of the export lies while it is made.
func (s *stage) path(name string) string { return filepath.Join(s.root, filepath.FromSlash(name)) }

// write makes a small file, durably.
func (s *stage) write(name string, data []byte) error {
	file, err := os.OpenFile(s.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// occupant is what lies where an export is to be published.
type occupant int

const (
	vacant occupant = iota // nothing, or an empty directory
	same                   // the same export, byte for byte
	other
)

func (s *stage) occupant() (occupant, error) {
	entries, err := os.ReadDir(s.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return vacant, nil
	case err != nil:
		return other, err
	case len(entries) == 0:
		return vacant, nil
	}
	equal, err := sameTree(s.root, s.out)
	if err != nil || !equal {
		return other, err
	}
	return same, nil
}

// publish renames the staged directory to its place. What was there must be gone
// or an empty directory.
func (s *stage) publish() error {
	for _, folder := range []string{dataFolder, lineageFolder, "."} {
		if err := syncDir(filepath.Join(s.root, folder)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(s.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(s.root, s.out); err != nil {
		return err
	}
	return syncDir(filepath.Dir(s.out))
}

// moveAside renames what lies in the place of the export to the first free name
// of the form OUT.replaced-N.
func (s *stage) moveAside() (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.replaced-%d", s.out, n)
		_, err := os.Lstat(aside)
		if errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(s.out, aside)
		}
		if err != nil {
			return "", err
		}
	}
}

// syncDir makes renames in a directory durable, where the system can.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// tree lists everything under root but the folders of shards and root themselves.
func tree(root string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if entry.IsDir() && (name == "." || name == dataFolder || name == lineageFolder) {
			return nil
		}
		all = append(all, filepath.ToSlash(name))
		return nil
	})
	return all, err
}

func sameTree(a, b string) (bool, error) {
	inA, err := tree(a)
	if err != nil {
		return false, err
	}
	inB, err := tree(b)
	if err != nil || !slices.Equal(inA, inB) {
		return false, err
	}
	for _, name := range inA {
		equal, err := sameFile(filepath.Join(a, name), filepath.Join(b, name))
		if err != nil || !equal {
			return false, err
		}
	}
	return true, nil
}

func sameFile(a, b string) (bool, error) {
	info, err := os.Lstat(b)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	fileA, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer fileA.Close()
	fileB, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer fileB.Close()
	return sameBytes(fileA, fileB)
}

func sameBytes(a, b io.Reader) (bool, error) {
	bufferA, bufferB := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, errA := io.ReadFull(a, bufferA)
		m, errB := io.ReadFull(b, bufferB)
		if !bytes.Equal(bufferA[:n], bufferB[:m]) {
			return false, nil
		}
		endA, endB := errA == io.EOF || errA == io.ErrUnexpectedEOF, errB == io.EOF || errB == io.ErrUnexpectedEOF
		switch {
		case endA && endB:
			return true, nil
		case errA != nil && !endA:
			return false, errA
		case errB != nil && !endB:
			return false, errB
		}
	}
}
