-- name: facts
-- purpose: the id under which v_lineage knows a fact, from what a person types (hashes may be cut short)
-- parameter: kind text task the kind of fact
-- parameter: id text '' its id, hash or name
SELECT task_id AS id FROM task WHERE :kind = 'task' AND task_id = :id
UNION ALL SELECT sha256 FROM program WHERE :kind = 'program' AND sha256 >= :id AND sha256 < :id || 'g'
UNION ALL SELECT sha256 FROM prompt WHERE :kind = 'prompt' AND sha256 >= :id AND sha256 < :id || 'g'
UNION ALL SELECT sha256 FROM export WHERE :kind = 'export' AND sha256 >= :id AND sha256 < :id || 'g'
UNION ALL SELECT name FROM model WHERE :kind = 'model' AND name = :id
UNION ALL SELECT name FROM run WHERE :kind = 'run' AND name = :id
UNION ALL SELECT r.name || '/' || i.number FROM iteration i JOIN run r ON r.id = i.run_id WHERE :kind = 'iteration' AND r.name || '/' || i.number = :id
UNION ALL SELECT r.name || '/' || t.task_id FROM hard_task h JOIN run r ON r.id = h.run_id JOIN task t ON t.id = h.task_id
          WHERE :kind = 'hard_task' AND r.name || '/' || t.task_id = :id
UNION ALL SELECT name || '@' || version FROM policy WHERE :kind = 'policy' AND (name || '@' || version = :id OR name = :id)
UNION ALL SELECT w.shard_id || ':' || w.row FROM shard_row w WHERE :kind = 'shard_row' AND w.shard_id || ':' || w.row = :id
UNION ALL SELECT id FROM sample WHERE :kind = 'sample' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM trace WHERE :kind = 'trace' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM generation WHERE :kind = 'generation' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM verification WHERE :kind = 'verification' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM claim WHERE :kind = 'claim' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM claim_check WHERE :kind = 'claim_check' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM decision WHERE :kind = 'decision' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM annotation WHERE :kind = 'annotation' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM selection WHERE :kind = 'selection' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM shard WHERE :kind = 'shard' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM evaluation WHERE :kind = 'evaluation' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM ingest_file WHERE :kind = 'ingest_file' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM runner WHERE :kind = 'runner' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT id FROM sampling WHERE :kind = 'sampling' AND id = CAST(:id AS INTEGER)
UNION ALL SELECT t.task_id || ':' || c.position FROM task t JOIN test_case c ON c.task_id = t.id WHERE :kind = 'test_case' AND t.task_id || ':' || c.position = :id
UNION ALL SELECT o.verification_id || ':' || c.position FROM outcome o JOIN test_case c ON c.id = o.test_case_id
          WHERE :kind = 'outcome' AND o.verification_id = CAST(:id AS INTEGER) AND o.verification_id || ':' || c.position = :id
UNION ALL SELECT ingest_file_id || ':' || line FROM rejection WHERE :kind = 'rejection' AND ingest_file_id || ':' || line = :id
UNION ALL SELECT trace_id || ':' || renderer FROM trace_rendering WHERE :kind = 'trace_rendering' AND trace_id || ':' || renderer = :id
