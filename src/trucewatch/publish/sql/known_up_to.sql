-- step: known_up_to
-- grain: one row
-- reads: observation_now, claim_now
-- yields: data_utc
-- law: nothing that the report holds was learnt later
SELECT max(known_from_utc) AS data_utc
FROM (
    SELECT known_from_utc FROM observation_now
    UNION ALL
    SELECT known_from_utc FROM claim_now
)
