-- name: audit-kappa
-- purpose: how far two reviewers agree beyond chance: Cohen's kappa per question, of the samples that both judged
WITH judged AS (
  SELECT a.sample_id, a.annotator, CASE WHEN a.question LIKE 'claim %' THEN 'claims' ELSE a.question END AS topic, a.question, a.answer
  FROM annotation a
  WHERE a.id = (SELECT max(b.id) FROM annotation b WHERE b.sample_id = a.sample_id AND b.annotator = a.annotator AND b.question = a.question)
), pairs AS (
  SELECT x.topic, x.annotator AS a, y.annotator AS b, x.answer AS answer_a, y.answer AS answer_b
  FROM judged x JOIN judged y ON y.sample_id = x.sample_id AND y.question = x.question AND y.annotator > x.annotator
), totals AS (
  SELECT topic, a, b, count(*) AS n, 1.0 * sum(answer_a = answer_b) / count(*) AS agreed FROM pairs GROUP BY topic, a, b
), chances AS (
  SELECT t.topic, t.a, t.b,
         sum(1.0 * (SELECT count(*) FROM pairs p WHERE p.topic = t.topic AND p.a = t.a AND p.b = t.b AND p.answer_a = v.answer) / t.n
                 * (SELECT count(*) FROM pairs p WHERE p.topic = t.topic AND p.a = t.a AND p.b = t.b AND p.answer_b = v.answer) / t.n) AS chance
  FROM totals t
  JOIN (SELECT DISTINCT topic, answer_a AS answer FROM pairs UNION SELECT DISTINCT topic, answer_b FROM pairs) v ON v.topic = t.topic
  GROUP BY t.topic, t.a, t.b
)
SELECT t.topic AS question, t.a AS reviewer_a, t.b AS reviewer_b, t.n AS judged_by_both, round(t.agreed, 3) AS agreed,
       CASE WHEN c.chance < 1 THEN round((t.agreed - c.chance) / (1 - c.chance), 3) END AS kappa
FROM totals t JOIN chances c ON c.topic = t.topic AND c.a = t.a AND c.b = t.b
ORDER BY t.topic, t.a, t.b
