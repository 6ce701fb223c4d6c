-- step: read_air_raid
-- grain: one row per alarm and area
-- reads: record, place
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, place_id, place_name, lon, lat, radius_km, polygon_wkt, where_precision, means, attributes
-- law: an alarm says that danger was announced, not that something happened
SELECT
    record_no,
    concat_ws(chr(31), oblast, raion, hromada, started_at, finished_at) AS identity,
    'alarm' AS kind,
    CAST(started_at AS TIMESTAMPTZ) AS start_utc,
    CAST(finished_at AS TIMESTAMPTZ) AS end_utc,
    'minute' AS when_precision,
    started_at AS local_time,
    place.region_id AS place_id,
    concat_ws(', ', hromada, raion, oblast) AS place_name,
    place.lon, place.lat, place.radius_km, place.polygon_wkt,
    coalesce(place.precision, 'unknown') AS where_precision,
    'declared' AS means,
    CAST(json_object('level', level, 'channel', "source") AS VARCHAR) AS attributes
FROM record
LEFT JOIN place ON place.alias = lower(trim(oblast))
