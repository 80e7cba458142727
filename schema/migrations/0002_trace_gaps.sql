-- A trace may leave out the middle of a long run. seq is then the position in the
-- run and not in the table: it jumps where events were left out, and the event
-- behind the jump is of kind 'gap'. Its changes are all that the frame's variables
-- went through meanwhile, and its step counts every event left out as one.
CREATE TABLE trace_event_with_gaps (
  trace_id INTEGER NOT NULL REFERENCES trace (id),
  seq      INTEGER NOT NULL CHECK (seq >= 0),
  step     INTEGER CHECK (step >= 0),
  frame    INTEGER NOT NULL CHECK (frame >= 0),
  depth    INTEGER NOT NULL CHECK (depth >= 0),
  line     INTEGER NOT NULL CHECK (line >= 0),
  kind     TEXT    NOT NULL CHECK (kind IN ('call', 'line', 'return', 'yield', 'resume', 'exception', 'unwind', 'gap')),
  PRIMARY KEY (trace_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO trace_event_with_gaps SELECT * FROM trace_event ORDER BY trace_id, seq;
DROP TABLE trace_event;
ALTER TABLE trace_event_with_gaps RENAME TO trace_event;
