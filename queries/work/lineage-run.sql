-- name: lineage-run
-- purpose: the ways of a whole run, its samples counted by round, purpose, verdict and reason; a group's count is the sum over its ways of a kind
-- parameter: run text '' name of the run
WITH r AS (SELECT id, name, created_us, json_extract(settings, '$.policy') AS policy FROM run WHERE name = :run),
drawn AS MATERIALIZED (
  SELECT s.id, i.number, r.name || '/' || i.number AS iteration, s.task_id, s.prompt_id, s.evaluation_id, m.name AS model, s.created_us,
         r.name || '/' || i.number || '/' || s.purpose || coalesce('/' || (SELECT substr(e.sha256, 1, 8) FROM evaluation e WHERE e.id = s.evaluation_id), '') AS part,
         CASE WHEN s.fix_id IS NULL THEN 'no fix'
              ELSE coalesce((SELECT v.verdict FROM verification v WHERE v.id = (SELECT max(w.id) FROM verification w
                             WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')), 'not verified') END AS verdict,
         (SELECT max(w.created_us) FROM verification w WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra') AS verified_us,
         (SELECT d.id FROM decision d JOIN policy p ON p.id = d.policy_id WHERE d.sample_id = s.id AND p.name = r.policy ORDER BY p.version DESC LIMIT 1) AS decision_id
  FROM r
  JOIN iteration i ON i.run_id = r.id
  JOIN sample s ON s.iteration_id = i.id
  JOIN model m ON m.id = s.model_id
),
decided AS MATERIALIZED (
  SELECT g.*, coalesce(d.reason, 'not decided') AS reason, d.created_us AS decided_us FROM drawn g LEFT JOIN decision d ON d.id = g.decision_id
),
picked AS MATERIALIZED (
  SELECT x.selection_id, g.part, g.verdict, g.reason, g.number, count(*) AS n FROM decided g JOIN selection_sample x ON x.sample_id = g.id
  GROUP BY x.selection_id, g.part, g.verdict, g.reason
),
written AS (SELECT DISTINCT e.id, e.sha256, e.selection_id, e.created_us FROM picked k JOIN export e ON e.selection_id = k.selection_id),
trained AS (
  SELECT m.* FROM model m JOIN written w ON w.id = m.trained_on_id
  UNION SELECT m.* FROM model m JOIN iteration i ON i.model_id = m.id JOIN r ON r.id = i.run_id
)
SELECT * FROM (
  SELECT i.number AS number, 1 AS step, 'iteration' AS child_kind, r.name || '/' || i.number AS child_id, 'run' AS parent_kind, r.name AS parent_id,
         'round of' AS relation, 1 AS n, i.created_us AS first_us, i.created_us AS last_us
  FROM r JOIN iteration i ON i.run_id = r.id
  UNION ALL SELECT -1, 0, 'hard_tasks', r.name, 'run', r.name, 'hard set of', count(*), r.created_us, r.created_us FROM r JOIN hard_task h ON h.run_id = r.id GROUP BY r.id
  UNION ALL SELECT i.number, 2, 'iteration', r.name || '/' || i.number, 'model', m.name, 'samples from', 1, i.created_us, i.created_us
            FROM r JOIN iteration i ON i.run_id = r.id JOIN model m ON m.id = i.model_id
  UNION ALL SELECT i.number, 3, 'evaluation', e.id, 'iteration', r.name || '/' || i.number, 'belongs to', 1, e.created_us, e.created_us
            FROM r JOIN iteration i ON i.run_id = r.id JOIN evaluation e ON e.iteration_id = i.id
  UNION ALL SELECT i.number, 4, 'evaluation', e.id, 'model', m.name, 'measures', 1, e.created_us, e.created_us
            FROM r JOIN iteration i ON i.run_id = r.id JOIN evaluation e ON e.iteration_id = i.id JOIN model m ON m.id = e.model_id
  UNION ALL SELECT number, 5, 'samples', part, 'iteration', iteration, 'drawn in', count(*), min(created_us), max(created_us) FROM drawn GROUP BY part
  UNION ALL SELECT number, 6, 'samples', part, 'evaluation', evaluation_id, 'scored in', count(*), min(created_us), max(created_us) FROM drawn WHERE evaluation_id IS NOT NULL GROUP BY part
  UNION ALL SELECT number, 7, 'samples', part, 'model', model, 'made by', count(*), min(created_us), max(created_us) FROM drawn GROUP BY part, model
  UNION ALL SELECT g.number, 8, 'samples', g.part, 'tasks', :run || '/' || t.split, 'answers', count(*), min(g.created_us), max(g.created_us)
            FROM drawn g JOIN task t ON t.id = g.task_id GROUP BY g.part, t.split
  UNION ALL SELECT g.number, 9, 'samples', g.part, 'traces', :run || '/' || t.split, 'saw', count(*), min(g.created_us), max(g.created_us)
            FROM drawn g JOIN task t ON t.id = g.task_id JOIN prompt_task k ON k.prompt_id = g.prompt_id AND k.task_id = g.task_id
            WHERE k.trace_id IS NOT NULL GROUP BY g.part, t.split
  UNION ALL SELECT -1, 10, 'traces', :run || '/' || t.split, 'tasks', :run || '/' || t.split, 'on tests of', count(*), min(x.created_us), max(x.created_us)
            FROM trace x JOIN test_case c ON c.id = x.test_case_id JOIN task t ON t.id = c.task_id
            WHERE x.id IN (SELECT k.trace_id FROM drawn g JOIN prompt_task k ON k.prompt_id = g.prompt_id) GROUP BY t.split
  UNION ALL SELECT -1, 11, 'tasks', :run || '/' || t.split, 'ingest_file', t.ingest_file_id, 'taken from', count(*), min(t.created_us), max(t.created_us)
            FROM task t WHERE t.id IN (SELECT task_id FROM drawn) GROUP BY t.split, t.ingest_file_id
  UNION ALL SELECT number, 12, 'verdicts', part || '/' || verdict, 'samples', part, 'verdict on', count(*), min(coalesce(verified_us, created_us)), max(coalesce(verified_us, created_us))
            FROM drawn GROUP BY part, verdict
  UNION ALL SELECT number, 13, 'decisions', part || '/' || verdict || '/' || reason, 'verdicts', part || '/' || verdict, 'decision on', count(*),
                   min(coalesce(decided_us, created_us)), max(coalesce(decided_us, created_us))
            FROM decided GROUP BY part, reason, verdict
  UNION ALL SELECT k.number, 14, 'selection', k.selection_id, 'decisions', k.part || '/' || k.verdict || '/' || k.reason, 'selects', k.n, f.created_us, f.created_us
            FROM picked k JOIN selection f ON f.id = k.selection_id
  UNION ALL SELECT (SELECT max(k.number) FROM picked k WHERE k.selection_id = w.selection_id), 15, 'shard', h.id, 'selection', w.selection_id, 'holds rows of', h.rows, w.created_us, w.created_us
            FROM written w JOIN shard h ON h.export_id = w.id
  UNION ALL SELECT (SELECT max(k.number) FROM picked k WHERE k.selection_id = w.selection_id), 16, 'export', w.sha256, 'shard', h.id, 'made of', 1, w.created_us, w.created_us
            FROM written w JOIN shard h ON h.export_id = w.id
  UNION ALL SELECT (SELECT max(k.number) FROM picked k WHERE k.selection_id = w.selection_id), 17, 'export', w.sha256, 'selection', w.selection_id, 'writes', 1, w.created_us, w.created_us
            FROM written w
  UNION ALL SELECT (SELECT max(k.number) FROM picked k JOIN written w ON w.selection_id = k.selection_id WHERE w.id = m.trained_on_id), 18, 'model', m.name, 'export', e.sha256, 'trained on', 1, m.created_us, m.created_us
            FROM trained m JOIN written e ON e.id = m.trained_on_id
  UNION ALL SELECT (SELECT max(k.number) FROM picked k JOIN written w ON w.selection_id = k.selection_id WHERE w.id = m.trained_on_id), 19, 'model', m.name, 'model', b.name, 'tuned from', 1, m.created_us, m.created_us
            FROM trained m JOIN model b ON b.id = m.base_id
)
ORDER BY number, step, child_id, parent_id
