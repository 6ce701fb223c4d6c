-- step: quarantine_reasons
-- grain: one row per source, field and reason
-- key: source_id, field, expected
-- reads: quarantine_now
-- yields: source_id, field, expected, records
-- law: no record is lost in silence
SELECT source_id, field, expected, count(*) AS records
FROM quarantine_now
GROUP BY source_id, field, expected
ORDER BY source_id, records DESC, field, expected
LIMIT $row_limit
