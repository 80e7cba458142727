package lineage

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Dot writes the graph for Graphviz: arrows lead back to where a fact came from,
// sources stand left.
func (g *Graph) Dot(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "digraph lineage {\n  rankdir=RL;\n  node [shape=box];")
	for _, c := range g.Cuts {
		fmt.Fprintf(out, "  // left out: %d of kind %s below %s\n", c.Hidden, c.Kind, oneLine(c.Below.String()))
	}
	place := map[Fact]int{}
	for i, n := range g.Nodes {
		place[n.Fact] = i
		label := dotText(n.Label())
		if hint := n.hint(); hint != "" {
			label += `\n` + dotText(hint)
		}
		fmt.Fprintf(out, "  n%d [label=\"%s\"];\n", i, label)
	}
	for _, way := range g.Ways {
		fmt.Fprintf(out, "  n%d -> n%d [label=\"%s\"];\n", place[way.Child], place[way.Parent], dotText(way.label()))
	}
	fmt.Fprintln(out, "}")
	return out.Flush()
}

// dotText is text within a quoted label, where a backslash begins an escape and an
// ampersand an entity.
func dotText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`).Replace(oneLine(text))
}
