-- The nouns of the self-training loop. Every table is append-only: the migrator
-- seals each one with triggers after the last migration. Times are microseconds
-- since the Unix epoch, UTC. Integer ids are local to one file; the natural keys
-- (hashes, names, text ids) are the same in every file.

-- The file itself: one row, written when the file is created.
CREATE TABLE identity (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  uuid       TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

-- A file that was taken in, and the lines of it that were refused.
CREATE TABLE ingest_file (
  id         INTEGER PRIMARY KEY,
  kind       TEXT    NOT NULL CHECK (kind IN ('tasks', 'samples', 'annotations')),
  name       TEXT    NOT NULL,
  sha256     TEXT    NOT NULL CHECK (length(sha256) = 64),
  lines      INTEGER NOT NULL CHECK (lines >= 0),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE rejection (
  ingest_file_id INTEGER NOT NULL REFERENCES ingest_file (id) DEFERRABLE INITIALLY DEFERRED,
  line           INTEGER NOT NULL CHECK (line > 0),
  reason         TEXT    NOT NULL,
  PRIMARY KEY (ingest_file_id, line)
) STRICT, WITHOUT ROWID;

-- Source text, content-addressed: buggy, reference and fixed programs alike.
CREATE TABLE program (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  source     TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

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
CREATE INDEX task_buggy ON task (buggy_id);
CREATE INDEX task_reference ON task (reference_id);
CREATE INDEX task_problem ON task (problem_id);
CREATE INDEX task_ingest_file ON task (ingest_file_id);

CREATE TABLE test_case (
  id       INTEGER PRIMARY KEY,
  task_id  INTEGER NOT NULL REFERENCES task (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  code     TEXT    NOT NULL CHECK (code <> ''),
  UNIQUE (task_id, position)
) STRICT;

-- A configuration that executes programs: interpreter, isolation, limits.
CREATE TABLE runner (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  python     TEXT    NOT NULL,
  isolation  TEXT    NOT NULL,
  version    TEXT    NOT NULL,
  limits     TEXT    NOT NULL CHECK (json_valid(limits)),
  created_us INTEGER NOT NULL
) STRICT;

-- One program judged on one task by one runner: the sum of its outcomes.
-- complete is 0 when tests after the first failure were skipped.
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
CREATE INDEX verification_task ON verification (task_id, program_id);

-- The result of one execution: one program on one test case by one runner.
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

-- The execution trace of one program on one test case.
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
CREATE INDEX trace_test_case ON trace (test_case_id);

-- step numbers the state-changing events of a trace; NULL when nothing changed.
-- frame is the ordinal of the call, 0 for the test itself; line 0 is the test's.
CREATE TABLE trace_event (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  seq      INTEGER NOT NULL CHECK (seq >= 0),
  step     INTEGER CHECK (step >= 0),
  frame    INTEGER NOT NULL CHECK (frame >= 0),
  depth    INTEGER NOT NULL CHECK (depth >= 0),
  line     INTEGER NOT NULL CHECK (line >= 0),
  kind     TEXT    NOT NULL CHECK (kind IN ('call', 'line', 'return', 'yield', 'resume', 'exception', 'unwind')),
  PRIMARY KEY (trace_id, seq)
) STRICT, WITHOUT ROWID;

-- The variables that a state-changing step left changed; removed is 1 for `del`.
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

-- A stored text made of a trace's events; the events stay the truth.
CREATE TABLE trace_rendering (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  renderer TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  PRIMARY KEY (trace_id, renderer)
) STRICT, WITHOUT ROWID;

-- The exact text that a model sees, content-addressed.
CREATE TABLE prompt (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  system     TEXT    NOT NULL,
  user       TEXT    NOT NULL,
  created_us INTEGER NOT NULL
) STRICT;

-- How a prompt was made: from which task and trace, with which template.
CREATE TABLE prompt_task (
  prompt_id  INTEGER NOT NULL REFERENCES prompt (id),
  task_id    INTEGER NOT NULL REFERENCES task (id),
  trace_id   INTEGER REFERENCES trace (id),
  template   TEXT    NOT NULL,
  created_us INTEGER NOT NULL,
  PRIMARY KEY (prompt_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prompt_task_task ON prompt_task (task_id);

-- The tasks shown in a few-shot prompt as worked examples.
CREATE TABLE prompt_example (
  prompt_id INTEGER NOT NULL REFERENCES prompt (id),
  position  INTEGER NOT NULL CHECK (position >= 0),
  task_id   INTEGER NOT NULL REFERENCES task (id),
  PRIMARY KEY (prompt_id, position)
) STRICT, WITHOUT ROWID;

-- The frozen result of a named selection query.
CREATE TABLE selection (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  name       TEXT    NOT NULL,
  query      TEXT    NOT NULL,
  parameters TEXT    NOT NULL CHECK (json_valid(parameters)),
  samples    INTEGER NOT NULL CHECK (samples >= 0),
  created_us INTEGER NOT NULL
) STRICT;

CREATE TABLE export (
  id           INTEGER PRIMARY KEY,
  sha256       TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  selection_id INTEGER NOT NULL REFERENCES selection (id),
  format       TEXT    NOT NULL,
  options      TEXT    NOT NULL CHECK (json_valid(options)),
  created_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX export_selection ON export (selection_id);

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

-- A checkpoint; it knows its base and the export that it was trained on.
CREATE TABLE model (
  id            INTEGER PRIMARY KEY,
  name          TEXT    NOT NULL UNIQUE CHECK (name <> ''),
  base_id       INTEGER REFERENCES model (id),
  trained_on_id INTEGER REFERENCES export (id),
  uri           TEXT    NOT NULL,
  sha256        TEXT    CHECK (length(sha256) = 64),
  created_us    INTEGER NOT NULL
) STRICT;
CREATE INDEX model_trained_on ON model (trained_on_id);
CREATE INDEX model_base ON model (base_id);

-- One experiment, and its rounds.
CREATE TABLE run (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE CHECK (name <> ''),
  settings   TEXT    NOT NULL CHECK (json_valid(settings)),
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
CREATE INDEX iteration_model ON iteration (model_id);

-- The hard set of a run, frozen once: the base model solved `passed` of `samples`.
CREATE TABLE hard_task (
  run_id  INTEGER NOT NULL REFERENCES run (id),
  task_id INTEGER NOT NULL REFERENCES task (id),
  samples INTEGER NOT NULL CHECK (samples > 0),
  passed  INTEGER NOT NULL CHECK (passed BETWEEN 0 AND samples),
  PRIMARY KEY (run_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hard_task_task ON hard_task (task_id);

-- A model measured on a split; its samples have the purpose 'eval'.
CREATE TABLE evaluation (
  id           INTEGER PRIMARY KEY,
  sha256       TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  model_id     INTEGER NOT NULL REFERENCES model (id),
  iteration_id INTEGER REFERENCES iteration (id),
  split        TEXT    NOT NULL CHECK (split IN ('train', 'dev', 'test')),
  settings     TEXT    NOT NULL CHECK (json_valid(settings)),
  created_us   INTEGER NOT NULL
) STRICT;
CREATE INDEX evaluation_model ON evaluation (model_id);

-- The parameters of sampling, the sampler's name among them.
CREATE TABLE sampling (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  sampler    TEXT    NOT NULL,
  parameters TEXT    NOT NULL CHECK (json_valid(parameters)),
  created_us INTEGER NOT NULL
) STRICT;

-- What a sampler answered: durable on arrival, never asked for twice.
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

-- One generation in its place in an experiment, parsed into rationale and fix.
-- raw holds the text of a recorded sample, whose generation we did not pay for.
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
CREATE INDEX sample_task ON sample (task_id);
CREATE INDEX sample_fix ON sample (fix_id);
CREATE INDEX sample_iteration ON sample (iteration_id, purpose);
CREATE INDEX sample_evaluation ON sample (evaluation_id);
CREATE INDEX sample_generation ON sample (generation_id);
CREATE INDEX sample_model ON sample (model_id);
CREATE INDEX sample_prompt ON sample (prompt_id);
CREATE INDEX sample_ingest_file ON sample (ingest_file_id);

-- A checkable statement found in a rationale, and what the trace says of it.
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

-- A named, versioned set of filters, and what it decided.
CREATE TABLE policy (
  id         INTEGER PRIMARY KEY,
  sha256     TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
  name       TEXT    NOT NULL CHECK (name <> ''),
  version    INTEGER NOT NULL CHECK (version > 0),
  filters    TEXT    NOT NULL CHECK (json_valid(filters)),
  created_us INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;

-- keep is 1 or 0; reason is the first filter that dropped the sample, 'kept'
-- when none did; reasons lists every filter that would have dropped it.
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
CREATE INDEX decision_policy ON decision (policy_id, keep);

-- A person's judgement of a sample.
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
CREATE INDEX annotation_sample ON annotation (sample_id);

CREATE TABLE selection_sample (
  selection_id INTEGER NOT NULL REFERENCES selection (id),
  position     INTEGER NOT NULL CHECK (position >= 0),
  sample_id    INTEGER NOT NULL REFERENCES sample (id),
  PRIMARY KEY (selection_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX selection_sample_sample ON selection_sample (sample_id);

CREATE TABLE shard_row (
  shard_id  INTEGER NOT NULL REFERENCES shard (id),
  row       INTEGER NOT NULL CHECK (row >= 0),
  sample_id INTEGER NOT NULL REFERENCES sample (id),
  PRIMARY KEY (shard_id, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX shard_row_sample ON shard_row (sample_id);
