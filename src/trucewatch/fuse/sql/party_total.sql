-- step: party_total
-- grain: one row per claimant, accused party and UTC day, in the counting of a party's own claims
-- key: claimant, accused, day
-- reads: observation_now
-- yields: claimant, accused, day, claims, rounds
-- law: what a party claims of another is summed for itself; it is never added to what monitors saw
-- holds: claims >= 1
SELECT
    claimant,
    coalesce(claimed_actor, '') AS accused,
    CAST(timezone('UTC', start_utc) AS DATE) AS day,
    count(*) AS claims,
    sum(count_best) AS rounds
FROM observation_now
WHERE claimant IS NOT NULL AND start_utc IS NOT NULL AND NOT is_null
    AND kind IN (SELECT unnest($kinds::VARCHAR[]))
GROUP BY claimant, accused, day
ORDER BY claimant, accused, day
