-- step: incident_count
-- grain: one row per zone, UTC day and verification status, in the counting of incidents
-- key: zone, day, verification_status
-- reads: incident_now
-- yields: zone, day, verification_status, incidents, likely
-- law: an incident counts once however many accounts it has; likely weighs each by its probability
-- holds: likely <= incidents
SELECT
    coalesce(place_id, place_name, '') AS zone,
    CAST(timezone('UTC', start_utc) AS DATE) AS day,
    verification_status,
    count(*) AS incidents,
    sum(coalesce(probability_occurred, 0)) AS likely
FROM incident_now
WHERE start_utc IS NOT NULL AND kind IN (SELECT unnest($kinds::VARCHAR[]))
GROUP BY zone, day, verification_status
ORDER BY zone, day, verification_status
