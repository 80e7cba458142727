-- name: claim-evidence
-- purpose: checked claims whose evidence is a step that the trace does not have, or a trace of another task
SELECT k.claim_id, k.trace_id, k.step
FROM claim_check k
JOIN claim c ON c.id = k.claim_id
JOIN sample s ON s.id = c.sample_id
JOIN trace x ON x.id = k.trace_id
JOIN test_case tc ON tc.id = x.test_case_id
WHERE tc.task_id <> s.task_id
   OR (k.step IS NOT NULL AND NOT EXISTS (SELECT 1 FROM trace_event e WHERE e.trace_id = k.trace_id AND e.step = k.step))
