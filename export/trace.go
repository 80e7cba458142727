package export

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"nextworkbench/schema"
)

// traceFacts are the facts of a trace.
type traceFacts struct {
	id                  schema.TraceID
	split               string
	programSHA, program string
	role, test          string
	testIndex, steps    int64
	tracer, python      string
	truncated           bool
	detail              string
	inline              *string
	renderings, events  items
}

func traceColumns() []Column {
	return []Column{
		text("task_id", "the task").ofFew(),
		text("problem_id", "the problem that the task is a variant of").ofFew(),
		text("source", "where the task is from").ofFew(),
		text("split", "train, dev or test").ofFew(),
		text("role", "buggy, or fix: what the program is to the task").ofFew(),
		text("program_sha256", "SHA-256 of the program"),
		text("program", "the program that was traced"),
		integer("test_index", "which test of the task it ran on").ofFew(),
		text("test", "the test").ofFew(),
		text("python", "the interpreter").ofFew(),
		text("tracer", "the tracer and its settings").ofFew(),
		integer("steps", "state-changing steps"),
		boolean("truncated", "the trace does not show the whole run"),
		text("detail", "how the run ended, empty when there is nothing to say"),
		text("inline", "the stored inline rendering; null when none is stored").orNull(),
		renderingsColumn(),
		eventsColumn(),
	}
}

func renderingsColumn() Column {
	return listOf("renderings", "the other stored renderings",
		text("renderer", "its name").ofFew(), text("text", "its text"))
}

func eventsColumn() Column {
	return listOf("events", "what happened, in order",
		integer("step", "number of the state change; null when nothing changed"),
		integer("line", "line of the program, 0 for the test's"),
		integer("frame", "ordinal of the call, 0 for the test itself"),
		integer("depth", "calls that it is inside of"),
		text("event", "call, line, return, yield, resume, exception, unwind or gap").ofFew(),
		listOf("changes", "the variables that it left changed",
			text("name", "the variable, or __return__ or __exception__").ofFew(),
			text("value", "its new value as text; null when it was deleted")))
}

func traceCells(c content) []cell {
	t := c.trace
	return []cell{c.taskID, c.problemID, c.source, t.split, t.role, t.programSHA, t.program, t.testIndex, t.test, t.python, t.tracer,
		t.steps, t.truncated, t.detail, optional(t.inline), t.renderings, t.events}
}

// planTraces plans a row for every trace of the buggy programs and the fixes of
// planned samples, in their order. A row is recorded as the first sample that its
// program belongs to.
func planTraces(ctx context.Context, db *schema.DB, samples []planned, o Options) ([]planned, error) {
	const query = `WITH chosen AS (
			SELECT j.key AS position, s.task_id, s.fix_id, t.buggy_id
			FROM json_each(?) j CROSS JOIN sample s ON s.id = j.value JOIN task t ON t.id = s.task_id),
		wanted AS (
			SELECT task_id, program_id, min(position) AS position, min(role) AS role FROM (
				SELECT task_id, buggy_id AS program_id, position, 'buggy' AS role FROM chosen WHERE buggy_id IS NOT NULL
				UNION ALL
				SELECT task_id, fix_id, position, 'fix' FROM chosen WHERE fix_id IS NOT NULL)
			GROUP BY task_id, program_id)
		SELECT w.position, x.id, t.task_id || ' ' || p.sha256 || ' ' || c.position || ' ' || x.tracer || ' ' || r.sha256
		FROM wanted w
		JOIN task t ON t.id = w.task_id
		JOIN program p ON p.id = w.program_id
		JOIN test_case c ON c.task_id = w.task_id
		JOIN trace x ON x.program_id = w.program_id AND x.test_case_id = c.id
		JOIN runner r ON r.id = x.runner_id
		ORDER BY w.position, w.role, p.sha256, c.position, x.tracer, r.sha256`
	list, err := json.Marshal(sampleIDs(samples))
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, query, string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []planned
	for rows.Next() {
		var position int
		var id schema.TraceID
		var key string
		if err := rows.Scan(&position, &id, &key); err != nil {
			return nil, err
		}
		p := samples[position]
		if p.trace = id; o.Order == byShuffle {
			p.order = o.shuffled(key)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// readTraces reads traces with their events and stored renderings.
func readTraces(ctx context.Context, r reading, rows []planned) iter.Seq2[content, error] {
	const query = `SELECT x.id, t.task_id, t.problem_id, t.source, t.split, CASE WHEN x.program_id IS t.buggy_id THEN 'buggy' ELSE 'fix' END,
			p.sha256, p.source, c.position, c.code, u.python, x.tracer, x.steps, x.truncated, x.detail, v.inline,
			(SELECT json_group_array(json_array(d.renderer, d.text)) FROM (SELECT d.renderer, d.text FROM trace_rendering d
				WHERE d.trace_id = x.id AND d.renderer NOT LIKE 'inline/%' ORDER BY d.renderer) d),
			(SELECT json_group_array(json_array(e.step, e.line, e.frame, e.depth, e.kind,
				json((SELECT json_group_array(json_array(h.name, CASE h.removed WHEN 0 THEN h.value END)) FROM (SELECT h.name, h.value, h.removed
					FROM trace_change h WHERE h.trace_id = e.trace_id AND h.seq = e.seq ORDER BY h.position) h))))
			 FROM (SELECT * FROM trace_event e WHERE e.trace_id = x.id ORDER BY e.seq) e)
		FROM json_each(?1) j
		CROSS JOIN trace x ON x.id = j.value AND ?2 = ''
		JOIN v_trace v ON v.trace_id = x.id
		JOIN program p ON p.id = x.program_id
		JOIN test_case c ON c.id = x.test_case_id
		JOIN task t ON t.id = c.task_id
		JOIN runner u ON u.id = x.runner_id`
	return func(yield func(content, error) bool) {
		ids := make([]schema.TraceID, len(rows))
		for i, p := range rows {
			ids[i] = p.trace
		}
		next := 0
		for c, err := range inOrder(ctx, r.db, query, ids, rowsPerStatement, "", scanTrace) {
			if err == nil {
				c.sample = rows[next].sample
				next++
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func scanTrace(scan func(...any) error) (schema.TraceID, content, error) {
	var renderings, events string
	t := &traceFacts{}
	c := content{trace: t}
	err := scan(&t.id, &c.taskID, &c.problemID, &c.source, &t.split, &t.role, &t.programSHA, &t.program, &t.testIndex, &t.test,
		&t.python, &t.tracer, &t.steps, &t.truncated, &t.detail, &t.inline, &renderings, &events)
	if err != nil {
		return 0, c, err
	}
	if t.renderings, err = itemsOf(renderings, renderingsColumn().Fields); err == nil {
		t.events, err = itemsOf(events, eventsColumn().Fields)
	}
	if err != nil {
		err = fmt.Errorf("trace %d: %w", t.id, err)
	}
	return t.id, c, err
}
