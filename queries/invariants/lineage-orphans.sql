-- name: lineage-orphans
-- purpose: facts that do not come from what a fact of their kind must come from, and tables that lineage does not know
SELECT 'table' AS kind, m.name AS id, 'decision which kind its rows are' AS lacks
FROM sqlite_schema m
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT IN (
  'annotation', 'claim', 'claim_check', 'decision', 'evaluation', 'export', 'generation', 'hard_task', 'iteration', 'model', 'outcome', 'program',
  'prompt', 'rejection', 'sample', 'selection', 'shard', 'shard_row', 'task', 'test_case', 'trace', 'trace_rendering', 'verification', -- come from others
  'ingest_file', 'policy', 'run', 'runner', 'sampling', 'identity', -- come from outside
  'prompt_task', 'prompt_example', 'selection_sample', 'trace_event', 'trace_change') -- are ways, or parts of a trace
UNION ALL SELECT * FROM (SELECT 'task', task_id, 'ingest_file' FROM task
               EXCEPT SELECT 'task', child_id, 'ingest_file' FROM v_lineage WHERE child_kind = 'task' AND parent_kind = 'ingest_file')
UNION ALL SELECT * FROM (SELECT 'verification', id, 'program' FROM verification
               EXCEPT SELECT 'verification', child_id, 'program' FROM v_lineage WHERE child_kind = 'verification' AND parent_kind = 'program')
UNION ALL SELECT * FROM (SELECT 'verification', id, 'task' FROM verification
               EXCEPT SELECT 'verification', child_id, 'task' FROM v_lineage WHERE child_kind = 'verification' AND parent_kind = 'task')
UNION ALL SELECT * FROM (SELECT 'trace', id, 'program' FROM trace
               EXCEPT SELECT 'trace', child_id, 'program' FROM v_lineage WHERE child_kind = 'trace' AND parent_kind = 'program')
UNION ALL SELECT * FROM (SELECT 'trace', id, 'task' FROM trace
               EXCEPT SELECT 'trace', child_id, 'task' FROM v_lineage WHERE child_kind = 'trace' AND parent_kind = 'task')
UNION ALL SELECT * FROM (SELECT 'trace', id, 'test_case' FROM trace
               EXCEPT SELECT 'trace', child_id, 'test_case' FROM v_lineage WHERE child_kind = 'trace' AND parent_kind = 'test_case')
UNION ALL SELECT * FROM (SELECT 'prompt', sha256, 'task' FROM prompt
               EXCEPT SELECT 'prompt', child_id, 'task' FROM v_lineage WHERE child_kind = 'prompt' AND parent_kind = 'task')
UNION ALL SELECT * FROM (SELECT 'generation', id, 'prompt' FROM generation
               EXCEPT SELECT 'generation', child_id, 'prompt' FROM v_lineage WHERE child_kind = 'generation' AND parent_kind = 'prompt')
UNION ALL SELECT * FROM (SELECT 'generation', id, 'model' FROM generation
               EXCEPT SELECT 'generation', child_id, 'model' FROM v_lineage WHERE child_kind = 'generation' AND parent_kind = 'model')
UNION ALL SELECT * FROM (SELECT 'sample', id, 'task' FROM sample
               EXCEPT SELECT 'sample', child_id, 'task' FROM v_lineage WHERE child_kind = 'sample' AND parent_kind = 'task')
UNION ALL SELECT * FROM (SELECT 'sample', id, 'model' FROM sample
               EXCEPT SELECT 'sample', child_id, 'model' FROM v_lineage WHERE child_kind = 'sample' AND parent_kind = 'model')
UNION ALL SELECT * FROM (SELECT 'sample', id, 'prompt' FROM sample WHERE prompt_id IS NOT NULL
               EXCEPT SELECT 'sample', child_id, 'prompt' FROM v_lineage WHERE child_kind = 'sample' AND parent_kind = 'prompt')
UNION ALL SELECT * FROM (SELECT 'sample', id, 'iteration' FROM sample WHERE iteration_id IS NOT NULL
               EXCEPT SELECT 'sample', child_id, 'iteration' FROM v_lineage WHERE child_kind = 'sample' AND parent_kind = 'iteration')
