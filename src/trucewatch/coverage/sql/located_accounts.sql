-- step: located_accounts
-- grain: one row per account of a happening by somebody who was there, with its place
-- key: observation_id
-- reads: observation_now
-- yields: observation_id, kind, start_s, lon, lat
-- law: only accounts of observers of their own are read: a reprint says nothing of where to look
SELECT observation_id, kind, epoch(start_utc) AS start_s, lon, lat
FROM observation_now
WHERE NOT is_null
    AND list_contains($direct_means, means) AND list_contains($happening_kinds, kind)
    AND observer IS NOT NULL AND start_utc IS NOT NULL AND lon IS NOT NULL AND lat IS NOT NULL
    AND coalesce(radius_km, 0) <= $radius_max_km
ORDER BY observation_id
