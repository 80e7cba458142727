-- Dumped from a freshly made file; regenerate with: go test ./schema -update
PRAGMA application_id = 1313175636;
PRAGMA user_version = 3;

CREATE TABLE annotation (
  id             INTEGER PRIMARY KEY,
  sha256         TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  sample_id      INTEGER NOT NULL REFERENCES sample (id),
  annotator      TEXT    NOT NULL CHECK (annotator <> ''),
  question       TEXT    NOT NULL CHECK (question <> ''),
  answer         TEXT    NOT NULL,
  note           TEXT    NOT NULL,
  ingest_file_id INTEGER REFERENCES ingest_file (id) DEFERRABLE INITIALLY DEFERRED,
  created_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE claim (
  id         INTEGER PRIMARY KEY,
  sample_id  INTEGER NOT NULL REFERENCES sample (id),
  parser     TEXT    NOT NULL,
  position   INTEGER NOT NULL CHECK (position >= 0),
  kind       TEXT    NOT NULL CHECK (kind <> ''),
  quote      TEXT    NOT NULL CHECK (quote <> ''),
  start      INTEGER NOT NULL CHECK (start >= 0),
  stated     TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  UNIQUE (sample_id, parser, position)
) STRICT;

CREATE TABLE claim_check (
  id         INTEGER PRIMARY KEY,
  claim_id   INTEGER NOT NULL REFERENCES claim (id),
  checker    TEXT    NOT NULL,
  trace_id   INTEGER REFERENCES trace (id),
  verdict    TEXT    NOT NULL CHECK (verdict IN ('supported', 'contradicted', 'unverifiable')),
  step       INTEGER CHECK (step >= 0),
  evidence   TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  UNIQUE (claim_id, checker, trace_id),
  CHECK (verdict = 'unverifiable' OR trace_id IS NOT NULL)
) STRICT;

CREATE TABLE decision (
  id         INTEGER PRIMARY KEY,
  sample_id  INTEGER NOT NULL REFERENCES sample (id),
  policy_id  INTEGER NOT NULL REFERENCES policy (id),
  keep       INTEGER NOT NULL CHECK (keep IN (0, 1)),
  reason     TEXT    NOT NULL CHECK (reason <> ''),
  detail     TEXT    NOT NULL,
  reasons    TEXT    NOT NULL CHECK (json_valid(reasons)),
  created_us INTEGER NOT NULL,
  UNIQUE (sample_id, policy_id),
  CHECK ((keep = 1) = (reason = 'kept'))
) STRICT;

CREATE TABLE evaluation (
  id           INTEGER PRIMARY KEY,
  sha256       TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  model_id     INTEGER NOT NULL REFERENCES model (id),
  iteration_id INTEGER REFERENCES iteration (id),
  split        TEXT    NOT NULL CHECK (split IN ('train', 'dev', 'test')),
  settings     TEXT    NOT NULL CHECK (json_valid(settings)),
  created_us   INTEGER NOT NULL
) STRICT;

CREATE TABLE export (
  id           INTEGER PRIMARY KEY,
  sha256       TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  selection_id INTEGER NOT NULL REFERENCES selection (id),
  format       TEXT    NOT NULL,
  options      TEXT    NOT NULL CHECK (json_valid(options)),
  created_us   INTEGER NOT NULL
) STRICT;

CREATE TABLE generation (
  id            INTEGER PRIMARY KEY,
  model_id      INTEGER NOT NULL REFERENCES model (id),
  prompt_id     INTEGER NOT NULL REFERENCES prompt (id),
  sampling_id   INTEGER NOT NULL REFERENCES sampling (id),
  idx           INTEGER NOT NULL CHECK (idx >= 0),
  text          TEXT    NOT NULL,
  finish        TEXT    NOT NULL,
  input_tokens  INTEGER,
  output_tokens INTEGER,
  response      TEXT    NOT NULL,
  created_us    INTEGER NOT NULL,
  UNIQUE (prompt_id, model_id, sampling_id, idx)
) STRICT;

CREATE TABLE hard_task (
  run_id  INTEGER NOT NULL REFERENCES run (id),
  task_id INTEGER NOT NULL REFERENCES task (id),
  samples INTEGER NOT NULL CHECK (samples > 0),
  passed  INTEGER NOT NULL CHECK (passed BETWEEN 0 AND samples),
  PRIMARY KEY (run_id, task_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE identity (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  uuid       TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE ingest_file (
  id         INTEGER PRIMARY KEY,
  kind       TEXT    NOT NULL CHECK (kind IN ('tasks', 'samples', 'annotations')),
  name       TEXT    NOT NULL,
  sha256     TEXT    NOT NULL CHECK (length(sha256) = 64),
  lines      INTEGER NOT NULL CHECK (lines >= 0),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE iteration (
  id         INTEGER PRIMARY KEY,
  run_id     INTEGER NOT NULL REFERENCES run (id),
  number     INTEGER NOT NULL CHECK (number >= 0),
  model_id   INTEGER NOT NULL REFERENCES model (id),
  created_us INTEGER NOT NULL,
  UNIQUE (run_id, number)
) STRICT;

CREATE TABLE model (
  id            INTEGER PRIMARY KEY,
  name          TEXT    NOT NULL UNIQUE CHECK (name <> ''),
  base_id       INTEGER REFERENCES model (id),
  trained_on_id INTEGER REFERENCES export (id),
  uri           TEXT    NOT NULL,
  sha256        TEXT    CHECK (length(sha256) = 64),
  created_us    INTEGER NOT NULL
) STRICT;

CREATE TABLE outcome (
  verification_id INTEGER NOT NULL REFERENCES verification (id),
  test_case_id    INTEGER NOT NULL REFERENCES test_case (id),
  verdict         TEXT    NOT NULL CHECK (verdict IN ('pass', 'fail', 'error', 'timeout', 'memory', 'crash', 'exit', 'infra', 'flaky')),
  tier            TEXT    NOT NULL CHECK (tier IN ('value', 'split', 'shared')),
  detail          TEXT    NOT NULL,
  cpu_us          INTEGER NOT NULL CHECK (cpu_us >= 0),
  wall_us         INTEGER NOT NULL CHECK (wall_us >= 0),
  peak_kib        INTEGER NOT NULL CHECK (peak_kib >= 0),
  PRIMARY KEY (verification_id, test_case_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  name       TEXT    NOT NULL CHECK (name <> ''),
  version    INTEGER NOT NULL CHECK (version > 0),
  filters    TEXT    NOT NULL CHECK (json_valid(filters)),
  created_us INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;

CREATE TABLE program (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  source     TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE prompt (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  system     TEXT    NOT NULL,
  user       TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE prompt_example (
  prompt_id INTEGER NOT NULL REFERENCES prompt (id),
  position  INTEGER NOT NULL CHECK (position >= 0),
  task_id   INTEGER NOT NULL REFERENCES task (id),
  PRIMARY KEY (prompt_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE prompt_task (
  prompt_id  INTEGER NOT NULL REFERENCES prompt (id),
  task_id    INTEGER NOT NULL REFERENCES task (id),
  trace_id   INTEGER REFERENCES trace (id),
  template   TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  PRIMARY KEY (prompt_id, task_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejection (
  ingest_file_id INTEGER NOT NULL REFERENCES ingest_file (id) DEFERRABLE INITIALLY DEFERRED,
  line           INTEGER NOT NULL CHECK (line > 0),
  reason         TEXT    NOT NULL,
  PRIMARY KEY (ingest_file_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE CHECK (name <> ''),
  settings   TEXT    NOT NULL CHECK (json_valid(settings)),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE runner (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  python     TEXT    NOT NULL,
  isolation  TEXT    NOT NULL,
  version    TEXT    NOT NULL,
  limits     TEXT    NOT NULL CHECK (json_valid(limits)),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE sample (
  id              INTEGER PRIMARY KEY,
  sha256          TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  task_id         INTEGER NOT NULL REFERENCES task (id),
  model_id        INTEGER NOT NULL REFERENCES model (id),
  iteration_id    INTEGER REFERENCES iteration (id),
  evaluation_id   INTEGER REFERENCES evaluation (id),
  generation_id   INTEGER REFERENCES generation (id),
  prompt_id       INTEGER REFERENCES prompt (id),
  ingest_file_id  INTEGER REFERENCES ingest_file (id) DEFERRABLE INITIALLY DEFERRED,
  purpose         TEXT    NOT NULL CHECK (purpose IN ('baseline', 'train', 'eval', 'recorded')),
  given_iteration INTEGER,
  idx             INTEGER NOT NULL CHECK (idx >= 0),
  raw             TEXT,
  rationale       TEXT    NOT NULL,
  fix_id          INTEGER REFERENCES program (id),
  parse           TEXT    NOT NULL CHECK (parse IN ('given', 'fenced', 'several', 'bare', 'unclosed', 'none', 'empty')),
  parse_detail    TEXT    NOT NULL,
  metadata        TEXT    NOT NULL CHECK (json_valid(metadata)),
  created_us      INTEGER NOT NULL,
  CHECK ((generation_id IS NULL) <> (ingest_file_id IS NULL)),
  CHECK ((purpose = 'recorded') = (generation_id IS NULL)),
  CHECK ((purpose = 'eval') = (evaluation_id IS NOT NULL)),
  CHECK ((fix_id IS NULL) = (parse IN ('none', 'empty')))
) STRICT;

CREATE TABLE sampling (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  sampler    TEXT    NOT NULL,
  parameters TEXT    NOT NULL CHECK (json_valid(parameters)),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE selection (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  name       TEXT    NOT NULL,
  query      TEXT    NOT NULL,
  parameters TEXT    NOT NULL CHECK (json_valid(parameters)),
  samples    INTEGER NOT NULL CHECK (samples >= 0),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE selection_sample (
  selection_id INTEGER NOT NULL REFERENCES selection (id),
  position     INTEGER NOT NULL CHECK (position >= 0),
  sample_id    INTEGER NOT NULL REFERENCES sample (id),
  PRIMARY KEY (selection_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE shard (
  id        INTEGER PRIMARY KEY,
  export_id INTEGER NOT NULL REFERENCES export (id),
  position  INTEGER NOT NULL CHECK (position >= 0),
  path      TEXT    NOT NULL,
  sha256    TEXT    NOT NULL CHECK (length(sha256) = 64),
  rows      INTEGER NOT NULL CHECK (rows >= 0),
  bytes     INTEGER NOT NULL CHECK (bytes >= 0),
  UNIQUE (export_id, position)
) STRICT;

CREATE TABLE shard_row (
  shard_id  INTEGER NOT NULL REFERENCES shard (id),
  row       INTEGER NOT NULL CHECK (row >= 0),
  sample_id INTEGER NOT NULL REFERENCES sample (id),
  PRIMARY KEY (shard_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
  id             INTEGER PRIMARY KEY,
  task_id        TEXT    NOT NULL UNIQUE CHECK (task_id <> ''),
  problem_id     TEXT    NOT NULL CHECK (problem_id <> ''),
  source         TEXT    NOT NULL,
  split          TEXT    NOT NULL CHECK (split IN ('train', 'dev', 'test')),
  instruction    TEXT    NOT NULL,
  entry_point    TEXT    NOT NULL,
  test_setup     TEXT    NOT NULL,
  buggy_id       INTEGER REFERENCES program (id),
  reference_id   INTEGER REFERENCES program (id),
  metadata       TEXT    NOT NULL CHECK (json_valid(metadata)),
  sha256         TEXT    NOT NULL CHECK (length(sha256) = 64),
  ingest_file_id INTEGER NOT NULL REFERENCES ingest_file (id) DEFERRABLE INITIALLY DEFERRED,
  created_us     INTEGER NOT NULL
) STRICT;

CREATE TABLE test_case (
  id       INTEGER PRIMARY KEY,
  task_id  INTEGER NOT NULL REFERENCES task (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  code     TEXT    NOT NULL CHECK (code <> ''),
  UNIQUE (task_id, position)
) STRICT;

CREATE TABLE trace (
  id           INTEGER PRIMARY KEY,
  program_id   INTEGER NOT NULL REFERENCES program (id),
  test_case_id INTEGER NOT NULL REFERENCES test_case (id),
  runner_id    INTEGER NOT NULL REFERENCES runner (id),
  tracer       TEXT    NOT NULL,
  events       INTEGER NOT NULL CHECK (events >= 0),
  steps        INTEGER NOT NULL CHECK (steps >= 0),
  truncated    INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  detail       TEXT    NOT NULL,
  created_us   INTEGER NOT NULL,
  UNIQUE (program_id, test_case_id, tracer, runner_id)
) STRICT;

CREATE TABLE trace_change (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  seq      INTEGER NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 0),
  name     TEXT    NOT NULL,
  value    TEXT    NOT NULL,
  removed  INTEGER NOT NULL CHECK (removed IN (0, 1)),
  PRIMARY KEY (trace_id, seq, position),
  FOREIGN KEY (trace_id, seq) REFERENCES trace_event (trace_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE "trace_event" (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  seq      INTEGER NOT NULL CHECK (seq >= 0),
  step     INTEGER CHECK (step >= 0),
  frame    INTEGER NOT NULL CHECK (frame >= 0),
  depth    INTEGER NOT NULL CHECK (depth >= 0),
  line     INTEGER NOT NULL CHECK (line >= 0),
  kind     TEXT    NOT NULL CHECK (kind IN ('call', 'line', 'return', 'yield', 'resume', 'exception', 'unwind', 'gap')),
  PRIMARY KEY (trace_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE trace_rendering (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  renderer TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (trace_id, renderer)
) STRICT, WITHOUT ROWID;

CREATE TABLE verification (
  id           INTEGER PRIMARY KEY,
  program_id   INTEGER NOT NULL REFERENCES program (id),
  task_id      INTEGER NOT NULL REFERENCES task (id),
  runner_id    INTEGER NOT NULL REFERENCES runner (id),
  attempt      INTEGER NOT NULL CHECK (attempt >= 0),
  verdict      TEXT    NOT NULL CHECK (verdict IN ('pass', 'fail', 'error', 'timeout', 'memory', 'crash', 'exit', 'infra', 'flaky')),
  tier         TEXT    NOT NULL CHECK (tier IN ('value', 'split', 'shared')),
  tests_passed INTEGER NOT NULL CHECK (tests_passed BETWEEN 0 AND tests_total),
  tests_total  INTEGER NOT NULL CHECK (tests_total >= 0),
  complete     INTEGER NOT NULL CHECK (complete IN (0, 1)),
  created_us   INTEGER NOT NULL,
  UNIQUE (program_id, task_id, runner_id, attempt),
  CHECK (verdict <> 'pass' OR (tests_passed = tests_total AND tests_total > 0 AND complete = 1))
) STRICT;

CREATE INDEX annotation_sample ON annotation (sample_id);

CREATE INDEX claim_check_trace ON claim_check (trace_id);

CREATE INDEX decision_policy ON decision (policy_id, keep);

CREATE INDEX evaluation_iteration ON evaluation (iteration_id);

CREATE INDEX evaluation_model ON evaluation (model_id);

CREATE INDEX export_selection ON export (selection_id);

CREATE INDEX generation_model ON generation (model_id);

CREATE INDEX generation_sampling ON generation (sampling_id);

CREATE INDEX hard_task_task ON hard_task (task_id);

CREATE INDEX iteration_model ON iteration (model_id);

CREATE INDEX model_base ON model (base_id);

CREATE INDEX model_trained_on ON model (trained_on_id);

CREATE INDEX prompt_example_task ON prompt_example (task_id);

CREATE INDEX prompt_task_task ON prompt_task (task_id);

CREATE INDEX prompt_task_trace ON prompt_task (trace_id);

CREATE INDEX sample_evaluation ON sample (evaluation_id);

CREATE INDEX sample_fix ON sample (fix_id);

CREATE INDEX sample_generation ON sample (generation_id);

CREATE INDEX sample_ingest_file ON sample (ingest_file_id);

CREATE INDEX sample_iteration ON sample (iteration_id, purpose);

CREATE INDEX sample_model ON sample (model_id);

CREATE INDEX sample_prompt ON sample (prompt_id);

CREATE INDEX sample_task ON sample (task_id);

CREATE INDEX selection_sample_sample ON selection_sample (sample_id);

CREATE INDEX shard_row_sample ON shard_row (sample_id);

CREATE INDEX task_buggy ON task (buggy_id);

CREATE INDEX task_ingest_file ON task (ingest_file_id);

CREATE INDEX task_problem ON task (problem_id);

CREATE INDEX task_reference ON task (reference_id);

CREATE INDEX trace_test_case ON trace (test_case_id);

CREATE INDEX verification_task ON verification (task_id, program_id);

CREATE VIEW v_claim AS
SELECT c.sample_id, c.position AS claim_index, c.kind, c.quote, k.verdict, k.step AS evidence_step, k.evidence,
       c.start, c.stated, k.trace_id, c.parser, k.checker
FROM claim c
LEFT JOIN claim_check k ON k.id = (SELECT max(l.id) FROM claim_check l WHERE l.claim_id = c.id)
WHERE c.parser = (SELECT d.parser FROM claim d WHERE d.sample_id = c.sample_id ORDER BY d.id DESC LIMIT 1);

CREATE VIEW v_decision AS
SELECT d.sample_id, p.name AS policy, d.keep, d.reason, d.detail, d.reasons, p.version
FROM decision d
JOIN policy p ON p.id = d.policy_id
WHERE p.version = (SELECT max(q.version) FROM policy q WHERE q.name = p.name);

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

CREATE VIEW v_outcome AS
SELECT p.sha256 AS program_sha256, t.task_id, c.position AS test_index, o.verdict, o.tier, o.detail,
       r.isolation, o.cpu_us, o.wall_us, o.peak_kib, r.python, v.attempt, v.id AS verification_id
FROM outcome o
JOIN verification v ON v.id = o.verification_id
JOIN test_case c ON c.id = o.test_case_id
JOIN program p ON p.id = v.program_id
JOIN task t ON t.id = v.task_id
JOIN runner r ON r.id = v.runner_id;

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

CREATE VIEW v_trace_variable AS
SELECT c.trace_id, e.step, e.line, e.frame, c.name, CASE c.removed WHEN 0 THEN c.value END AS value, e.depth, e.kind
FROM trace_change c
JOIN trace_event e ON e.trace_id = c.trace_id AND e.seq = c.seq;

CREATE VIEW v_verification AS
SELECT v.id AS verification_id, v.program_id, v.task_id, v.runner_id, v.attempt, v.verdict, v.tier,
       v.tests_passed, v.tests_total, v.complete, v.created_us
FROM verification v
WHERE v.id = (SELECT max(w.id) FROM verification w
              WHERE w.program_id = v.program_id AND w.task_id = v.task_id AND w.verdict <> 'infra');

CREATE TRIGGER annotation_no_delete BEFORE DELETE ON annotation BEGIN SELECT raise(ABORT, 'annotation is append-only'); END;

CREATE TRIGGER annotation_no_update BEFORE UPDATE ON annotation BEGIN SELECT raise(ABORT, 'annotation is append-only'); END;

CREATE TRIGGER claim_check_no_delete BEFORE DELETE ON claim_check BEGIN SELECT raise(ABORT, 'claim_check is append-only'); END;

CREATE TRIGGER claim_check_no_update BEFORE UPDATE ON claim_check BEGIN SELECT raise(ABORT, 'claim_check is append-only'); END;

CREATE TRIGGER claim_no_delete BEFORE DELETE ON claim BEGIN SELECT raise(ABORT, 'claim is append-only'); END;

CREATE TRIGGER claim_no_update BEFORE UPDATE ON claim BEGIN SELECT raise(ABORT, 'claim is append-only'); END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT raise(ABORT, 'decision is append-only'); END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT raise(ABORT, 'decision is append-only'); END;

CREATE TRIGGER evaluation_no_delete BEFORE DELETE ON evaluation BEGIN SELECT raise(ABORT, 'evaluation is append-only'); END;

CREATE TRIGGER evaluation_no_update BEFORE UPDATE ON evaluation BEGIN SELECT raise(ABORT, 'evaluation is append-only'); END;

CREATE TRIGGER export_no_delete BEFORE DELETE ON export BEGIN SELECT raise(ABORT, 'export is append-only'); END;

CREATE TRIGGER export_no_update BEFORE UPDATE ON export BEGIN SELECT raise(ABORT, 'export is append-only'); END;

CREATE TRIGGER generation_no_delete BEFORE DELETE ON generation BEGIN SELECT raise(ABORT, 'generation is append-only'); END;

CREATE TRIGGER generation_no_update BEFORE UPDATE ON generation BEGIN SELECT raise(ABORT, 'generation is append-only'); END;

CREATE TRIGGER hard_task_no_delete BEFORE DELETE ON hard_task BEGIN SELECT raise(ABORT, 'hard_task is append-only'); END;

CREATE TRIGGER hard_task_no_update BEFORE UPDATE ON hard_task BEGIN SELECT raise(ABORT, 'hard_task is append-only'); END;

CREATE TRIGGER identity_no_delete BEFORE DELETE ON identity BEGIN SELECT raise(ABORT, 'identity is append-only'); END;

CREATE TRIGGER identity_no_update BEFORE UPDATE ON identity BEGIN SELECT raise(ABORT, 'identity is append-only'); END;

CREATE TRIGGER ingest_file_no_delete BEFORE DELETE ON ingest_file BEGIN SELECT raise(ABORT, 'ingest_file is append-only'); END;

CREATE TRIGGER ingest_file_no_update BEFORE UPDATE ON ingest_file BEGIN SELECT raise(ABORT, 'ingest_file is append-only'); END;

CREATE TRIGGER iteration_no_delete BEFORE DELETE ON iteration BEGIN SELECT raise(ABORT, 'iteration is append-only'); END;

CREATE TRIGGER iteration_no_update BEFORE UPDATE ON iteration BEGIN SELECT raise(ABORT, 'iteration is append-only'); END;

CREATE TRIGGER model_no_delete BEFORE DELETE ON model BEGIN SELECT raise(ABORT, 'model is append-only'); END;

CREATE TRIGGER model_no_update BEFORE UPDATE ON model BEGIN SELECT raise(ABORT, 'model is append-only'); END;

CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome BEGIN SELECT raise(ABORT, 'outcome is append-only'); END;

CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome BEGIN SELECT raise(ABORT, 'outcome is append-only'); END;

CREATE TRIGGER policy_no_delete BEFORE DELETE ON policy BEGIN SELECT raise(ABORT, 'policy is append-only'); END;

CREATE TRIGGER policy_no_update BEFORE UPDATE ON policy BEGIN SELECT raise(ABORT, 'policy is append-only'); END;

CREATE TRIGGER program_no_delete BEFORE DELETE ON program BEGIN SELECT raise(ABORT, 'program is append-only'); END;

CREATE TRIGGER program_no_update BEFORE UPDATE ON program BEGIN SELECT raise(ABORT, 'program is append-only'); END;

CREATE TRIGGER prompt_example_no_delete BEFORE DELETE ON prompt_example BEGIN SELECT raise(ABORT, 'prompt_example is append-only'); END;

CREATE TRIGGER prompt_example_no_update BEFORE UPDATE ON prompt_example BEGIN SELECT raise(ABORT, 'prompt_example is append-only'); END;

CREATE TRIGGER prompt_no_delete BEFORE DELETE ON prompt BEGIN SELECT raise(ABORT, 'prompt is append-only'); END;

CREATE TRIGGER prompt_no_update BEFORE UPDATE ON prompt BEGIN SELECT raise(ABORT, 'prompt is append-only'); END;

CREATE TRIGGER prompt_task_no_delete BEFORE DELETE ON prompt_task BEGIN SELECT raise(ABORT, 'prompt_task is append-only'); END;

CREATE TRIGGER prompt_task_no_update BEFORE UPDATE ON prompt_task BEGIN SELECT raise(ABORT, 'prompt_task is append-only'); END;

CREATE TRIGGER rejection_no_delete BEFORE DELETE ON rejection BEGIN SELECT raise(ABORT, 'rejection is append-only'); END;

CREATE TRIGGER rejection_no_update BEFORE UPDATE ON rejection BEGIN SELECT raise(ABORT, 'rejection is append-only'); END;

CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT raise(ABORT, 'run is append-only'); END;

CREATE TRIGGER run_no_update BEFORE UPDATE ON run BEGIN SELECT raise(ABORT, 'run is append-only'); END;

CREATE TRIGGER runner_no_delete BEFORE DELETE ON runner BEGIN SELECT raise(ABORT, 'runner is append-only'); END;

CREATE TRIGGER runner_no_update BEFORE UPDATE ON runner BEGIN SELECT raise(ABORT, 'runner is append-only'); END;

CREATE TRIGGER sample_no_delete BEFORE DELETE ON sample BEGIN SELECT raise(ABORT, 'sample is append-only'); END;

CREATE TRIGGER sample_no_update BEFORE UPDATE ON sample BEGIN SELECT raise(ABORT, 'sample is append-only'); END;

CREATE TRIGGER sampling_no_delete BEFORE DELETE ON sampling BEGIN SELECT raise(ABORT, 'sampling is append-only'); END;

CREATE TRIGGER sampling_no_update BEFORE UPDATE ON sampling BEGIN SELECT raise(ABORT, 'sampling is append-only'); END;

CREATE TRIGGER selection_no_delete BEFORE DELETE ON selection BEGIN SELECT raise(ABORT, 'selection is append-only'); END;

CREATE TRIGGER selection_no_update BEFORE UPDATE ON selection BEGIN SELECT raise(ABORT, 'selection is append-only'); END;

CREATE TRIGGER selection_sample_no_delete BEFORE DELETE ON selection_sample BEGIN SELECT raise(ABORT, 'selection_sample is append-only'); END;

CREATE TRIGGER selection_sample_no_update BEFORE UPDATE ON selection_sample BEGIN SELECT raise(ABORT, 'selection_sample is append-only'); END;

CREATE TRIGGER shard_no_delete BEFORE DELETE ON shard BEGIN SELECT raise(ABORT, 'shard is append-only'); END;

CREATE TRIGGER shard_no_update BEFORE UPDATE ON shard BEGIN SELECT raise(ABORT, 'shard is append-only'); END;

CREATE TRIGGER shard_row_no_delete BEFORE DELETE ON shard_row BEGIN SELECT raise(ABORT, 'shard_row is append-only'); END;

CREATE TRIGGER shard_row_no_update BEFORE UPDATE ON shard_row BEGIN SELECT raise(ABORT, 'shard_row is append-only'); END;

CREATE TRIGGER task_no_delete BEFORE DELETE ON task BEGIN SELECT raise(ABORT, 'task is append-only'); END;

CREATE TRIGGER task_no_update BEFORE UPDATE ON task BEGIN SELECT raise(ABORT, 'task is append-only'); END;

CREATE TRIGGER test_case_no_delete BEFORE DELETE ON test_case BEGIN SELECT raise(ABORT, 'test_case is append-only'); END;

CREATE TRIGGER test_case_no_update BEFORE UPDATE ON test_case BEGIN SELECT raise(ABORT, 'test_case is append-only'); END;

CREATE TRIGGER trace_change_no_delete BEFORE DELETE ON trace_change BEGIN SELECT raise(ABORT, 'trace_change is append-only'); END;

CREATE TRIGGER trace_change_no_update BEFORE UPDATE ON trace_change BEGIN SELECT raise(ABORT, 'trace_change is append-only'); END;

CREATE TRIGGER trace_event_no_delete BEFORE DELETE ON trace_event BEGIN SELECT raise(ABORT, 'trace_event is append-only'); END;

CREATE TRIGGER trace_event_no_update BEFORE UPDATE ON trace_event BEGIN SELECT raise(ABORT, 'trace_event is append-only'); END;

CREATE TRIGGER trace_no_delete BEFORE DELETE ON trace BEGIN SELECT raise(ABORT, 'trace is append-only'); END;

CREATE TRIGGER trace_no_update BEFORE UPDATE ON trace BEGIN SELECT raise(ABORT, 'trace is append-only'); END;

CREATE TRIGGER trace_rendering_no_delete BEFORE DELETE ON trace_rendering BEGIN SELECT raise(ABORT, 'trace_rendering is append-only'); END;

CREATE TRIGGER trace_rendering_no_update BEFORE UPDATE ON trace_rendering BEGIN SELECT raise(ABORT, 'trace_rendering is append-only'); END;

CREATE TRIGGER verification_no_delete BEFORE DELETE ON verification BEGIN SELECT raise(ABORT, 'verification is append-only'); END;

CREATE TRIGGER verification_no_update BEFORE UPDATE ON verification BEGIN SELECT raise(ABORT, 'verification is append-only'); END;

