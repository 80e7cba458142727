-- name: lineage-dangling
-- purpose: ways of v_lineage that lead to nothing: the fact at their end is not there
SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'ingest_file' AND parent_id NOT IN (SELECT id FROM ingest_file)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'runner' AND parent_id NOT IN (SELECT id FROM runner)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'verification' AND parent_id NOT IN (SELECT id FROM verification)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'trace' AND parent_id NOT IN (SELECT id FROM trace)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'sampling' AND parent_id NOT IN (SELECT id FROM sampling)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'generation' AND parent_id NOT IN (SELECT id FROM generation)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'sample' AND parent_id NOT IN (SELECT id FROM sample)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'evaluation' AND parent_id NOT IN (SELECT id FROM evaluation)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'claim' AND parent_id NOT IN (SELECT id FROM claim)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'selection' AND parent_id NOT IN (SELECT id FROM selection)
UNION ALL SELECT child_kind, child_id, parent_kind, parent_id FROM v_lineage WHERE parent_kind = 'shard' AND parent_id NOT IN (SELECT id FROM shard)
-- What v_lineage has no way for, because it is the way itself, or a part of the fact at its end.
UNION ALL SELECT 'prompt_task', prompt_id || '/' || task_id, 'prompt, task or trace', coalesce(trace_id, '') FROM prompt_task
          WHERE prompt_id NOT IN (SELECT id FROM prompt) OR task_id NOT IN (SELECT id FROM task) OR trace_id IS NOT NULL AND trace_id NOT IN (SELECT id FROM trace)
UNION ALL SELECT 'prompt_example', prompt_id || '/' || position, 'prompt or task', task_id FROM prompt_example
          WHERE prompt_id NOT IN (SELECT id FROM prompt) OR task_id NOT IN (SELECT id FROM task)
UNION ALL SELECT 'selection_sample', selection_id || '/' || position, 'selection', selection_id FROM selection_sample WHERE selection_id NOT IN (SELECT id FROM selection)
UNION ALL SELECT 'shard', id, 'export', export_id FROM shard WHERE export_id NOT IN (SELECT id FROM export)
UNION ALL SELECT * FROM (
  WITH RECURSIVE traced (id) AS ( -- from trace to trace by the key, not through millions of events
    SELECT min(trace_id) FROM trace_event
    UNION ALL SELECT (SELECT min(e.trace_id) FROM trace_event e WHERE e.trace_id > traced.id) FROM traced WHERE traced.id IS NOT NULL
  )
  SELECT 'trace_event', id || ':*', 'trace', id FROM traced WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM trace))
UNION ALL SELECT * FROM (
  WITH RECURSIVE changed (id) AS (
    SELECT min(trace_id) FROM trace_change
    UNION ALL SELECT (SELECT min(c.trace_id) FROM trace_change c WHERE c.trace_id > changed.id) FROM changed WHERE changed.id IS NOT NULL
  )
  SELECT 'trace_change', id || ':*', 'trace', id FROM changed WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM trace))
