package lineage

import (
	"context"
	"slices"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// OfRun is the graph of a whole run, through all its rounds: checkpoints, exports and
// evaluations one by one, everything that comes in thousands as groups with counts.
// No more than limit facts and groups are in it, the first rounds first; 0 is no
// limit.
func OfRun(ctx context.Context, db *schema.DB, name string, limit int) (*Graph, error) {
	rows, err := queries.Run(ctx, db, "lineage-run", map[string]string{"run": name})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	g := newGraph(Fact{"run", name})
	g.run = true
	for rows.Next() {
		var w Way
		var number, step, count int
		var first, last int64
		if err := rows.Scan(&number, &step, &w.Child.Kind, &w.Child.ID, &w.Parent.Kind, &w.Parent.ID, &w.Relation, &count, &first, &last); err != nil {
			return nil, err
		}
		g.enter(w, count, Node{From: first, To: last}, limit)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return g, describe(ctx, db, g)
}

// enter adds a way of a run, and counts its facts into the group that it leaves.
func (g *Graph) enter(w Way, count int, span Node, limit int) {
	for _, f := range []Fact{w.Parent, w.Child} {
		if g.found[f] == nil && limit > 0 && len(g.Nodes) >= limit {
			g.cut(g.Root, f.Kind)
			return
		}
		g.add(f)
	}
	child := g.found[w.Child]
	if isGroup(w.Child.Kind) {
		w.Count = count
		if countedBy(w.Child.Kind) == w.Relation {
			child.Count += count
		}
		if child.From == 0 || span.From < child.From {
			child.From = span.From
		}
		child.To = max(child.To, span.To)
	} else if isGroup(w.Parent.Kind) {
		w.Count = count
	}
	g.Ways = append(g.Ways, w)
}

func isGroup(kind string) bool { return !slices.Contains(Kinds(), kind) }

// countedBy is the relation that every fact of a group has once.
func countedBy(group string) string {
	switch group {
	case "hard_tasks":
		return "hard set of"
	case "tasks":
		return "taken from"
	case "traces":
		return "on tests of"
	case "samples":
		return "drawn in"
	case "verdicts":
		return "verdict on"
	}
	return "decision on"
}
