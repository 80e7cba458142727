-- name: all
-- purpose: every training and recorded sample, whatever became of it; for the format raw, and for training only with guards lifted
-- parameter: run text '' only samples of this run; empty takes all runs and recorded samples
-- parameter: iteration integer -1 only samples of this iteration; -1 takes all
-- parameter: split text train only tasks of this split
SELECT s.id AS sample_id
FROM sample s
JOIN task t ON t.id = s.task_id
JOIN model m ON m.id = s.model_id
LEFT JOIN iteration i ON i.id = s.iteration_id
LEFT JOIN run r ON r.id = i.run_id
WHERE s.purpose IN ('train', 'recorded')
  AND t.split = :split
  AND (:run = '' OR r.name = :run)
  AND (:iteration < 0 OR coalesce(i.number, s.given_iteration) = :iteration)
ORDER BY t.task_id, m.name, r.name, coalesce(i.number, s.given_iteration), s.idx, s.sha256
