-- name: lineage-circles
-- purpose: checkpoints and programs that come from themselves: the only facts through which lineage could lead in a circle
WITH RECURSIVE
-- Programs that a prompt shows and that are the fix of a sample, as v_lineage has it.
suspect (id) AS MATERIALIZED (
  SELECT DISTINCT x.program_id
  FROM prompt_task k
  JOIN trace x ON x.id = k.trace_id
  WHERE EXISTS (SELECT 1 FROM sample s
                WHERE s.fix_id = x.program_id
                  AND NOT EXISTS (SELECT 1 FROM task t WHERE t.buggy_id = s.fix_id AND t.created_us <= s.created_us))
),
made (kind, id, sample_id) AS (
  SELECT 'model', m.id, x.sample_id
  FROM model m
  JOIN export e ON e.id = m.trained_on_id
  JOIN selection_sample x ON x.selection_id = e.selection_id
  UNION ALL
  SELECT 'program', s.fix_id, s.id
  FROM sample s
  WHERE s.fix_id IN (SELECT id FROM suspect)
    AND NOT EXISTS (SELECT 1 FROM task t WHERE t.buggy_id = s.fix_id AND t.created_us <= s.created_us)
),
origin (kind, id, parent_kind, parent_id) AS MATERIALIZED (
  SELECT d.kind, d.id, 'model', s.model_id FROM made d JOIN sample s ON s.id = d.sample_id
  UNION
  SELECT d.kind, d.id, 'model', i.model_id FROM made d JOIN sample s ON s.id = d.sample_id JOIN iteration i ON i.id = s.iteration_id
  UNION
  SELECT d.kind, d.id, 'program', x.program_id
  FROM made d
  JOIN sample s ON s.id = d.sample_id
  JOIN prompt_task k ON k.prompt_id = s.prompt_id
  JOIN trace x ON x.id = k.trace_id
  WHERE x.program_id IN (SELECT id FROM suspect)
  UNION
  SELECT 'model', id, 'model', base_id FROM model WHERE base_id IS NOT NULL
),
way (kind, id, parent_kind, parent_id) AS (
  SELECT kind, id, parent_kind, parent_id FROM origin
  UNION
  SELECT w.kind, w.id, o.parent_kind, o.parent_id FROM way w JOIN origin o ON o.kind = w.parent_kind AND o.id = w.parent_id
)
SELECT w.kind, CASE w.kind WHEN 'model' THEN (SELECT name FROM model WHERE id = w.id) ELSE (SELECT sha256 FROM program WHERE id = w.id) END AS id
FROM way w
WHERE w.kind = w.parent_kind AND w.id = w.parent_id
