package lineage

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"nextworkbench/schema"
)

// Walk says how far to go.
type Walk struct {
	Up, Down bool
	Depth    int  // steps from the root
	Limit    int  // facts of one kind below one fact, and a hundred times as many in all; 0 is no limit
	Whole    bool // go on behind checkpoints, through all rounds
}

// From walks from a fact, breadth first, each fact once in each direction. What a
// limit leaves out is in the graph's cuts.
func (w Walk) From(ctx context.Context, db *schema.DB, root Fact) (*Graph, error) {
	g := newGraph(root)
	g.Whole = w.Whole
	for _, up := range []bool{true, false} {
		if up && w.Up || !up && w.Down {
			if err := w.follow(ctx, db, g, up); err != nil {
				return nil, err
			}
		}
	}
	return g, describe(ctx, db, g)
}

func (w Walk) follow(ctx context.Context, db *schema.DB, g *Graph, up bool) error {
	seen := map[Fact]bool{g.Root: true}
	front := []Fact{g.Root}
	for depth := 1; depth <= w.Depth && len(front) > 0; depth++ {
		steps, err := stepsFrom(ctx, db, front, up)
		if err != nil {
			return err
		}
		var next []Fact
		for _, from := range front {
			next = append(next, w.step(g, from, steps[from], seen, up, depth)...)
		}
		front = next
	}
	return nil
}

// step enters the ways from one fact into the graph and returns the facts from which
// to go on.
func (w Walk) step(g *Graph, from Fact, ways []Way, seen map[Fact]bool, up bool, depth int) (next []Fact) {
	shown := map[string]int{}
	for _, way := range ways {
		to := way.end(up)
		if g.Root.Kind == "shard_row" && up && way.Relation == "selects" {
			continue // a row comes from its own sample, not from all that were selected with it
		}
		if !seen[to] {
			if w.Limit > 0 && (shown[to.Kind] >= w.Limit || len(g.Nodes) >= 100*w.Limit) {
				g.cut(from, to.Kind)
				continue
			}
			shown[to.Kind]++
			seen[to] = true
			g.add(to)
			if to.Kind != "model" || w.Whole { // what a checkpoint was trained on, or drew, is another round's story
				next = append(next, to)
			}
		}
		way.Up, way.Depth = up, depth
		g.Ways = append(g.Ways, way)
	}
	return next
}

func (w Way) end(up bool) Fact {
	if up {
		return w.Parent
	}
	return w.Child
}

// stepsFrom reads the ways that leave the facts, sorted: the main way first, then in
// the order of a task's life.
func stepsFrom(ctx context.Context, db *schema.DB, front []Fact, up bool) (map[Fact][]Way, error) {
	ids := map[string][]any{}
	for _, f := range front {
		ids[f.Kind] = append(ids[f.Kind], f.ID)
	}
	all := map[Fact][]Way{}
	for kind, some := range ids {
		for part := range slices.Chunk(some, largestChunk) {
			if err := readWays(ctx, db, kind, part, up, all); err != nil {
				return nil, err
			}
		}
	}
	for _, ways := range all {
		slices.SortFunc(ways, func(a, b Way) int { return compareWays(a, b, up) })
	}
	return all, nil
}

// mainWay ranks the ways that tell the story above those that frame it.
func mainWay(relation string) int {
	if relation == "holds" || relation == "parsed from" {
		return 0
	}
	return 1
}

func compareWays(a, b Way, up bool) int {
	return cmp.Or(cmp.Compare(mainWay(a.Relation), mainWay(b.Relation)), compareKinds(a.end(up).Kind, b.end(up).Kind),
		compareFacts(a.end(up), b.end(up)), strings.Compare(a.Relation, b.Relation))
}

// largestChunk is how many facts one statement asks about: SQLite pushes a list of
// parameters into every branch of v_lineage, which a subquery would prevent.
const largestChunk = 256

func readWays(ctx context.Context, db *schema.DB, kind string, ids []any, up bool, all map[Fact][]Way) error {
	from := "parent"
	if up {
		from = "child"
	}
	size := 1
	for size < len(ids) {
		size *= 16
	}
	args := []any{kind}
	for i := range size {
		args = append(args, ids[min(i, len(ids)-1)]) // few sizes, so that few statements are compiled
	}
	rows, err := db.Query(ctx, `SELECT child_kind, child_id, parent_kind, parent_id, relation FROM v_lineage
		WHERE `+from+`_kind = ? AND `+from+`_id IN (?`+strings.Repeat(",?", size-1)+`)`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var w Way
		if err := rows.Scan(&w.Child.Kind, &w.Child.ID, &w.Parent.Kind, &w.Parent.ID, &w.Relation); err != nil {
			return err
		}
		start := w.end(!up)
		all[start] = append(all[start], w)
	}
	return rows.Err()
}
