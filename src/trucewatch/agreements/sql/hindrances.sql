-- step: hindrances
-- grain: one row per watch that was denied or jammed
-- key: incident_id
-- reads: watch_now
-- yields: incident_id, kind, start_utc, end_utc, lon, lat, radius_km, control_side, means
-- law: a denied watch is a denial of access, a jammed one is jamming; an outage is neither
-- holds: kind IN ('access_denied', 'jamming')
SELECT
    watch_id AS incident_id,
    CASE status WHEN 'denied' THEN 'access_denied' ELSE 'jamming' END AS kind,
    start_utc, end_utc, lon, lat, radius_km, control_side, 'patrol' AS means
FROM watch_now
WHERE status IN ('denied', 'jammed') AND start_utc < $until_utc
ORDER BY start_utc, watch_id
