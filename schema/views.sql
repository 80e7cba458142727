-- The stable views. They are dropped and made again by every migration, so this
-- file is always their one definition. They use no function that a plain sqlite3
-- client lacks.

-- The verification that counts for a program on a task: the newest that judged it.
CREATE VIEW v_verification AS
SELECT v.id AS verification_id, v.program_id, v.task_id, v.runner_id, v.attempt, v.verdict, v.tier,
       v.tests_passed, v.tests_total, v.complete, v.created_us
FROM verification v
WHERE v.id = (SELECT max(w.id) FROM verification w
              WHERE w.program_id = v.program_id AND w.task_id = v.task_id AND w.verdict <> 'infra');

-- One generation in its place, with the verdict of its fix. verdict is NULL while
-- undecided, and for a sample from which no fix could be parsed.
CREATE VIEW v_sample AS
SELECT s.id AS sample_id, t.task_id, t.source, t.split, m.name AS model, r.name AS run,
       coalesce(i.number, s.given_iteration) AS iteration, s.purpose, s.idx, s.rationale, p.source AS fix,
       v.verdict, v.tier, v.tests_passed,
       (SELECT count(*) FROM test_case c WHERE c.task_id = s.task_id) AS tests_total,
       p.sha256 AS fix_sha256, s.parse, s.parse_detail, s.created_us
FROM sample s
JOIN task t ON t.id = s.task_id
JOIN model m ON m.id = s.model_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
LEFT JOIN program p ON p.id = s.fix_id
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra');

-- Every outcome of every execution, repeats and infra included.
CREATE VIEW v_outcome AS
SELECT p.sha256 AS program_sha256, t.task_id, c.position AS test_index, o.verdict, o.tier, o.detail,
       r.isolation, o.cpu_us, o.wall_us, o.peak_kib, r.python, v.attempt, v.id AS verification_id
FROM outcome o
JOIN verification v ON v.id = o.verification_id
JOIN test_case c ON c.id = o.test_case_id
JOIN program p ON p.id = v.program_id
JOIN task t ON t.id = v.task_id
JOIN runner r ON r.id = v.runner_id;

-- usable: the buggy program fails a test and the reference, if any, passes all.
CREATE VIEW v_task AS
SELECT t.task_id, t.problem_id, t.source, t.split,
       (SELECT count(*) FROM test_case c WHERE c.task_id = t.id) AS tests,
       b.verdict AS buggy_verdict, f.verdict AS reference_verdict,
       CASE WHEN b.verdict IS NOT NULL AND b.verdict <> 'pass' AND (t.reference_id IS NULL OR f.verdict = 'pass')
            THEN 1 ELSE 0 END AS usable,
       t.entry_point, t.instruction
FROM task t
LEFT JOIN verification b ON b.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = t.buggy_id AND w.task_id = t.id AND w.verdict <> 'infra')
LEFT JOIN verification f ON f.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = t.reference_id AND w.task_id = t.id AND w.verdict <> 'infra');

-- inline is the stored default rendering of the trace.
CREATE VIEW v_trace AS
SELECT x.id AS trace_id, t.task_id, p.sha256 AS program_sha256, c.position AS test_index, x.steps, x.truncated,
       (SELECT d.text FROM trace_rendering d WHERE d.trace_id = x.id AND d.renderer LIKE 'inline/%'
        ORDER BY d.renderer DESC LIMIT 1) AS inline,
       x.events, x.detail, r.python, x.tracer
FROM trace x
JOIN program p ON p.id = x.program_id
JOIN test_case c ON c.id = x.test_case_id
JOIN task t ON t.id = c.task_id
JOIN runner r ON r.id = x.runner_id;

