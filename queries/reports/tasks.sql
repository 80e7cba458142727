-- name: tasks
-- purpose: per source and split: tasks, how many are usable, how the buggy programs fail
SELECT source, split, count(*) AS tasks, sum(usable) AS usable, sum(tests) AS tests,
       sum(buggy_verdict = 'fail') AS fail, sum(buggy_verdict = 'error') AS error, sum(buggy_verdict = 'timeout') AS timeout,
       sum(buggy_verdict IN ('memory', 'crash', 'exit', 'flaky')) AS other,
       sum(buggy_verdict = 'pass') AS buggy_passes, sum(coalesce(reference_verdict, 'pass') <> 'pass') AS reference_fails
FROM v_task
GROUP BY source, split
ORDER BY source, split
