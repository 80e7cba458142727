-- name: trace-counts
-- purpose: traces whose counts of events and steps are not those of their rows
SELECT x.id AS trace_id, x.events, x.steps
FROM trace x
WHERE x.events <> (SELECT count(*) FROM trace_event e WHERE e.trace_id = x.id)
   OR x.steps <> (SELECT count(e.step) FROM trace_event e WHERE e.trace_id = x.id)
