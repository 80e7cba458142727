package lineage

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Graph is what a walk found around its root.
type Graph struct {
	Root  Fact
	Nodes []*Node // in the order in which they were found, the root first
	Ways  []Way
	Cuts  []Cut
	Whole bool // goes on behind checkpoints

	run   bool // of a whole run, with groups
	found map[Fact]*Node
}

// Node is a fact of a graph.
type Node struct {
	Fact
	Name     string // the same in every database: made of hashes and names alone
	Title    string // a word for people: a verdict, a reason, an entry point
	Person   string // who judged
	Count    int    // of facts in a group; 0 for a single fact
	From, To int64  // when it was stored, in microseconds since the epoch; a group takes its time
}

// Way leads from a child to the parent that it came from. The child, its relation
// and the parent read as a sentence: sample 7 answers task t/1.
type Way struct {
	Child, Parent Fact
	Relation      string
	Up            bool // found on the way up, from the child
	Depth         int  // steps from the root
	Count         int  // how many facts of a group went this way; 0 for single facts
}

// Cut says that ways were left out: so many to facts of a kind, below a fact. What is
// left out there may stand elsewhere in the graph.
type Cut struct {
	Below  Fact
	Kind   string
	Hidden int
}

func newGraph(root Fact) *Graph {
	g := &Graph{Root: root, found: map[Fact]*Node{}}
	g.add(root)
	return g
}

// add returns the node of a fact, a new one where it was not found before.
func (g *Graph) add(f Fact) *Node {
	if n, ok := g.found[f]; ok {
		return n
	}
	n := &Node{Fact: f, Name: fmt.Sprint(f.ID)}
	g.found[f] = n
	g.Nodes = append(g.Nodes, n)
	return n
}

// cut counts a way that is left out.
func (g *Graph) cut(below Fact, kind string) {
	for i := range g.Cuts {
		if c := &g.Cuts[i]; c.Below == below && c.Kind == kind {
			c.Hidden++
			return
		}
	}
	g.Cuts = append(g.Cuts, Cut{below, kind, 1})
}

// parents are the ways that lead from each fact to its parents.
func (g *Graph) parents() map[Fact][]Way {
	all := map[Fact][]Way{}
	for _, w := range g.Ways {
		all[w.Child] = append(all[w.Child], w)
	}
	return all
}

// Label is one line about the node.
func (n *Node) Label() string {
	text := n.String()
	if n.Count > 0 {
		text += fmt.Sprintf(": %d", n.Count)
	}
	return text
}

// hint is the word that tells a node from others of its kind, on one line and short.
func (n *Node) hint() string { return shorten(oneLine(n.Title), 40) }

// oneLine makes of any text valid UTF-8 on one line, without control characters
// and without those that turn the direction of writing.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r == '\t':
			return ' '
		case r < ' ' || 0x7f <= r && r < 0xa0 || isFormat(r):
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// shorten keeps the first runes of a text.
func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// moment is a time as RFC 3339 writes it, in UTC, to the microsecond.
func moment(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000000Z") }

// label is the relation, with the number of facts of a group that it holds for.
func (w Way) label() string {
	if w.Count > 0 {
		return fmt.Sprintf("%s: %d", w.Relation, w.Count)
	}
	return w.Relation
}

// isFormat holds for characters that are not seen and change how others are.
func isFormat(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) }
