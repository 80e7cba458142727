-- name: kept-passes
-- purpose: samples that a decision keeps although no verification of their fix passed
SELECT d.sample_id, d.policy_id
FROM decision d
JOIN sample s ON s.id = d.sample_id
WHERE d.keep = 1
  AND NOT EXISTS (SELECT 1 FROM verification v WHERE v.program_id = s.fix_id AND v.task_id = s.task_id AND v.verdict = 'pass')