-- "Where did x become 5": every change of every variable, returns and exceptions
-- under the names __return__ and __exception__. A deleted variable has value NULL.
CREATE VIEW v_trace_variable AS
SELECT c.trace_id, e.step, e.line, e.frame, c.name, CASE c.removed WHEN 0 THEN c.value END AS value, e.depth, e.kind
FROM trace_change c
JOIN trace_event e ON e.trace_id = c.trace_id AND e.seq = c.seq;

-- The newest reading of each rationale, and its newest check.
CREATE VIEW v_claim AS
SELECT c.sample_id, c.position AS claim_index, c.kind, c.quote, k.verdict, k.step AS evidence_step, k.evidence,
       c.start, c.stated, k.trace_id, c.parser, k.checker
FROM claim c
LEFT JOIN claim_check k ON k.id = (SELECT max(l.id) FROM claim_check l WHERE l.claim_id = c.id)
WHERE c.parser = (SELECT d.parser FROM claim d WHERE d.sample_id = c.sample_id ORDER BY d.id DESC LIMIT 1);

-- Decisions under the newest version of each policy.
CREATE VIEW v_decision AS
SELECT d.sample_id, p.name AS policy, d.keep, d.reason, d.detail, d.reasons, p.version
FROM decision d
JOIN policy p ON p.id = d.policy_id
WHERE p.version = (SELECT max(q.version) FROM policy q WHERE q.name = p.name);

-- The training samples of each round: B(i) before and after the filter. A sample
-- without a fix counts as not passing; kept is under the policy of the run.
CREATE VIEW v_iteration AS
SELECT r.name AS run, i.number AS iteration, m.name AS model,
       count(DISTINCT s.task_id) AS tasks, count(s.id) AS samples,
       coalesce(sum(v.verdict = 'pass'), 0) AS passed,
       coalesce(sum((SELECT d.keep FROM decision d JOIN policy p ON p.id = d.policy_id
                     WHERE d.sample_id = s.id AND p.name = json_extract(r.settings, '$.policy')
                     ORDER BY p.version DESC LIMIT 1)), 0) AS kept,
       CASE WHEN count(s.id) > 0 THEN coalesce(sum(v.verdict = 'pass'), 0) * 1.0 / count(s.id) END AS pass_at_1
FROM iteration i
JOIN run r ON r.id = i.run_id
JOIN model m ON m.id = i.model_id
LEFT JOIN sample s ON s.iteration_id = i.id AND s.purpose = 'train'
LEFT JOIN verification v ON v.id = (SELECT max(w.id) FROM verification w
                                    WHERE w.program_id = s.fix_id AND w.task_id = s.task_id AND w.verdict <> 'infra')
GROUP BY i.id;

-- The way of every fact back to what it was made from. Ids are what a person
-- would name: text ids, hashes and names where there are any, integers elsewhere.
-- No way leads in a circle: a fix that gives back a buggy program that a task had
-- brought before comes from that program, and not the program from it.
CREATE VIEW v_lineage AS
SELECT 'task' AS child_kind, t.task_id AS child_id, 'ingest_file' AS parent_kind, t.ingest_file_id AS parent_id, 'taken from' AS relation FROM task t
UNION ALL SELECT 'rejection', j.ingest_file_id || ':' || j.line, 'ingest_file', j.ingest_file_id, 'refused from' FROM rejection j
UNION ALL SELECT 'test_case', t.task_id || ':' || c.position, 'task', t.task_id, 'test of' FROM test_case c JOIN task t ON t.id = c.task_id
UNION ALL SELECT 'program', p.sha256, 'task', t.task_id, 'buggy program of' FROM task t JOIN program p ON p.id = t.buggy_id
UNION ALL SELECT 'program', p.sha256, 'task', t.task_id, 'reference of' FROM task t JOIN program p ON p.id = t.reference_id
UNION ALL SELECT 'program', p.sha256, 'sample', s.id, 'fix of' FROM sample s JOIN program p ON p.id = s.fix_id
          WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.buggy_id = s.fix_id AND t.created_us <= s.created_us)
