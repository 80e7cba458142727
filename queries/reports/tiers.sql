-- name: tiers
-- purpose: per source of tasks and tier of trust: tests executed, their share of the source's in percent, and passes
SELECT t.source, o.tier, count(*) AS tests,
       round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY t.source), 2) AS percent,
       sum(o.verdict = 'pass') AS passes
FROM v_verification v
JOIN outcome o ON o.verification_id = v.verification_id
JOIN task t ON t.id = v.task_id
GROUP BY t.source, o.tier
ORDER BY t.source, CASE o.tier WHEN 'value' THEN 1 WHEN 'split' THEN 2 ELSE 3 END
