-- step: claims_in_window
-- grain: one row per total that a party claims
-- key: observation_id
-- reads: observation_now
-- yields: observation_id, claimant, claimed_actor, count_low, count_best, count_high, count_qualifier, unit, description, source_id, start_utc, end_utc
-- law: claims in different units stand beside each other; they are never summed
SELECT
    o.observation_id, o.claimant, o.claimed_actor,
    o.count_low, o.count_best, o.count_high, o.count_qualifier, o.unit,
    left(o.description, 500) AS description, o.source_id, o.start_utc, o.end_utc
FROM observation_now AS o
WHERE o.kind = 'count_claimed'
  AND o.end_utc > $from_utc
  AND o.start_utc < $to_utc
ORDER BY o.start_utc, o.claimant, o.observation_id
LIMIT $row_limit
