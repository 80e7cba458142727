package trace

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"nextworkbench/schema"
	"nextworkbench/workbench/sandbox"
)

func TestInlineOptions(t *testing.T) {
	step := func(n, line int, name, value string) schema.TraceEvent {
		return schema.TraceEvent{Step: n, Line: line, Kind: schema.LineEvent, Changes: []schema.Change{{Name: name, Value: value}}}
	}
	raise := schema.TraceEvent{Step: 9, Line: 1, Kind: schema.ExceptionEvent, Changes: []schema.Change{{Name: "__exception__", Value: "E()"}}}
	events := []schema.TraceEvent{step(0, 1, "a", "1"), step(1, 1, "a", "2"), step(2, 1, "a", "'12345678'"), step(3, 1, "a", "4"), step(4, 1, "a", "5")}
	tests := []struct {
		name   string
		inline Inline
		events []schema.TraceEvent
		want   string
	}{
		{"default", Default(), events, "x  # (0) a=1; (1) a=2; ...; (4) a=5;"},
		{"three and one", Inline{Head: 3, Tail: 1, Value: 256}, events, "x  # (0) a=1; (1) a=2; (2) a='12345678'; ...; (4) a=5;"},
		{"no tail", Inline{Head: 1, Tail: 0, Value: 256}, events, "x  # (0) a=1; ...;"},
		{"no head", Inline{Head: 0, Tail: 1, Value: 256}, events, "x  # ...; (4) a=5;"},
		{"all", Inline{Head: 5, Tail: 0, Value: 4}, events, "x  # (0) a=1; (1) a=2; (2) a='123...+6; (3) a=4; (4) a=5;"},
		{"exception last", Default(), append(events[:1:1], raise), "x  # (0) a=1; (9) __exception__ = E()"},
		{"exception first", Default(), []schema.TraceEvent{raise, step(10, 1, "b", "2")}, "x  # (9) __exception__ = E(); (10) b=2;"},
		{"several and removed", Default(), []schema.TraceEvent{{Step: 3, Line: 1, Kind: schema.LineEvent, Changes: []schema.Change{{Name: "a", Value: "1"}, {Name: "b", Removed: true}}}}, "x  # (3) a=1; del b;"},
		{"silent", Default(), []schema.TraceEvent{{Step: -1, Line: 1, Kind: schema.LineEvent}}, "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.inline.Render("x", "", test.events)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInlineTestLine(t *testing.T) {
	events := onTest(nil, "AssertionError()")
	for program, want := range map[string]string{
		"x":         "x\n\nassert y  # (0) __exception__ = AssertionError()",
		"x\n":       "x\n\nassert y  # (0) __exception__ = AssertionError()",
		"x\r\n":     "x\r\n\nassert y  # (0) __exception__ = AssertionError()",
		"# no code": "# no code\n\nassert y  # (0) __exception__ = AssertionError()",
	} {
		if got := Default().Render(program, "assert y", events); got != want {
			t.Errorf("%q: got %q", program, got)
		}
	}
}

// TestCarrier says where the comment for line 1 goes.
func TestCarrier(t *testing.T) {
	for source, want := range map[string]string{
		"a = 1":                                "a = 1#",
		"a = 1\n":                              "a = 1#\n",
		"a = 1\r\nb":                           "a = 1#\r\nb",
		"a = 1\rb":                             "a = 1#\rb",
		"a = 1 # old\nb":                       "a = 1 # old#\nb",
		"a = \\\n  1\nb":                       "a = \\\n  1#\nb",
		"a = '#' \\\r\n  1\r\nb":               "a = '#' \\\r\n  1#\r\nb",
		"a = '''x\n# y\n''' + \\\n 'z'\nb":     "a = '''x\n# y\n''' + \\\n 'z'#\nb",
		"a = f(1,\n  2)\nb":                    "a = f(1,#\n  2)\nb",
		"a = 'it\\'s' \"#\"\nb":                "a = 'it\\'s' \"#\"#\nb",
		"a = 'x\\\ny'\nb":                      "a = 'x\\\ny'#\nb",
		"a = r'\\'\nb":                         "a = r'\\'#\nb", // never ends either
		"a = rb'''\\'''\n'''\nb":               "a = rb'''\\'''\n'''#\nb",
		"a = f\"\"\"{b}\n{'''c\nd'''}\"\"\"\n": "a = f\"\"\"{b}\n{'''c\nd'''}\"\"\"#\n",
		"a = f'{b:{c}}' # d\n":                 "a = f'{b:{c}}' # d#\n",
		"a = f'{{' # '''\nb":                   "a = f'{{' # '''#\nb",
		"a = f'{d[\"'''\"]}'\nb":               "a = f'{d[\"'''\"]}'#\nb",
		"a = f'{x!r:>{w}} {y[1:2]}'\nb":        "a = f'{x!r:>{w}} {y[1:2]}'#\nb",
		"a = '''never\nends":                   "a = '''never\nends#",
		"a = 'never ends\nb":                   "a = 'never ends#\nb",
	} {
		lines := scan(source)
		at := lines[carrier(lines, 0)].end
		if got := source[:at] + "#" + source[at:]; got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

var comment = regexp.MustCompile(`  # \(\d+\) [a-z]+=\d+;( \(\d+\) [a-z]+=\d+;)*( \.\.\.; \(\d+\) [a-z]+=\d+;)?$`)

// TestInlineGivesProgramBack renders random steps into random arrangements of
// tricky lines: the comments taken away, the program is what it was, and Python
// reads both the same.
func TestInlineGivesProgramBack(t *testing.T) {
	pieces := []string{
		"a = 1", "if a:\n\tb = 2  # note", "c = (a,\n  b)", "d = '''x\n  # (1) y=1;\ny'''", "e = a + \\\n  1", "@staticmethod\ndef f(x,\n  y): return x", "",
		"g = 'ä  # (3) z=3;'", "h = f'''{a}\n{ {1: 2}[1] }'''", "i = [j  # why\n for j in 'ab']", "s = \"it's\"", "class C:\n    '''doc\n    more'''", "k = 'con\\\ntinued'", "   \t", "# only a comment",
	}
	python := asts(t)
	rapid.Check(t, func(t *rapid.T) {
		program := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "\n")
		program += rapid.SampledFrom([]string{"", "\n", "\n\n"}).Draw(t, "end")
		if rapid.Bool().Draw(t, "crlf") {
			program = strings.ReplaceAll(program, "\n", "\r\n")
		}
		var events []schema.TraceEvent
		for i, line := range rapid.SliceOfN(rapid.IntRange(1, len(scan(program))), 0, 12).Draw(t, "lines") {
			events = append(events, schema.TraceEvent{Seq: i, Step: i, Line: line, Kind: schema.LineEvent, Changes: []schema.Change{{Name: "v", Value: "1"}}})
		}
		text := Default().Render(program, "", events)
		if back := withoutComments(t, program, text); back != program {
			t.Fatalf("%q\nbecame %q\nand came back as %q", program, text, back)
		}
		if python != nil && python(program) != python(text) {
			t.Fatalf("%q\nis not read like\n%q", program, text)
		}
	})
}

// withoutComments takes from every line of text what it has more than the program's.
func withoutComments(t *rapid.T, program, text string) string {
	want, got := strings.SplitAfter(program, "\n"), strings.SplitAfter(text, "\n")
	if len(want) != len(got) {
		t.Fatalf("%d lines became %d", len(want), len(got))
	}
	for i, line := range got {
		body := strings.TrimRight(line, "\r\n")
		more := strings.TrimPrefix(body, strings.TrimRight(want[i], "\r\n"))
		if more != "" && !comment.MatchString(more) {
			t.Fatalf("line %d has more: %q", i+1, more)
		}
		got[i] = strings.TrimSuffix(body, more) + line[len(body):]
	}
	return strings.Join(got, "")
}

// asts returns what Python reads in a source, nil where there is no Python.
func asts(t *testing.T) func(string) string {
	python, err := sandbox.Find(t.Context(), firstPython())
	if err != nil {
		return nil
	}
	d := start(t, exec.Command(python.Path, "-S", "-c", `
import ast, json, sys
for line in sys.stdin:
    print(json.dumps(ast.dump(ast.parse(json.loads(line)))), flush=True)
`))
	return func(source string) string {
		line, err := json.Marshal(source)
		if err != nil {
			t.Fatal(err)
		}
		return string(d.ask(t, line))
	}
}

func TestTable(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/corpus/recursion.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if table := section(archive, "steps"); !strings.Contains(table, "\n11    test  0      exception     __exception__=AssertionError()\n") {
		t.Errorf("no line of the test in\n%s", table)
	}
}

// FuzzScan checks that the scanner comes to an end and keeps every byte.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{"a\nb", "f'{x:{y}}", "'''\n", "\\\n", "f\"{'", "\r\n\\\r", "f'''{\n}'''", "f'{{{", "f'{'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		before := -1
		for _, line := range scan(source) {
			if line.end <= before || line.end > len(source) {
				t.Fatalf("line ends at %d after %d of %d", line.end, before, len(source))
			}
			before = line.end
		}
	})
}
