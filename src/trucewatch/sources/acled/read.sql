-- step: read_acled
-- grain: one row per ACLED event
-- reads: record
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, local_time, lon, lat, radius_km, where_precision, place_name, means, claimed_actor, quantity, unit, root_id, quote, attributes
-- law: actor1 is who the source names, in its own order; it is no attribution
SELECT
    record_no,
    event_id_cnty AS source_record,
    concat_ws(chr(31), event_id_cnty, event_date, event_type, sub_event_type, latitude, longitude,
              fatalities, notes) AS identity,
    CASE
        WHEN sub_event_type = 'Air/drone strike' THEN 'air_strike'
        WHEN sub_event_type = 'Shelling/artillery/missile attack' THEN 'shelling'
        WHEN sub_event_type = 'Remote explosive/landmine/IED' THEN 'ied'
        WHEN event_type = 'Explosions/Remote violence' THEN 'explosion'
        WHEN event_type = 'Battles' THEN 'clash'
        WHEN event_type = 'Violence against civilians' THEN 'one_sided_violence'
        WHEN event_type IN ('Protests', 'Riots') THEN 'protest'
        WHEN sub_event_type = 'Non-violent transfer of territory' THEN 'control_change'
        ELSE 'incident_other'
    END AS kind,
    CAST(event_date AS TIMESTAMP) AT TIME ZONE 'UTC'
        - CASE time_precision WHEN '1' THEN INTERVAL 0 DAY WHEN '2' THEN INTERVAL 3 DAY ELSE INTERVAL 15 DAY END
        AS start_utc,
    CAST(event_date AS TIMESTAMP) AT TIME ZONE 'UTC'
        + CASE time_precision WHEN '1' THEN INTERVAL 1 DAY WHEN '2' THEN INTERVAL 4 DAY ELSE INTERVAL 16 DAY END
        AS end_utc,
    CASE time_precision WHEN '1' THEN 'day' ELSE 'period' END AS when_precision,
    event_date AS local_time,
    CAST(longitude AS DOUBLE) AS lon,
    CAST(latitude AS DOUBLE) AS lat,
    [2.0, 25.0, 120.0][CAST(geo_precision AS INTEGER)] AS radius_km,
    ['settlement', 'raion', 'oblast'][CAST(geo_precision AS INTEGER)] AS where_precision,
    location AS place_name,
    'reported' AS means,
    actor1 AS claimed_actor,
    CAST(fatalities AS DOUBLE) AS quantity,
    'deaths' AS unit,
    coalesce("source", 'acled') AS root_id,
    notes AS quote,
    CAST(json_object('type', event_type, 'sub_type', sub_event_type, 'actor2', actor2) AS VARCHAR) AS attributes
FROM record
