-- step: read_field_report_notices
-- grain: one row per notice of planned demining, repair, training or a local truce
-- reads: record
-- yields: record_no, identity, party, topic, start_utc, end_utc, lon, lat, radius_km, says
-- law: a notice announces; it proves nothing about what happened
SELECT
    record_no,
    concat_ws(chr(31), 'notice', report_id, party, topic, "start", "end", lon, lat, notes) AS identity,
    party,
    coalesce(topic, 'unnamed') AS topic,
    CAST("start" AS TIMESTAMPTZ) AS start_utc,
    CAST("end" AS TIMESTAMPTZ) AS end_utc,
    CAST(coalesce(lon, position_lon) AS DOUBLE) AS lon,
    CAST(coalesce(lat, position_lat) AS DOUBLE) AS lat,
    CAST(radius_km AS DOUBLE) AS radius_km,
    coalesce(notes, description, quote) AS says
FROM record
WHERE record = 'notice'
