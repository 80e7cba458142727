package sample

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nextworkbench/schema"
)

func TestParse(t *testing.T) {
	const program = "def f(x):\n    return x + 1\n"
	fix := func(code string) *string { return &code }
	for name, c := range map[string]struct {
		completion string
		want       Parsed
	}{
		"one block": {"It is off by one.\n\n```python\n" + program + "```\n",
			Parsed{"It is off by one.", fix(program), schema.ParsedFenced, ""}},
		"no tag": {"Why.\n```\n" + program + "```", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"other tags for Python": {"Why.\n``` Python3 title=\"f.py\"\n" + program + "```",
			Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"attributes": {"Why.\n```{.python}\n" + program + "```", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"tildes":     {"Why.\n~~~py\n" + program + "~~~\n", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"longer fence with a fence inside": {"Why.\n````python\ndef f():\n    return '''\n```\n'''\n````\n",
			Parsed{"Why.", fix("def f():\n    return '''\n```\n'''\n"), schema.ParsedFenced, ""}},
		"indented in a list": {"1. Why.\n   ```python\n   def f(x):\n       return x + 1\n   ```\n",
			Parsed{"1. Why.", fix(program), schema.ParsedFenced, ""}},
		"indented code in a fence": {"Why.\n```python\n  def f(x):\n      return x + 1\n```\n", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"quoted":                   {"Why.\n> ```python\n> def f(x):\n>     return x + 1\n> ```\n", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"line ends of Windows":     {"Why.\r\n\r\n```python\r\ndef f(x):\r\n    return x + 1\r\n```\r\n", Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"fence closed on the last line of code": {"Why.\n```python\ndef f(x):\n    return x + 1```",
			Parsed{"Why.", fix(program), schema.ParsedFenced, ""}},
		"unclosed": {"Why.\n```python\n" + program, Parsed{"Why.", fix(program), schema.ParsedUnclosed, ""}},
		"the buggy program, then the fix, then a use": {
			"The program\n```python\ndef f(x):\n    return x\n```\nis wrong.\n```python\n" + program + "```\nUse it:\n```python\nprint(f(1))\n```\n",
			Parsed{"The program\n```python\ndef f(x):\n    return x\n```\nis wrong.", fix(program), schema.ParsedSeveral,
				"block 2 of 3; 33 characters after the fix left out"}},
		"the last that defines anything": {"Why.\n```python\ndef g(x):\n    return 1\n```\n```python\ng(1)\n```",
			Parsed{"Why.", fix("def g(x):\n    return 1\n"), schema.ParsedSeveral, "block 1 of 2; 18 characters after the fix left out"}},
		"output is no program": {"Why.\n```python\n" + program + "```\nprints\n```text\ndef f(x): return 3\n```",
			Parsed{"Why.", fix(program), schema.ParsedSeveral, "block 1 of 2; 37 characters after the fix left out"}},
		"another language only": {"Why.\n```bash\npip install f\n```",
			Parsed{"Why.\n```bash\npip install f\n```", nil, schema.ParsedNone, "none of 1 blocks holds Python"}},
		"an assignment binds it": {"Why.\n```\nf = lambda x: x + 1\n```\n```python\nprint(1)\n```",
			Parsed{"Why.", fix("f = lambda x: x + 1\n"), schema.ParsedSeveral, "block 1 of 2; 22 characters after the fix left out"}},
		"rationale after the fix": {"Here is the fix:\n```python\n" + program + "```\nIt was off by one.",
			Parsed{"It was off by one.", fix(program), schema.ParsedFenced, "rationale after the fix"}},
		"lead-in only": {"**Here is the fix:**\n```python\n" + program + "```", Parsed{"**Here is the fix:**", fix(program), schema.ParsedFenced, ""}},
		"bare":         {program, Parsed{"", fix(program), schema.ParsedBare, ""}},
		"bare between prose": {"The bug is in the return.\n\nimport math\n\n@cache\ndef f(x):\n    '''Adds.\n\nOne line of text.\n'''\n    return x + 1\n\nThis adds one, as asked.",
			Parsed{"The bug is in the return.", fix("import math\n\n@cache\ndef f(x):\n    '''Adds.\n\nOne line of text.\n'''\n    return x + 1\n"), schema.ParsedBare,
				"24 characters after the fix left out"}},
		"prose that starts like code": {"import the module first, then from there class the values.", Parsed{"import the module first, then from there class the values.", nil, schema.ParsedNone, ""}},
		"marks":                       {"Why.\n[BEGIN]\n" + program + "[DONE]\nMore.", Parsed{"Why.", fix(program), schema.ParsedFenced, "5 characters after the fix left out"}},
		"marks of another model":      {"[PYTHON]\n" + program + "[/PYTHON]", Parsed{"", fix(program), schema.ParsedFenced, ""}},
		"JSON": {`{"explanation": "Why.", "fixed_code": "def f(x):\r\n    return x + 1"}`,
			Parsed{"Why.", fix(program), schema.ParsedGiven, "JSON object"}},
		"JSON in a block": {"Sure:\n```json\n{\"fix\": \"```python\\ndef f(x):\\n    return x + 1\\n```\"}\n```",
			Parsed{"Sure:", fix(program), schema.ParsedGiven, "JSON object"}},
		"a thought": {"<think>\nMaybe\n```python\ndef f(x):\n    return 7\n```\n</think>\n```python\n" + program + "```",
			Parsed{"Maybe\n```python\ndef f(x):\n    return 7\n```", fix(program), schema.ParsedFenced, ""}},
		"a thought and no more": {"<think>It adds.</think>", Parsed{"It adds.", nil, schema.ParsedNone, ""}},
		"a thought without end": {"<think>Try\n```python\n" + program + "```", Parsed{"Try\n```python\n" + program + "```", nil, schema.ParsedNone, "the thought never ended"}},
		"HTML is left alone":    {"Why.\n```python\ndef f(s):\n    return s.replace('<', '&lt;')\n```", Parsed{"Why.", fix("def f(s):\n    return s.replace('<', '&lt;')\n"), schema.ParsedFenced, ""}},
		"nothing to see":        {"I cannot help with that.", Parsed{"I cannot help with that.", nil, schema.ParsedNone, ""}},
		"an empty block":        {"Why.\n```python\n\n```", Parsed{"Why.\n```python\n\n```", nil, schema.ParsedNone, "none of 1 blocks holds Python"}},
		"empty":                 {" \r\n\t", Parsed{Outcome: schema.ParsedEmpty}},
	} {
		if diff := cmp.Diff(c.want, Parse(c.completion, "f")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestParseMethod checks that a dotted entry point is found by its class.
func TestParseMethod(t *testing.T) {
	class := "class Solution:\n    def f(self):\n        return 1\n"
	p := Parse("```python\n"+class+"```\nor\n```python\ndef f(self):\n    return 1\n```", "Solution().f")
	if p.Fix == nil || *p.Fix != class {
		t.Errorf("got %+v, want the class", p)
	}
}

// TestParseUndoesWriting checks that what is written as rationale and fix is
// read as the same.
func TestParseUndoesWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rationale := strings.TrimSpace(rapid.StringMatching(`[A-Za-z .,'*_#-]{0,80}(\n[A-Za-z ]{0,40}){0,3}`).Draw(t, "rationale"))
		body := rapid.SliceOfN(rapid.SampledFrom([]string{"    x = '```'", "    return x", "    # ~~~", "    y = 1  # ````", "", "    '''", "```"}), 0, 6).Draw(t, "body")
		fix := "def f(x):\n" + strings.Join(append(body, "    return 1"), "\n") + "\n"
		got := Parse(recordedLine{Rationale: rationale, Fix: &fix}.text(), "f")
		if got.Fix == nil || *got.Fix != fix || got.Rationale != rationale || got.Outcome != schema.ParsedFenced {
			t.Errorf("wrote %q and %q, read %+v", rationale, fix, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "```python\ndef f(): pass\n```", "~~~\n```", "{\"fix\": \"\"}", "[BEGIN]\n", "</think>", "def f(:\n'''", "> ```\n>", "```a`\n```"} {
		f.Add(seed, "f")
	}
	f.Add("```\n0", "\x86")
	f.Fuzz(func(t *testing.T, completion, entryPoint string) {
		p := Parse(completion, entryPoint)
		if hasFix := p.Fix != nil; hasFix == (p.Outcome == schema.ParsedNone || p.Outcome == schema.ParsedEmpty) {
			t.Errorf("outcome %s, fix %v", p.Outcome, hasFix)
		}
		if p.Fix != nil && (strings.TrimSpace(*p.Fix) == "" || !strings.HasSuffix(*p.Fix, "\n") || strings.Contains(*p.Fix, "\r")) {
			t.Errorf("fix %q", *p.Fix)
		}
		if again := Parse(completion, entryPoint); cmp.Diff(p, again) != "" {
			t.Error("the same completion is read in two ways")
		}
	})
}
