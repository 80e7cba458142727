package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "nextworkbench"
	root   = ".." // of the module, from this package
)

// goPackage is what these tests know of a package: its path within the module,
// package comment, imports and string literals, tests left out.
type goPackage struct {
	path     string
	synopsis string
	imports  []string
	literals []string
}

func packages(t *testing.T) map[string]*goPackage {
	t.Helper()
	all := map[string]*goPackage{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "testdata" || len(entry.Name()) > 2 && entry.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		folder, _ := filepath.Rel(root, filepath.Dir(path))
		folder = filepath.ToSlash(folder)
		if all[folder] == nil {
			all[folder] = &goPackage{path: folder}
		}
		return all[folder].read(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (p *goPackage) read(path string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return err
	}
	if file.Doc != nil {
		comment := strings.Join(strings.Fields(strings.SplitN(file.Doc.Text(), "\n\n", 2)[0]), " ")
		p.synopsis, _, _ = strings.Cut(comment+" ", ". ")
		p.synopsis = strings.TrimSuffix(strings.TrimSpace(p.synopsis), ".") + "."
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			name, _ := strconv.Unquote(n.Path.Value)
			p.imports = append(p.imports, name)
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value)
				p.literals = append(p.literals, text)
			}
		}
		return true
	})
	return nil
}

func document(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// rules reads the lines "left -> right right" of a fenced block.
func rules(t *testing.T, block string) map[string][]string {
	t.Helper()
	_, rest, found := strings.Cut(document(t), "```"+block+"\n")
	body, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatalf("ARCHITECTURE.md has no block %s", block)
	}
	all := map[string][]string{}
	for line := range strings.Lines(body) {
		left, right, ok := strings.Cut(line, "->")
		if !ok {
			t.Fatalf("%s: %q is no rule", block, line)
		}
		all[strings.TrimSpace(left)] = strings.Fields(right)
	}
	return all
}

func TestArrows(t *testing.T) {
	arrows := rules(t, "arrows")
	for path, p := range packages(t) {
		allowed, listed := arrows[path]
		if !listed {
			t.Errorf("package %s has no arrow in ARCHITECTURE.md", path)
		}
		for _, name := range p.imports {
			if ours, ok := strings.CutPrefix(name, module+"/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which its arrow does not allow", path, ours)
			}
		}
	}
	for path := range arrows {
		if packages(t)[path] == nil {
			t.Errorf("ARCHITECTURE.md has an arrow for %s, which is no package", path)
		}
	}
}

var writes = regexp.MustCompile(`(?i)\b(insert\s+(or\s+\w+\s+)?into|update\s+\w+\s+set|delete\s+from|create\s+(table|index|view|trigger)|drop\s+table)\b`)

func TestDoors(t *testing.T) {
	for thing, doors := range rules(t, "doors") {
		for path, p := range packages(t) {
			if slices.Contains(doors, path) {
				continue
			}
			for _, name := range p.imports {
				if name == thing || strings.HasPrefix(name, thing+"/") {
					t.Errorf("%s imports %s, whose door is %v", path, name, doors)
				}
			}
			for _, text := range p.literals {
				if thing == "database writes" && writes.MatchString(text) {
					t.Errorf("%s writes to the database (%.60q), whose door is %v", path, text, doors)
				}
			}
		}
	}
	scripts, err := filepath.Glob(filepath.Join(root, "queries", "*", "*.sql"))
	if err != nil || len(scripts) == 0 {
		t.Fatalf("queries: %d files, %v", len(scripts), err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		if writes.Match(text) {
			t.Errorf("%s writes", script)
		}
	}
}

func TestCodeMap(t *testing.T) {
	listed := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*) \\|$").FindAllStringSubmatch(document(t), -1) {
		listed[row[1]] = strings.TrimSpace(row[2])
	}
	all := packages(t)
	for path, p := range all {
		if p.synopsis != listed[path] {
			t.Errorf("%s: its package comment begins\n\t%s\nARCHITECTURE.md says\n\t%s", path, p.synopsis, listed[path])
		}
	}
	for path := range listed {
		if all[path] == nil {
			t.Errorf("ARCHITECTURE.md lists %s, which is no package", path)
		}
	}
}

// TestInvariantsAreTested finds every test that ARCHITECTURE.md cites, and every
// table that it ought to explain.
func TestInvariantsAreTested(t *testing.T) {
	text := document(t)
	sources := testSources(t)
	for _, name := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(text, -1) {
		if !strings.Contains(sources, "func "+name[1]+"(t *testing.T)") {
			t.Errorf("ARCHITECTURE.md cites %s, which is no test", name[1])
		}
	}
	dump, err := os.ReadFile(filepath.Join(root, "schema", "schema.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range regexp.MustCompile(`CREATE TABLE (\w+)`).FindAllStringSubmatch(string(dump), -1) {
		if !strings.Contains(text, "`"+table[1]+"`") {
			t.Errorf("ARCHITECTURE.md does not say when table %s is written", table[1])
		}
	}
}

func testSources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			data, readErr := os.ReadFile(path)
			all.Write(data)
			return readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
