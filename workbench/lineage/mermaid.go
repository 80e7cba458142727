package lineage

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// MermaidEdges is how many edges a Mermaid diagram may have where nothing else is set
// up, as on GitHub.
const MermaidEdges = 500

// Mermaid writes the graph as a Mermaid flowchart: arrows lead back to where a fact
// came from, sources stand left.
func (g *Graph) Mermaid(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "flowchart RL")
	for _, c := range g.Cuts {
		fmt.Fprintf(out, "  %%%% left out: %d of kind %s below %s\n", c.Hidden, c.Kind, mermaidText(c.Below.String()))
	}
	place := map[Fact]int{}
	for i, n := range g.Nodes {
		place[n.Fact] = i
		label := mermaidText(n.Label())
		if hint := n.hint(); hint != "" {
			label += "<br/>" + mermaidText(hint)
		}
		fmt.Fprintf(out, "  n%d[\"%s\"]\n", i, label)
	}
	for _, way := range g.Ways {
		fmt.Fprintf(out, "  n%d -->|\"%s\"| n%d\n", place[way.Child], mermaidText(way.label()), place[way.Parent])
	}
	return out.Flush()
}

// mermaidText writes every character that could mean something to Mermaid, to
// Markdown or to HTML as a numbered entity.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		if r == ' ' || r == '-' || r == '.' || r == '/' || r == ',' || r == '…' || r == '⏎' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
