-- name: trace-events
-- purpose: the stored events of a trace, one row per change, in order
-- parameter: trace integer 0 id of the trace
SELECT e.seq, coalesce(e.step, -1) AS step, e.frame, e.depth, e.line, e.kind, coalesce(c.name, '') AS name, coalesce(c.value, '') AS value,
       coalesce(c.removed, 0) AS removed
FROM trace_event e
LEFT JOIN trace_change c ON c.trace_id = e.trace_id AND c.seq = e.seq
WHERE e.trace_id = :trace
ORDER BY e.seq, c.position
