-- name: contradicted
-- purpose: rationales that say what the trace disproves, with the words and the step that shows otherwise
-- parameter: run text '' only this run; empty takes all runs and recorded samples
SELECT s.sample_id, s.task_id, s.model, s.iteration, s.verdict, c.kind, c.quote, c.evidence_step AS step, c.evidence
FROM v_claim c
JOIN v_sample s ON s.sample_id = c.sample_id
WHERE c.verdict = 'contradicted' AND (:run = '' OR s.run = :run)
ORDER BY s.sample_id, c.claim_index
