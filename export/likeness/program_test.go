package likeness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

func key(source string) [32]byte { return ReadProgram(source).Key }

// Each archive holds programs that are the same, or, in the file other, are not the
// same as the first.
func TestSameAndOther(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files := txtar.Parse(data).Files
		for _, f := range files[1:] {
			same := key(string(files[0].Data)) == key(string(f.Data))
			if want := !strings.HasPrefix(f.Name, "other"); same != want {
				t.Errorf("%s: %s is the same as the first: %v", path, f.Name, same)
			}
		}
	}
}

func TestSmallDifferences(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"x = 1", "y=1;", true},
		{"x = 'a'", `x = "a"`, true},
		{`x = 'it\'s'`, `x = "it's"`, true},
		{`x = r'\d'`, `x = '\\d'`, true},
		{"x = 1_000", "x = 1000", true},
		{"x = 0XFF", "x = 0xff", true},
		{"x = [1, 2,]", "x = [\n  1,\n  2\n]", true},
		{"x = (1,)", "x = (1)", false},
		{"x = f(1,)", "x = f(1)", true},
		{"if x: y = 1", "if x:\n\ty = 1\n", true},
		{"if x:\n  pass\ny = 1", "if x:\n  pass\n  y = 1", false},
		{"x = 1 + \\\n  2", "x = 1 + 2", true},
		{"x = (1 +\n  2)", "x = 1 + 2", true},
		{"x = (1 + 2) * 3", "x = 1 + 2 * 3", false},
		{"for (i, j) in p: print(i)", "for a, b in p:\n  print(a)", true},
		{"x = (y for y in z)", "x = y for y in z", false},
		{"'''doc'''\nx = 1", "x = 1  # doc", true},
		{"x = 'doc'", "x = 'cod'", false},
		{"x = len(y)", "x = sum(y)", false},
		{"len = 1\nx = len", "a = 1\nb = a", true},
		{"x.append(1)", "x.remove(1)", false},
		{"def f(n):\n  return f(n=1)", "def g(m):\n  return g(m=1)", true},
		{"def f(key):\n  return sorted(key, key=key)", "def f(k):\n  return sorted(k, key=k)", true},
		{"def f(key):\n  return sorted(key, key=key)", "def f(k):\n  return sorted(k, cmp=k)", false},
		{"class A:\n  def go(self): self.n = 1\nA().go()", "class B:\n  def run(me): me.k = 1\nB().run()", true},
		{"def count(x): return x.count(1)", "def f(x): return x.count(1)", true},
		{"def f(x): return f'{x!r:>{x}} {{x}}'", "def g(y): return f'{y!r:>{y}} {{x}}'", true},
		{"def f(x): return f'{x}'", "def f(x): return f'{x}!'", false},
		{"f = lambda a, b=1: a + b", "g = lambda p, q=1: p + q", true},
		{"x = {a: b for a, b in c}", "x = {p: q for p, q in c}", true},
		{"x = {a: b for a, b in c}", "x = {q: p for p, q in c}", false},
		{"with open(p) as f, open(q) as g: f(g)", "with open(p) as a, open(q) as b: a(b)", true},
		{"import os as o\no.f()", "import os as p\np.f()", true},
		{"import os\nos.f()", "import re\nre.f()", false},
		{"from a import b\nb()", "from a import c\nc()", false},
		{"try:\n  f()\nexcept E as e:\n  e", "try:\n  f()\nexcept E as x:\n  x", true},
		{"a, *b = c", "x, *y = c", true},
		{"if (n := 1): n", "if (m := 1): m", true},
		{"match p:\n  case [a, b]: a", "match p:\n  case [x, y]: x", true},
		{"a = 1\nb = 2\na", "b = 1\na = 2\nb", true},
		{"a = 1\nb = 2\na", "a = 1\nb = 2\nb", false},
	} {
		if got := key(c.a) == key(c.b); got != c.same {
			t.Errorf("%q and %q are the same: %v", c.a, c.b, got)
		}
	}
}

