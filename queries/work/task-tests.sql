-- name: task-tests
-- purpose: the tests of a task, in order
-- parameter: task integer 0 id of the task
SELECT code FROM test_case WHERE task_id = :task ORDER BY position
