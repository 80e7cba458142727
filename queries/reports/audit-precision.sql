-- name: audit-precision
-- purpose: how often reviewers agree with a policy and with the checker of claims: shares with 95 % Wilson intervals, of what was judged
-- parameter: policy text next the policy whose newest version decides
WITH judged AS (
  SELECT a.sample_id, a.annotator, a.question, a.answer
  FROM annotation a
  WHERE a.id = (SELECT max(b.id) FROM annotation b WHERE b.sample_id = a.sample_id AND b.annotator = a.annotator AND b.question = a.question)
), claims AS (
  SELECT k.verdict, j.answer
  FROM judged j
  JOIN claim c ON c.sample_id = j.sample_id AND 'claim ' || c.parser || '#' || c.position = j.question
  JOIN claim_check k ON k.id = (SELECT max(l.id) FROM claim_check l WHERE l.claim_id = c.id)
), counts AS (
  SELECT 1 AS nth, 'policy: kept samples that are good' AS measure, sum(j.answer = 'yes') AS hits, count(*) AS n
  FROM judged j JOIN v_decision d ON d.sample_id = j.sample_id AND d.policy = :policy
  WHERE j.question = 'overall' AND d.keep = 1
  UNION ALL
  SELECT 2, 'policy: dropped samples that are not good', sum(j.answer <> 'yes'), count(*)
  FROM judged j JOIN v_decision d ON d.sample_id = j.sample_id AND d.policy = :policy
  WHERE j.question = 'overall' AND d.keep = 0
  UNION ALL
  SELECT 3, 'checker: precision of contradicted', sum(answer = 'contradicted'), count(*) FROM claims WHERE verdict = 'contradicted'
  UNION ALL
  SELECT 4, 'checker: recall of contradicted', sum(verdict = 'contradicted'), count(*) FROM claims WHERE answer = 'contradicted'
  UNION ALL
  SELECT 5, 'checker: precision of supported', sum(answer = 'supported'), count(*) FROM claims WHERE verdict = 'supported'
  UNION ALL
  SELECT 6, 'checker: recall of supported', sum(verdict = 'supported'), count(*) FROM claims WHERE answer = 'supported'
)
SELECT measure, coalesce(hits, 0) AS hits, n AS judged, round(1.0 * hits / n, 3) AS share,
       round((hits + 1.9208 - 1.96 * sqrt(1.0 * hits * (n - hits) / n + 0.9604)) / (n + 3.8416), 3) AS low,
       round((hits + 1.9208 + 1.96 * sqrt(1.0 * hits * (n - hits) / n + 0.9604)) / (n + 3.8416), 3) AS high
FROM counts
ORDER BY nth
