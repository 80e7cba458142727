package queries

import (
	"context"
	"fmt"

	"nextworkbench/schema"
)

// Events reads the stored events of a trace, in order.
func Events(ctx context.Context, db *schema.DB, trace schema.TraceID) ([]schema.TraceEvent, error) {
	rows, err := Run(ctx, db, "trace-events", map[string]string{"trace": fmt.Sprint(trace)})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []schema.TraceEvent
	for rows.Next() {
		var e schema.TraceEvent
		var c schema.Change
		if err := rows.Scan(&e.Seq, &e.Step, &e.Frame, &e.Depth, &e.Line, &e.Kind, &c.Name, &c.Value, &c.Removed); err != nil {
			return nil, err
		}
		if last := len(all) - 1; last < 0 || all[last].Seq != e.Seq {
			all = append(all, e)
		}
		if c.Name != "" {
			e := &all[len(all)-1]
			e.Changes = append(e.Changes, c)
		}
	}
	return all, rows.Err()
}
