-- name: unsampled
-- purpose: of the questions of a job, the generations that are missing (generation_id is NULL) and those without a sample of the job
-- parameter: questions text '[]' JSON array of [task, prompt] pairs of local ids
-- parameter: n integer 1 generations per question
-- parameter: model integer 0 local id of the model
-- parameter: sampling integer 0 local id of the sampling parameters
-- parameter: purpose text train purpose of the samples
-- parameter: iteration integer 0 local id of the iteration, 0 outside a run
-- parameter: evaluation integer 0 local id of the evaluation, 0 for other purposes
WITH RECURSIVE number (idx) AS (
  SELECT 0 UNION ALL SELECT idx + 1 FROM number WHERE idx + 1 < :n
), question AS (
  SELECT json_extract(value, '$[0]') AS task_id, json_extract(value, '$[1]') AS prompt_id FROM json_each(:questions)
)
SELECT q.task_id, q.prompt_id, i.idx, g.id AS generation_id
FROM question q
CROSS JOIN number i
LEFT JOIN generation g ON g.prompt_id = q.prompt_id AND g.model_id = :model AND g.sampling_id = :sampling AND g.idx = i.idx
WHERE g.id IS NULL
   OR NOT EXISTS (SELECT 1 FROM sample s
                  WHERE s.generation_id = g.id AND s.task_id = q.task_id AND s.purpose = :purpose
                    AND s.iteration_id IS nullif(:iteration, 0) AND s.evaluation_id IS nullif(:evaluation, 0))
ORDER BY q.prompt_id, i.idx, q.task_id
