package lineage

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Tree writes the graph as two trees, what the root came from and what was made of
// it, each fact once in each. What is in the graph and in neither stands below them.
func (g *Graph) Tree(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, oneLine(g.found[g.Root].Label()))
	shown := map[Fact]bool{g.Root: true}
	for _, up := range []bool{true, false} {
		t := tree{g: g, out: out, up: up, ways: map[Fact][]Way{}, shown: map[Fact]bool{g.Root: true}, all: shown}
		for _, way := range g.Ways {
			if g.run || way.Up == up {
				t.ways[way.end(!up)] = append(t.ways[way.end(!up)], way)
			}
		}
		t.draw()
	}
	g.beside(out, shown)
	return out.Flush()
}

type tree struct {
	g     *Graph
	out   *bufio.Writer
	up    bool
	ways  map[Fact][]Way
	shown map[Fact]bool // in this tree
	all   map[Fact]bool // in any
}

func (t *tree) draw() {
	if len(t.ways[t.g.Root]) == 0 {
		return
	}
	title := "was made into"
	if t.up {
		title = "came from"
	}
	fmt.Fprintf(t.out, "  %s:\n", title)
	t.below(t.g.Root, "    ")
}

func (t *tree) below(from Fact, indent string) {
	for _, way := range t.ways[from] {
		to := way.end(t.up)
		if t.shown[to] {
			continue
		}
		t.shown[to], t.all[to] = true, true
		fmt.Fprintf(t.out, "%s%s: %s\n", indent, oneLine(way.Relation), oneLine(t.g.found[to].Label()))
		if to.Kind != "model" || t.g.Whole {
			t.below(to, indent+"  ")
		}
	}
	for _, c := range t.g.Cuts {
		if c.Below == from {
			fmt.Fprintf(t.out, "%s... and %d more of kind %s\n", indent, c.Hidden, c.Kind)
		}
	}
}

// beside lists what a run drew on.
func (g *Graph) beside(out *bufio.Writer, shown map[Fact]bool) {
	var rest []string
	for _, n := range g.Nodes {
		if !shown[n.Fact] {
			rest = append(rest, "    "+oneLine(n.Label())+"\n")
		}
	}
	if len(rest) > 0 {
		fmt.Fprintf(out, "  drew on:\n%s", strings.Join(rest, ""))
	}
}
