-- name: why
-- purpose: why a sample is, or is not, in the shards: how it did on the tests, what each policy decided, what its rationale claims, and where it went
-- parameter: sample integer 0 id of the sample
SELECT fact, what, detail FROM (
  SELECT 0 AS part, 0 AS nth, 'sample' AS fact, s.task_id AS what,
         s.model || coalesce(', iteration ' || s.iteration, '') || ', ' || s.purpose || ' sample ' || s.idx AS detail
  FROM v_sample s WHERE s.sample_id = :sample
  UNION ALL
  SELECT 1, 0, 'tests', coalesce(s.verdict, 'no fix to test'),
         coalesce(s.tests_passed, 0) || ' of ' || s.tests_total || ' passed' || coalesce(', tier ' || s.tier, '')
  FROM v_sample s WHERE s.sample_id = :sample
  UNION ALL
  SELECT 2, d.rowid, 'decision', p.name || '@' || p.version || ': ' || CASE d.keep WHEN 1 THEN 'kept' ELSE 'dropped, ' || d.reason END,
         CASE d.keep WHEN 1 THEN d.detail ELSE d.detail || CASE json_array_length(d.reasons) WHEN 1 THEN '' ELSE ' (all reasons: ' ||
           (SELECT group_concat(value, ', ') FROM json_each(d.reasons)) || ')' END END
  FROM decision d JOIN policy p ON p.id = d.policy_id WHERE d.sample_id = :sample
  UNION ALL
  SELECT 3, c.claim_index, 'claim', coalesce(c.verdict, 'unchecked') || ': ' || c.quote, coalesce(c.evidence, '')
  FROM v_claim c WHERE c.sample_id = :sample
  UNION ALL
  SELECT 4, a.id, 'judgement', a.annotator || ': ' || a.question, a.answer || CASE a.note WHEN '' THEN '' ELSE '; ' || a.note END
  FROM annotation a WHERE a.sample_id = :sample
  UNION ALL
  SELECT 5, w.shard_id * 1000000 + w.row, 'shard', h.path || ':' || w.row, 'export ' || substr(e.sha256, 1, 12)
  FROM shard_row w JOIN shard h ON h.id = w.shard_id JOIN export e ON e.id = h.export_id WHERE w.sample_id = :sample
)
ORDER BY part, nth
