-- step: null_looks
-- grain: one row per null observation that says from where and by which means it was made
-- key: observation_id
-- reads: observation_now
-- yields: observation_id, kind, observer, means, start_utc, end_utc, lon, lat, radius_km,
--   polygon_wkt, where_precision, bearing_deg, observer_lon, observer_lat, control_side
-- law: only 'we looked and saw nothing' is read here, never the absence of a record
SELECT
    observation_id, kind, observer, means, start_utc, end_utc, lon, lat, radius_km,
    polygon_wkt, where_precision, bearing_deg, observer_lon, observer_lat, control_side
FROM observation_now
WHERE is_null
    AND observer IS NOT NULL AND means IS NOT NULL
    AND start_utc IS NOT NULL AND end_utc IS NOT NULL
    AND where_precision IN ('exact', 'settlement')
ORDER BY observation_id
