-- step: counted_spans
-- grain: one row per span that some count was issued for
-- key: start_utc, end_utc
-- reads: observation_now
-- yields: start_utc, end_utc
-- law: a count issued shows that a mission worked; what it watched stays unknown
SELECT DISTINCT start_utc, end_utc
FROM observation_now
WHERE list_contains($count_kinds, kind) AND start_utc IS NOT NULL AND end_utc IS NOT NULL
ORDER BY start_utc, end_utc
