package lineage

import (
	"encoding/json"
	"io"
)

// node is a line of the form json about a fact; the way by which it was found first
// is told with it.
type node struct {
	Depth     int    `json:"depth,omitempty"`
	Direction string `json:"direction,omitempty"` // up: what it came from; down: what was made of it
	Kind      string `json:"kind"`
	ID        any    `json:"id"`
	Relation  string `json:"relation,omitempty"`
	Of        string `json:"of,omitempty"` // the fact that the way leaves, as kind id
	Name      string `json:"name"`
	Title     string `json:"title,omitempty"`
	Count     int    `json:"count,omitempty"`
	At        string `json:"at,omitempty"`
}

// edge is a line about a way.
type edge struct {
	ChildKind  string `json:"child_kind"`
	ChildID    any    `json:"child_id"`
	ParentKind string `json:"parent_kind"`
	ParentID   any    `json:"parent_id"`
	Edge       string `json:"edge"`
	Count      int    `json:"count,omitempty"`
}

// left is a line about what a limit left out.
type left struct {
	Cut    string `json:"cut"` // the kind
	Of     string `json:"of"`
	Hidden int    `json:"hidden"`
}

// Lines writes one JSON object per line: the nodes, then the edges, then what was
// left out.
func (g *Graph) Lines(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	first := map[Fact]Way{}
	for _, way := range g.Ways {
		to := way.end(way.Up)
		if _, ok := first[to]; !ok {
			first[to] = way
		}
	}
	for _, n := range g.Nodes {
		if err := encoder.Encode(g.line(n, first)); err != nil {
			return err
		}
	}
	for _, w := range g.Ways {
		if err := encoder.Encode(edge{w.Child.Kind, w.Child.ID, w.Parent.Kind, w.Parent.ID, w.Relation, w.Count}); err != nil {
			return err
		}
	}
	for _, c := range g.Cuts {
		if err := encoder.Encode(left{c.Kind, c.Below.String(), c.Hidden}); err != nil {
			return err
		}
	}
	return nil
}

func (g *Graph) line(n *Node, first map[Fact]Way) node {
	line := node{Kind: n.Kind, ID: n.ID, Name: n.Name, Title: n.Title, Count: n.Count}
	if n.From != 0 {
		line.At = moment(n.From)
	}
	if way, ok := first[n.Fact]; ok && n.Fact != g.Root {
		line.Depth, line.Direction, line.Relation, line.Of = way.Depth, "down", way.Relation, way.end(!way.Up).String()
		if way.Up {
			line.Direction = "up"
		}
	}
	return line
}
