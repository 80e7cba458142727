-- name: rationales
-- purpose: the samples of an evaluation whose rationale a proxy can be given
-- parameter: evaluation integer 0 the evaluation
SELECT s.task_id, s.id
FROM sample s
WHERE s.evaluation_id = :evaluation AND s.rationale <> ''
ORDER BY s.task_id, s.idx
