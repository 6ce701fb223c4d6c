-- step: every_explosion
-- grain: one row per zone and UTC day, in the counting of monitors who enter every explosion
-- key: zone, day
-- reads: incident_now
-- yields: zone, day, counted_low, counted_best, counted_high, incidents, without_count
-- law: an incident counts the rounds of its preferred account; one without a figure counts at least one
-- holds: counted_low <= counted_best
SELECT
    coalesce(place_id, place_name, '') AS zone,
    CAST(timezone('UTC', start_utc) AS DATE) AS day,
    sum(coalesce(count_low, count_best, 1)) AS counted_low,
    sum(greatest(coalesce(count_best, count_low, 1), coalesce(count_low, 1))) AS counted_best,
    CASE WHEN count(count_high) = count(*) THEN sum(count_high) END AS counted_high,
    count(*) AS incidents,
    count(*) FILTER (WHERE count_best IS NULL) AS without_count
FROM incident_now
WHERE start_utc IS NOT NULL AND verification_status <> 'rejected'
    AND kind IN (SELECT unnest($kinds::VARCHAR[]))
GROUP BY zone, day
ORDER BY zone, day
