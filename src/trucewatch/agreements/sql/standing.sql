-- step: standing
-- grain: one row per observation of a wanted state, count or level, or null observation of a wanted kind
-- key: observation_id
-- reads: observation_now
-- yields: observation_id, kind, start_utc, end_utc, lon, lat, radius_km, place_name, count_low, count_best, count_high, weapon, calibre_mm, control_side, claimed_actor, claimant, quantity, unit, means, description, attributes, is_null, known_from_utc
-- law: what was counted as zero and what was looked for and not seen stay rows; nothing is added up
-- holds: observation_id IS NOT NULL
SELECT
    observation_id, kind, start_utc, end_utc, lon, lat, radius_km, place_name,
    count_low, coalesce(count_best, count_low) AS count_best, count_high,
    weapon, calibre_mm, control_side, claimed_actor, claimant,
    quantity, unit, means, description, attributes, is_null, known_from_utc
FROM observation_now
WHERE start_utc < $until_utc
  AND (list_contains($standing, kind) OR (is_null AND list_contains($kinds, kind)))
ORDER BY start_utc, observation_id
