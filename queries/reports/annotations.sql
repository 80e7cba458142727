-- name: annotations
-- purpose: all judgements, as `workbench ingest annotations` takes them in again (with --json)
-- parameter: annotator text '' only of this one; empty takes all
SELECT a.sample_id, a.annotator, a.question, a.answer, a.note
FROM annotation a
WHERE :annotator = '' OR a.annotator = :annotator
ORDER BY a.id
