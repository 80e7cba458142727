-- name: lineage-facts
-- purpose: facts by the ids of v_lineage: a name that is the same in every file, a word for people, when, and by whom
-- parameter: kind text task the kind of the facts
-- parameter: ids text [] their ids, as a JSON array
SELECT t.task_id AS id, t.task_id AS name, t.entry_point AS title, t.created_us, '' AS person FROM task t WHERE :kind = 'task' AND t.task_id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT f.id, f.sha256, f.name, f.created_us, '' FROM ingest_file f WHERE :kind = 'ingest_file' AND f.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT j.ingest_file_id || ':' || j.line, f.sha256 || ':' || j.line, j.reason, f.created_us, '' FROM rejection j JOIN ingest_file f ON f.id = j.ingest_file_id
          WHERE :kind = 'rejection' AND j.ingest_file_id || ':' || j.line IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT t.task_id || ':' || c.position, t.task_id || ':' || c.position, c.code, t.created_us, '' FROM test_case c JOIN task t ON t.id = c.task_id
          WHERE :kind = 'test_case' AND t.task_id || ':' || c.position IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT p.sha256, p.sha256, '', p.created_us, '' FROM program p WHERE :kind = 'program' AND p.sha256 IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT r.id, r.sha256, 'CPython ' || r.python || ', ' || r.isolation, r.created_us, '' FROM runner r WHERE :kind = 'runner' AND r.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT v.id, p.sha256 || '/' || t.task_id || '/' || r.sha256 || '/' || v.attempt, v.verdict, v.created_us, ''
          FROM verification v JOIN program p ON p.id = v.program_id JOIN task t ON t.id = v.task_id JOIN runner r ON r.id = v.runner_id
          WHERE :kind = 'verification' AND v.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT v.id || ':' || c.position, p.sha256 || '/' || t.task_id || '/' || r.sha256 || '/' || v.attempt || ':' || c.position, o.verdict, v.created_us, ''
          FROM outcome o JOIN test_case c ON c.id = o.test_case_id JOIN verification v ON v.id = o.verification_id
          JOIN program p ON p.id = v.program_id JOIN task t ON t.id = v.task_id JOIN runner r ON r.id = v.runner_id
          WHERE :kind = 'outcome' AND o.verification_id IN (SELECT CAST(value AS INTEGER) FROM json_each(:ids))
            AND v.id || ':' || c.position IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT x.id, p.sha256 || '/' || t.task_id || ':' || c.position || '/' || x.tracer || '/' || r.sha256, x.steps || ' steps', x.created_us, ''
          FROM trace x JOIN program p ON p.id = x.program_id JOIN test_case c ON c.id = x.test_case_id JOIN task t ON t.id = c.task_id JOIN runner r ON r.id = x.runner_id
          WHERE :kind = 'trace' AND x.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT d.trace_id || ':' || d.renderer, p.sha256 || '/' || t.task_id || ':' || c.position || '/' || x.tracer || '/' || r.sha256 || '/' || d.renderer, '', x.created_us, ''
          FROM trace_rendering d JOIN trace x ON x.id = d.trace_id JOIN program p ON p.id = x.program_id
          JOIN test_case c ON c.id = x.test_case_id JOIN task t ON t.id = c.task_id JOIN runner r ON r.id = x.runner_id
          WHERE :kind = 'trace_rendering' AND d.trace_id || ':' || d.renderer IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT q.sha256, q.sha256, '', q.created_us, '' FROM prompt q WHERE :kind = 'prompt' AND q.sha256 IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT m.name, m.name, m.uri, m.created_us, '' FROM model m WHERE :kind = 'model' AND m.name IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT g.id, g.sha256, g.sampler, g.created_us, '' FROM sampling g WHERE :kind = 'sampling' AND g.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT g.id, q.sha256 || '/' || m.name || '/' || n.sha256 || '/' || g.idx, g.finish, g.created_us, ''
          FROM generation g JOIN prompt q ON q.id = g.prompt_id JOIN model m ON m.id = g.model_id JOIN sampling n ON n.id = g.sampling_id
          WHERE :kind = 'generation' AND g.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT s.id, s.sha256, s.purpose, s.created_us, '' FROM sample s WHERE :kind = 'sample' AND s.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT r.name, r.name, '', r.created_us, '' FROM run r WHERE :kind = 'run' AND r.name IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT r.name || '/' || i.number, r.name || '/' || i.number, '', i.created_us, '' FROM iteration i JOIN run r ON r.id = i.run_id
          WHERE :kind = 'iteration' AND r.name || '/' || i.number IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT r.name || '/' || t.task_id, r.name || '/' || t.task_id, h.passed || ' of ' || h.samples, r.created_us, ''
          FROM hard_task h JOIN run r ON r.id = h.run_id JOIN task t ON t.id = h.task_id
          WHERE :kind = 'hard_task' AND r.name || '/' || t.task_id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT e.id, e.sha256, e.split, e.created_us, '' FROM evaluation e WHERE :kind = 'evaluation' AND e.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT c.id, s.sha256 || '/' || c.parser || '/' || c.position, c.kind, c.created_us, '' FROM claim c JOIN sample s ON s.id = c.sample_id
          WHERE :kind = 'claim' AND c.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT k.id, s.sha256 || '/' || c.parser || '/' || c.position || '/' || k.checker
                       || coalesce((SELECT '/' || p.sha256 || ':' || d.position FROM trace x JOIN program p ON p.id = x.program_id JOIN test_case d ON d.id = x.test_case_id WHERE x.id = k.trace_id), ''),
                 k.verdict, k.created_us, ''
          FROM claim_check k JOIN claim c ON c.id = k.claim_id JOIN sample s ON s.id = c.sample_id
          WHERE :kind = 'claim_check' AND k.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT p.name || '@' || p.version, p.sha256, p.name, p.created_us, '' FROM policy p
          WHERE :kind = 'policy' AND p.name || '@' || p.version IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT d.id, s.sha256 || '/' || p.sha256, d.reason, d.created_us, '' FROM decision d JOIN sample s ON s.id = d.sample_id JOIN policy p ON p.id = d.policy_id
          WHERE :kind = 'decision' AND d.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT a.id, a.sha256, a.question || ': ' || a.answer, a.created_us, a.annotator FROM annotation a WHERE :kind = 'annotation' AND a.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT f.id, f.sha256, f.name, f.created_us, '' FROM selection f WHERE :kind = 'selection' AND f.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT e.sha256, e.sha256, e.format, e.created_us, '' FROM export e WHERE :kind = 'export' AND e.sha256 IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT h.id, e.sha256 || '/' || h.path, h.rows || ' rows', e.created_us, '' FROM shard h JOIN export e ON e.id = h.export_id
          WHERE :kind = 'shard' AND h.id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT w.shard_id || ':' || w.row, e.sha256 || '/' || h.path || ':' || w.row, '', e.created_us, ''
          FROM shard_row w JOIN shard h ON h.id = w.shard_id JOIN export e ON e.id = h.export_id
          WHERE :kind = 'shard_row' AND w.shard_id IN (SELECT CAST(value AS INTEGER) FROM json_each(:ids))
            AND w.shard_id || ':' || w.row IN (SELECT value FROM json_each(:ids))