UNION ALL SELECT 'sample', s.id, 'program', p.sha256, 'gives back' FROM sample s JOIN program p ON p.id = s.fix_id
          WHERE EXISTS (SELECT 1 FROM task t WHERE t.buggy_id = s.fix_id AND t.created_us <= s.created_us)
UNION ALL SELECT 'verification', v.id, 'program', p.sha256, 'judges' FROM verification v JOIN program p ON p.id = v.program_id
UNION ALL SELECT 'verification', v.id, 'task', t.task_id, 'with tests of' FROM verification v JOIN task t ON t.id = v.task_id
UNION ALL SELECT 'verification', v.id, 'runner', v.runner_id, 'executed by' FROM verification v
UNION ALL SELECT 'outcome', o.verification_id || ':' || c.position, 'verification', o.verification_id, 'part of' FROM outcome o JOIN test_case c ON c.id = o.test_case_id
UNION ALL SELECT 'outcome', v.id || ':' || c.position, 'test_case', t.task_id || ':' || c.position, 'on'
          FROM task t JOIN test_case c ON c.task_id = t.id JOIN verification v ON v.task_id = t.id JOIN outcome o ON o.verification_id = v.id AND o.test_case_id = c.id
UNION ALL SELECT 'trace', x.id, 'program', p.sha256, 'of' FROM trace x JOIN program p ON p.id = x.program_id
UNION ALL SELECT 'trace', x.id, 'task', t.task_id, 'on a test of' FROM trace x JOIN test_case c ON c.id = x.test_case_id JOIN task t ON t.id = c.task_id
UNION ALL SELECT 'trace', x.id, 'test_case', t.task_id || ':' || c.position, 'on' FROM trace x JOIN test_case c ON c.id = x.test_case_id JOIN task t ON t.id = c.task_id
UNION ALL SELECT 'trace', x.id, 'runner', x.runner_id, 'executed by' FROM trace x
UNION ALL SELECT 'trace_rendering', d.trace_id || ':' || d.renderer, 'trace', d.trace_id, 'renders' FROM trace_rendering d
UNION ALL SELECT 'prompt', q.sha256, 'task', t.task_id, 'asks about' FROM prompt_task k JOIN prompt q ON q.id = k.prompt_id JOIN task t ON t.id = k.task_id
UNION ALL SELECT 'prompt', q.sha256, 'trace', k.trace_id, 'shows' FROM prompt_task k JOIN prompt q ON q.id = k.prompt_id WHERE k.trace_id IS NOT NULL
UNION ALL SELECT 'prompt', q.sha256, 'task', t.task_id, 'shows as example' FROM prompt_example e JOIN prompt q ON q.id = e.prompt_id JOIN task t ON t.id = e.task_id
UNION ALL SELECT 'generation', g.id, 'prompt', q.sha256, 'answers' FROM generation g JOIN prompt q ON q.id = g.prompt_id
UNION ALL SELECT 'generation', g.id, 'model', m.name, 'made by' FROM generation g JOIN model m ON m.id = g.model_id
UNION ALL SELECT 'generation', g.id, 'sampling', g.sampling_id, 'sampled with' FROM generation g
UNION ALL SELECT 'sample', s.id, 'generation', s.generation_id, 'parsed from' FROM sample s WHERE s.generation_id IS NOT NULL
UNION ALL SELECT 'sample', s.id, 'ingest_file', s.ingest_file_id, 'taken from' FROM sample s WHERE s.ingest_file_id IS NOT NULL
UNION ALL SELECT 'sample', s.id, 'task', t.task_id, 'answers' FROM sample s JOIN task t ON t.id = s.task_id
UNION ALL SELECT 'sample', s.id, 'model', m.name, 'made by' FROM sample s JOIN model m ON m.id = s.model_id
UNION ALL SELECT 'sample', s.id, 'prompt', q.sha256, 'answers' FROM sample s JOIN prompt q ON q.id = s.prompt_id
UNION ALL SELECT 'sample', s.id, 'iteration', r.name || '/' || i.number, 'drawn in' FROM sample s JOIN iteration i ON i.id = s.iteration_id JOIN run r ON r.id = i.run_id
UNION ALL SELECT 'sample', s.id, 'evaluation', s.evaluation_id, 'drawn in' FROM sample s WHERE s.evaluation_id IS NOT NULL
UNION ALL SELECT 'evaluation', e.id, 'model', m.name, 'measures' FROM evaluation e JOIN model m ON m.id = e.model_id
UNION ALL SELECT 'evaluation', e.id, 'iteration', r.name || '/' || i.number, 'belongs to' FROM evaluation e JOIN iteration i ON i.id = e.iteration_id JOIN run r ON r.id = i.run_id
UNION ALL SELECT 'iteration', r.name || '/' || i.number, 'run', r.name, 'round of' FROM iteration i JOIN run r ON r.id = i.run_id
UNION ALL SELECT 'iteration', r.name || '/' || i.number, 'model', m.name, 'samples from' FROM iteration i JOIN run r ON r.id = i.run_id JOIN model m ON m.id = i.model_id
UNION ALL SELECT 'hard_task', r.name || '/' || t.task_id, 'run', r.name, 'hard set of' FROM hard_task h JOIN run r ON r.id = h.run_id JOIN task t ON t.id = h.task_id
UNION ALL SELECT 'hard_task', r.name || '/' || t.task_id, 'task', t.task_id, 'selects' FROM hard_task h JOIN run r ON r.id = h.run_id JOIN task t ON t.id = h.task_id
UNION ALL SELECT 'claim', c.id, 'sample', c.sample_id, 'stated in' FROM claim c
UNION ALL SELECT 'claim_check', k.id, 'claim', k.claim_id, 'checks' FROM claim_check k
UNION ALL SELECT 'claim_check', k.id, 'trace', k.trace_id, 'against' FROM claim_check k WHERE k.trace_id IS NOT NULL
UNION ALL SELECT 'decision', d.id, 'sample', d.sample_id, 'decides' FROM decision d
UNION ALL SELECT 'decision', d.id, 'policy', p.name || '@' || p.version, 'under' FROM decision d JOIN policy p ON p.id = d.policy_id
UNION ALL SELECT 'annotation', a.id, 'sample', a.sample_id, 'judges' FROM annotation a
UNION ALL SELECT 'annotation', a.id, 'ingest_file', a.ingest_file_id, 'taken from' FROM annotation a WHERE a.ingest_file_id IS NOT NULL
UNION ALL SELECT 'selection', f.id, 'sample', x.sample_id, 'selects' FROM selection_sample x JOIN selection f ON f.id = x.selection_id
UNION ALL SELECT 'export', e.sha256, 'selection', e.selection_id, 'writes' FROM export e
UNION ALL SELECT 'export', e.sha256, 'shard', h.id, 'made of' FROM shard h JOIN export e ON e.id = h.export_id
UNION ALL SELECT 'shard', w.shard_id, 'shard_row', w.shard_id || ':' || w.row, 'made of' FROM shard_row w
UNION ALL SELECT 'shard_row', w.shard_id || ':' || w.row, 'sample', w.sample_id, 'holds' FROM shard_row w
UNION ALL SELECT 'shard_row', w.shard_id || ':' || w.row, 'selection', e.selection_id, 'selected by' FROM shard_row w JOIN shard h ON h.id = w.shard_id JOIN export e ON e.id = h.export_id
UNION ALL SELECT 'model', m.name, 'export', e.sha256, 'trained on' FROM model m JOIN export e ON e.id = m.trained_on_id
UNION ALL SELECT 'model', m.name, 'model', b.name, 'tuned from' FROM model m JOIN model b ON b.id = m.base_id;
