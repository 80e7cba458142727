-- name: usable-tasks
-- purpose: the tasks that a model can be asked to repair: usable and of one split
-- parameter: split text train the split
-- parameter: source text '' only tasks of this source; empty takes all
-- parameter: limit integer -1 at most this many, spread evenly by hash; -1 takes all
SELECT id FROM (
  SELECT t.id, t.task_id
  FROM v_task u
  JOIN task t ON t.task_id = u.task_id
  WHERE u.usable = 1 AND u.split = :split AND (:source = '' OR u.source = :source)
  ORDER BY t.sha256 LIMIT :limit)
ORDER BY task_id