// piece is a part of a made program: a name of its own, any other token, or a break.
type piece struct {
	name int // from 1; 0 is none
	text string
}

// made is a random program as lines of pieces with their depths. Names are numbers,
// so that it can be written with any.
type made struct {
	lines  [][]piece
	depths []int
}

// makeProgram draws a program of functions, loops, conditions, calls and formatted
// strings.
func makeProgram(t *rapid.T) made {
	var m made
	add := func(depth int, pieces ...piece) {
		m.lines, m.depths = append(m.lines, pieces), append(m.depths, depth)
	}
	fixed := func(s string) piece { return piece{text: s} }
	name := func() piece { return piece{name: rapid.IntRange(2, 6).Draw(t, "name")} }
	value := func() []piece {
		switch rapid.IntRange(0, 5).Draw(t, "value") {
		case 0:
			return []piece{fixed(rapid.SampledFrom([]string{"0", "17", "2.5", "'a b'", "None"}).Draw(t, "constant"))}
		case 1:
			return []piece{name(), fixed(" + "), name()}
		case 2:
			return []piece{fixed("len("), name(), fixed(")")}
		case 3:
			return []piece{fixed("["), name(), fixed(", "), name(), fixed("]")}
		case 4:
			return []piece{fixed(`f"<{`), name(), fixed(`}>"`)}
		}
		return []piece{name(), fixed("[0].count("), name(), fixed(")")}
	}
	add(0, fixed("def "), piece{name: 1}, fixed("("), piece{name: 2}, fixed(", "), piece{name: 3}, fixed(", "), piece{name: 4},
		fixed(", "), piece{name: 5}, fixed(", "), piece{name: 6}, fixed("):"))
	depth := 1
	for range rapid.IntRange(1, 8).Draw(t, "statements") {
		switch rapid.IntRange(0, 3).Draw(t, "statement") {
		case 0:
			add(depth, append([]piece{fixed("if "), name(), fixed(" > "), name()}, fixed(":"))...)
			depth++
		case 1:
			add(depth, fixed("for "), name(), fixed(" in "), name(), fixed(":"))
			depth++
		}
		add(depth, append([]piece{name(), fixed(" = ")}, value()...)...)
		depth = rapid.IntRange(1, depth).Draw(t, "depth")
	}
	add(1, append([]piece{fixed("return ")}, value()...)...)
	return m
}

// write writes the program with these names, an indent, and what to put behind and
// between the lines.
func (m made) write(names []string, indent, behind, between string) string {
	var b strings.Builder
	for i, line := range m.lines {
		b.WriteString(strings.Repeat(indent, m.depths[i]))
		for _, p := range line {
			if p.name > 0 {
				b.WriteString(names[p.name-1])
			} else {
				b.WriteString(p.text)
			}
		}
		b.WriteString(behind + "\n" + between)
	}
	return b.String()
}

func TestDisguisedProgramIsTheSame(t *testing.T) {
	plain := []string{"solve", "a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		m := makeProgram(t)
		names := rapid.Permutation([]string{"len", "count", "value_1", "_x", "été", "a", "e", "key"}).Draw(t, "names")[:6]
		if strings.Contains(m.write(plain, " ", "", ""), "len(") {
			for i, n := range names {
				if n == "len" { // it would be captured
					names[i] = "size"
				}
			}
		}
		disguised := m.write(names, rapid.SampledFrom([]string{" ", "  ", "\t", "       "}).Draw(t, "indent"),
			rapid.SampledFrom([]string{"", "  # (1) a=1;", " \t"}).Draw(t, "behind"),
			rapid.SampledFrom([]string{"", "\n", "# def a():\n", "    # x\n\n"}).Draw(t, "between"))
		original := m.write(plain, "    ", "", "")
		if key(original) != key(disguised) {
			t.Fatalf("not the same:\n%s\n%s", original, disguised)
		}
	})
}

