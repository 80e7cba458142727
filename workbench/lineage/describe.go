package lineage

import (
	"context"
	"encoding/json"

	"nextworkbench/queries"
	"nextworkbench/schema"
)

// describe fills in what is known of each fact: its name, title and time. Groups
// know theirs already.
func describe(ctx context.Context, db *schema.DB, g *Graph) error {
	ids := map[string][]any{}
	for _, n := range g.Nodes {
		if n.Count == 0 {
			ids[n.Kind] = append(ids[n.Kind], n.ID)
		}
	}
	for kind, some := range ids {
		if err := describeKind(ctx, db, g, kind, some); err != nil {
			return err
		}
	}
	return nil
}

func describeKind(ctx context.Context, db *schema.DB, g *Graph, kind string, ids []any) error {
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	rows, err := queries.Run(ctx, db, "lineage-facts", map[string]string{"kind": kind, "ids": string(list)})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		f := Fact{Kind: kind}
		var d Node
		if err := rows.Scan(&f.ID, &d.Name, &d.Title, &d.From, &d.Person); err != nil {
			return err
		}
		if n := g.found[f]; n != nil {
			n.Name, n.Title, n.Person, n.From, n.To = d.Name, d.Title, d.Person, d.From, d.From
		}
	}
	return rows.Err()
}
