-- name: tiers
-- purpose: how the tests of each file of tasks were decided: executions per tier, their share, and how many passed
SELECT f.name AS tasks_from, o.tier, count(*) AS executions,
       round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY f.name), 2) AS percent,
       sum(o.verdict = 'pass') AS passes
FROM v_verification v
JOIN outcome o ON o.verification_id = v.verification_id
JOIN task t ON t.id = v.task_id
JOIN ingest_file f ON f.id = t.ingest_file_id
GROUP BY f.name, o.tier
ORDER BY f.name, o.tier DESC