// Another constant, operator or name in one place is another program.
func TestDifferentProgramIsAnother(t *testing.T) {
	plain := []string{"solve", "a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		m := makeProgram(t)
		original := m.write(plain, "    ", "", "")
		last := &m.lines[len(m.lines)-1]
		*last = append(*last, piece{text: rapid.SampledFrom([]string{" + 1", " - 1", "[0]", ".x", " or None"}).Draw(t, "change")})
		if changed := m.write(plain, "    ", "", ""); key(original) == key(changed) {
			t.Fatalf("the same:\n%s\n%s", original, changed)
		}
		*last = (*last)[:len(*last)-1]
		line := rapid.IntRange(1, len(m.lines)-1).Draw(t, "line")
		for i, p := range m.lines[line] {
			if p.name > 0 {
				m.lines[line][i].name = p.name%5 + 2
				if changed := m.write(plain, "    ", "", ""); key(original) == key(changed) {
					t.Fatalf("another name, and the same:\n%s\n%s", original, changed)
				}
				return
			}
		}
	})
}

func FuzzReadProgram(f *testing.F) {
	for _, s := range []string{program(1), "f'{x!r:>{y}}'", "f'{'", `f"{x["a"]}"`, "'''", "\"\\", "x = (1,", ")]}", "\\\n", "if x: lambda y: y", "\ufeffx\r\ny\rz",
		"f'{a:{b:{c:{d:{e:{f:{g:{h:{i:{j}}}}}}}}}}'", "#", "1e+5", "class A(b=1): c: int = 2", "lambda lambda:", "as (", "def", "case x:", "for", "((x))", "()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		p := ReadProgram(source)
		if again := ReadProgram(source + "\n# the end"); strings.HasSuffix(source, "\n") && !strings.ContainsAny(source, `"'\([{`) && p.Key != again.Key {
			t.Errorf("a comment makes another program of %q", source)
		}
		for i, s := range p.Shingles {
			if i > 0 && p.Shingles[i-1] >= s {
				t.Fatal("the shingles are no set")
			}
		}
	})
}

// Nothing that a program can hold makes reading it take more than its length: the
// square of this one would not end before the tests' deadline.
func TestHostilePrograms(t *testing.T) {
	for _, part := range []string{"(", "f'{", "f\"{x:", "lambda ", "lambda(", "for ", "as(", "'", "'''", "{''", "if x: ", "def f(", "x=", "[a for ", "\\\n", "((x))"} {
		ReadProgram(strings.Repeat(part, 500_000/len(part)))
	}
}

func TestIndex(t *testing.T) {
	x := NewIndex(0.8)
	var sets [][]uint64
	for i := range 60 {
		set := ReadProgram(program(i)).Shingles
		x.Add(set)
		sets = append(sets, set)
	}
	for i := range 80 {
		set := ReadProgram(program(i) + strings.Repeat("\nprint(total)", i%4)).Shingles
		var want []string
		for j, s := range sets {
			if v := Similarity(set, s); v >= 0.8 {
				want = append(want, fmt.Sprint(Match{j, v}))
			}
		}
		var got []string
		for _, m := range x.Near(set) {
			got = append(got, fmt.Sprint(m))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || len(want) == 0 {
			t.Errorf("program %d: near %v, not %v", i, got, want)
		}
	}
	if near := x.Near(ReadProgram("while True:\n    print(input())\n").Shingles); near != nil || len(x.Near(nil)) > 0 {
		t.Errorf("another program is near %v", near)
	}
}

func TestWords(t *testing.T) {
	a := Words("Write a function to remove all odd numbers, from a list.")
	if s := Similarity(a, Words("write a function  to remove ALL odd numbers from a list")); s != 1 {
		t.Errorf("case and punctuation: %v", s)
	}
	if s := Similarity(a, Words("Write a function to find the area of a circle.")); s > 0.5 {
		t.Errorf("another problem: %v", s)
	}
	if len(Words("")) != 0 || len(Words("Sort")) != 1 {
		t.Error("short instructions")
	}
}
