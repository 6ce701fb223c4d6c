-- step: looked
-- grain: one row per incident of a kind that observers of their own saw
-- key: incident_id
-- reads: incident_now, member_now, observation_now
-- yields: incident_id, lon, lat, start_s, observers
-- law: only accounts of observers of their own are read
SELECT
    i.incident_id, i.lon, i.lat, epoch(i.start_utc) AS start_s,
    list(DISTINCT o.observer) AS observers
FROM incident_now AS i
JOIN member_now AS m ON m.incident_id = i.incident_id
JOIN observation_now AS o ON o.observation_id = m.observation_id
WHERE i.kind = $kind AND o.observer IS NOT NULL AND NOT o.is_null
    AND list_contains($direct, o.means) AND i.lon IS NOT NULL AND i.start_utc IS NOT NULL
GROUP BY i.incident_id, i.lon, i.lat, i.start_utc
ORDER BY i.incident_id
