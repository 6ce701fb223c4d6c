-- step: read_field_report_watches
-- grain: one row per watch that a team files
-- reads: record
-- yields: record_no, identity, observer, means, start_utc, end_utc, lon, lat, radius_km, bearing_deg, field_of_view_deg, status, control_side, attributes
-- law: an outage or a denial is a row of its own, not a missing watch
SELECT
    record_no,
    concat_ws(chr(31), 'watch', report_id, team, means, "start", "end", position_lon, position_lat,
              range_km, bearing, status) AS identity,
    coalesce(team, 'unnamed team') AS observer,
    coalesce(means, 'patrol') AS means,
    CAST("start" AS TIMESTAMPTZ) AS start_utc,
    CAST("end" AS TIMESTAMPTZ) AS end_utc,
    CAST(coalesce(lon, position_lon) AS DOUBLE) AS lon,
    CAST(coalesce(lat, position_lat) AS DOUBLE) AS lat,
    CAST(coalesce(range_km, radius_km) AS DOUBLE) AS radius_km,
    coalesce(try_cast(bearing AS DOUBLE), 22.5 * (list_position(
        ['N','NNE','NE','ENE','E','ESE','SE','SSE','S','SSW','SW','WSW','W','WNW','NW','NNW'],
        upper(trim(bearing))) - 1)) AS bearing_deg,
    CAST(field_of_view_deg AS DOUBLE) AS field_of_view_deg,
    coalesce(status, 'working') AS status,
    control_side,
    CASE WHEN report_id IS NOT NULL OR notes IS NOT NULL
         THEN CAST(json_object('report_id', report_id, 'notes', notes) AS VARCHAR) END AS attributes
FROM record
WHERE record = 'watch'
