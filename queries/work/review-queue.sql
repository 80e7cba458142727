-- name: review-queue
-- purpose: decided samples that a reviewer has not judged yet, with how sure the decision is
-- parameter: policy text next the policy whose newest version decides
-- parameter: reviewer text '' who is to judge
-- parameter: of text '' only samples that this reviewer has judged, for a second opinion; empty for any
SELECT d.sample_id, d.keep, d.reason,
       CASE WHEN d.keep = 1 THEN (SELECT count(*) FROM v_claim c WHERE c.sample_id = d.sample_id AND c.verdict = 'unverifiable')
                               - (SELECT count(*) FROM v_claim c WHERE c.sample_id = d.sample_id AND c.verdict = 'supported')
            WHEN d.reason = 'contradiction' THEN 2 - (SELECT count(*) FROM v_claim c WHERE c.sample_id = d.sample_id AND c.verdict = 'contradicted')
            ELSE -100 END AS doubt
FROM v_decision d
JOIN sample s ON s.id = d.sample_id
WHERE d.policy = :policy AND s.rationale <> ''
  AND NOT EXISTS (SELECT 1 FROM annotation a WHERE a.sample_id = d.sample_id AND a.annotator = :reviewer AND a.question = 'overall')
  AND (:of = '' OR EXISTS (SELECT 1 FROM annotation a WHERE a.sample_id = d.sample_id AND a.annotator = :of AND a.question = 'overall'))
ORDER BY d.sample_id