UNION ALL SELECT * FROM (SELECT 'evaluation', id, 'model' FROM evaluation
               EXCEPT SELECT 'evaluation', child_id, 'model' FROM v_lineage WHERE child_kind = 'evaluation' AND parent_kind = 'model')
UNION ALL SELECT * FROM (SELECT 'evaluation', id, 'iteration' FROM evaluation WHERE iteration_id IS NOT NULL
               EXCEPT SELECT 'evaluation', child_id, 'iteration' FROM v_lineage WHERE child_kind = 'evaluation' AND parent_kind = 'iteration')
UNION ALL SELECT * FROM (SELECT 'decision', id, 'policy' FROM decision
               EXCEPT SELECT 'decision', child_id, 'policy' FROM v_lineage WHERE child_kind = 'decision' AND parent_kind = 'policy')
UNION ALL SELECT * FROM (SELECT 'selection', id, 'sample' FROM selection WHERE samples > 0
               EXCEPT SELECT 'selection', child_id, 'sample' FROM v_lineage WHERE child_kind = 'selection' AND parent_kind = 'sample')
UNION ALL SELECT * FROM (SELECT 'export', sha256, 'shard' FROM export
               EXCEPT SELECT 'export', child_id, 'shard' FROM v_lineage WHERE child_kind = 'export' AND parent_kind = 'shard')
UNION ALL SELECT * FROM (SELECT 'shard', id, 'shard_row' FROM shard WHERE rows > 0
               EXCEPT SELECT 'shard', child_id, 'shard_row' FROM v_lineage WHERE child_kind = 'shard' AND parent_kind = 'shard_row')
UNION ALL SELECT * FROM (SELECT 'model', name, 'export' FROM model WHERE trained_on_id IS NOT NULL
               EXCEPT SELECT 'model', child_id, 'export' FROM v_lineage WHERE child_kind = 'model' AND parent_kind = 'export')
UNION ALL SELECT * FROM (SELECT 'model', name, 'model' FROM model WHERE base_id IS NOT NULL
               EXCEPT SELECT 'model', child_id, 'model' FROM v_lineage WHERE child_kind = 'model' AND parent_kind = 'model')
UNION ALL SELECT * FROM (SELECT 'program', sha256, 'task or sample' FROM program
               EXCEPT SELECT 'program', child_id, 'task or sample' FROM v_lineage WHERE child_kind = 'program')
-- Their ids are made of their parents' names, so that their rows are counted by key.
UNION ALL SELECT 'test_case', c.id, 'task' FROM test_case c WHERE c.task_id NOT IN (SELECT id FROM task)
UNION ALL SELECT 'hard_task', h.run_id || '/' || h.task_id, 'run or task' FROM hard_task h WHERE h.run_id NOT IN (SELECT id FROM run) OR h.task_id NOT IN (SELECT id FROM task)
UNION ALL SELECT 'iteration', i.id, 'run or model' FROM iteration i WHERE i.run_id NOT IN (SELECT id FROM run) OR i.model_id NOT IN (SELECT id FROM model)
UNION ALL SELECT 'outcome', o.verification_id || ':' || o.test_case_id, 'verification or test_case' FROM outcome o
WHERE o.verification_id NOT IN (SELECT id FROM verification) OR o.test_case_id NOT IN (SELECT id FROM test_case)
UNION ALL SELECT 'shard_row', w.shard_id || ':' || w.row, 'selection' FROM shard_row w
WHERE NOT EXISTS (SELECT 1 FROM shard h JOIN export e ON e.id = h.export_id JOIN selection f ON f.id = e.selection_id WHERE h.id = w.shard_id)
UNION ALL SELECT 'task', task_id, 'program' FROM task
WHERE buggy_id IS NOT NULL AND buggy_id NOT IN (SELECT id FROM program) OR reference_id IS NOT NULL AND reference_id NOT IN (SELECT id FROM program)
UNION ALL SELECT 'sample', id, 'program' FROM sample WHERE fix_id IS NOT NULL AND fix_id NOT IN (SELECT id FROM program)
