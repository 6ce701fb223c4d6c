-- step: agreements_told
-- grain: one row per agreement
-- key: agreement_id
-- reads: agreement_now
-- yields: agreement_id, text
-- law: a line of the map comes from the text that findings were made by
SELECT agreement_id, text
FROM agreement_now
ORDER BY agreement_id
LIMIT $row_limit
