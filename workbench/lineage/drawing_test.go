package lineage

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
)

// drawn is what the parsers below read out of a drawing.
type drawn struct {
	labels []string
	edges  []string // from, label and to
}

var (
	mermaidNode = regexp.MustCompile(`^  n(\d+)\["([^"]*)"\]$`)
	mermaidEdge = regexp.MustCompile(`^  n(\d+) -->\|"([^"]*)"\| n(\d+)$`)
	numbered10  = regexp.MustCompile(`#(\d+);`)
)

// parseMermaid reads a flowchart strictly: anything that it does not know, and every
// character in a label that Mermaid, Markdown or HTML could take for something, is an
// error.
func parseMermaid(text string) (d drawn, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != "flowchart RL" {
		return d, fmt.Errorf("begins with %q", lines[0])
	}
	for _, line := range lines[1:] {
		if strings.HasPrefix(line, "  %% ") {
			continue
		}
		if m := mermaidNode.FindStringSubmatch(line); m != nil {
			label, err := mermaidLabel(m[2])
			if err != nil || m[1] != fmt.Sprint(len(d.labels)) {
				return d, fmt.Errorf("node %q: %v", line, err)
			}
			d.labels = append(d.labels, label)
			continue
		}
		m := mermaidEdge.FindStringSubmatch(line)
		if m == nil {
			return d, fmt.Errorf("no node and no edge: %q", line)
		}
		label, err := mermaidLabel(m[2])
		if err != nil {
			return d, fmt.Errorf("edge %q: %v", line, err)
		}
		d.edges = append(d.edges, m[1]+" "+label+" "+m[3])
	}
	return d, nil
}

func mermaidLabel(text string) (string, error) {
	text = strings.ReplaceAll(text, "<br/>", "\n")
	bare := numbered10.ReplaceAllString(text, "")
	if at := strings.IndexAny(bare, "\"`<>&#;%{}[]()|\\*~:^$@!?='+"); at >= 0 {
		return "", fmt.Errorf("%q is not escaped", bare[at])
	}
	return html.UnescapeString(numbered10.ReplaceAllString(text, "&#$1;")), nil
}

// parseDot reads a digraph of nodes and edges with quoted labels, by Graphviz's rules
// for strings, escapes and entities.
func parseDot(text string) (d drawn, err error) {
	body, begins := strings.CutPrefix(text, "digraph lineage {\n  rankdir=RL;\n  node [shape=box];\n")
	body, ends := strings.CutSuffix(body, "}\n")
	if !begins || !ends {
		return d, fmt.Errorf("no digraph")
	}
	for body != "" {
		if strings.HasPrefix(body, "  // ") {
			_, body, _ = strings.Cut(body, "\n")
			continue
		}
		head, rest, ok := strings.Cut(body, ` [label="`)
		if !ok {
			return d, fmt.Errorf("no label: %q", body)
		}
		label, rest, err := dotString(rest)
		if err != nil {
			return d, err
		}
		if body, ok = strings.CutPrefix(rest, "];\n"); !ok {
			return d, fmt.Errorf("after the label of %q: %q", head, rest)
		}
		var from, to int
		if n, _ := fmt.Sscanf(head, "  n%d -> n%d", &from, &to); n == 2 && head == fmt.Sprintf("  n%d -> n%d", from, to) {
			d.edges = append(d.edges, fmt.Sprint(from, " ", label, " ", to))
		} else if head == fmt.Sprintf("  n%d", len(d.labels)) {
			d.labels = append(d.labels, label)
		} else {
			return d, fmt.Errorf("no node and no edge: %q", head)
		}
	}
	return d, nil
}

// dotString reads up to the quote that ends a string.
func dotString(text string) (label, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return html.UnescapeString(b.String()), text[i+1:], nil
		case c == '\n':
			return "", "", fmt.Errorf("a string goes over a line: %q", text[:i])
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(text) && text[i+1] == 'n':
			b.WriteByte('\n')
			i++
		case i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			b.WriteByte(text[i+1])
			i++
		default:
			return "", "", fmt.Errorf("unknown escape in %q", text)
		}
	}
	return "", "", fmt.Errorf("a string that does not end: %q", text)
}

// hostile is a graph of two facts whose texts are the given ones.
func hostile(id, title, relation string) *Graph {
	g := newGraph(Fact{"task", id})
	n := g.add(Fact{"ingest_file", int64(1)})
	n.Title = title
	g.Ways = []Way{{Child: g.Root, Parent: n.Fact, Relation: relation, Up: true, Depth: 1}}
	g.Cuts = []Cut{{g.Root, "sample", 3}}
	return g
}

func checkDrawings(t *testing.T, id, title, relation string) {
	t.Helper()
	g := hostile(id, title, relation)
	labels := []string{oneLine("task " + id), "ingest_file 1"}
	if hint := shorten(oneLine(title), 40); hint != "" {
		labels[1] += "\n" + hint
	}
	want := fmt.Sprintf("%q", drawn{labels, []string{"0 " + oneLine(relation) + " 1"}})
	for form, parse := range map[string]func(string) (drawn, error){"mermaid": parseMermaid, "dot": parseDot} {
		var b bytes.Buffer
		if err := g.Write(&b, form, false); err != nil {
			t.Fatal(err)
		}
		d, err := parse(b.String())
		if got := fmt.Sprintf("%q", d); err != nil || got != want {
			t.Errorf("%s: read %s, %v\nwant %s\nfrom\n%s", form, got, err, want, b.String())
		}
	}
	if lines := strings.Count(written(t, g, "tree"), "\n"); lines != 4 {
		t.Errorf("a tree of %d lines:\n%s", lines, written(t, g, "tree"))
	}
}

func hostileTexts() []string {
	return []string{`a"b`, `a"]; n9["x`, "a\nb\r\nc", `a\`, `\N\G\l`, "[x](y)|{z}", "<script>alert(1)</script>", "&lt;b&gt; &amp;amp;", "a;b%%{init: {}}%%", "#quot;#35;",
		"`code` **bold**", "end", "style x:y#z;", "日本語 ümlaut 🙂 ﬂ°°¶ß", "\u202eevil\u200b", "\xff\xfe", "\x00\x07", "--> n0", "// x", "$$x$$", "~~~", ""}
}

func TestHostileLabels(t *testing.T) {
	for _, text := range hostileTexts() {
		checkDrawings(t, text, text, text)
	}
}

func FuzzDrawings(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, id, title, relation string) { checkDrawings(t, id, title, relation) })
}

// TestDrawingsOfTheExample reads real drawings back: as many nodes and edges as there
// are in the graph.
func TestDrawingsOfTheExample(t *testing.T) {
	db := openExample(t)
	run, err := OfRun(t.Context(), db, "demo", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []*Graph{run, walkFrom(t, db, "task", "example/0001-frost-days", Walk{Up: true, Down: true, Depth: 8, Limit: 5})} {
		for form, parse := range map[string]func(string) (drawn, error){"mermaid": parseMermaid, "dot": parseDot} {
			d, err := parse(written(t, g, form))
			if err != nil || len(d.labels) != len(g.Nodes) || len(d.edges) != len(g.Ways) || len(d.edges) == 0 {
				t.Errorf("%s: %d nodes of %d and %d edges of %d, %v", form, len(d.labels), len(g.Nodes), len(d.edges), len(g.Ways), err)
			}
		}
	}
}
