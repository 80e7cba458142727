-- name: checked-claims
-- purpose: the claims of a sample as they were read and checked last
-- parameter: sample integer 0 id of the sample
SELECT c.claim_index, c.parser, c.kind, c.quote, c.start, coalesce(c.verdict, 'unverifiable') AS verdict, coalesce(c.evidence, '') AS evidence
FROM v_claim c
WHERE c.sample_id = :sample
ORDER BY c.claim_index
