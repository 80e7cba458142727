-- name: selection-counts
-- purpose: selections and shards whose counts are not those of their rows
SELECT 'selection' AS kind, f.id
FROM selection f
WHERE f.samples <> (SELECT count(*) FROM selection_sample x WHERE x.selection_id = f.id)
UNION ALL
SELECT 'shard', h.id
FROM shard h
WHERE h.rows <> (SELECT count(*) FROM shard_row w WHERE w.shard_id = h.id)
UNION ALL
SELECT 'shard_row of another selection', h.id
FROM shard h
JOIN export e ON e.id = h.export_id
WHERE EXISTS (SELECT 1 FROM shard_row w WHERE w.shard_id = h.id
              AND NOT EXISTS (SELECT 1 FROM selection_sample x WHERE x.sample_id = w.sample_id AND x.selection_id = e.selection_id))
