-- name: rejections
-- purpose: the lines that ingest refused, and why
SELECT f.name AS file, r.line, r.reason
FROM rejection r
JOIN ingest_file f ON f.id = r.ingest_file_id
ORDER BY f.id, r.line
