-- step: read_viina
-- grain: one row per news report and place
-- reads: record
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, lon, lat, radius_km, where_precision, place_name, means, root_id, quote, attributes
-- law: the classifier's labels are the source's opinion; the strongest one names the kind, all are kept
SELECT
    record_no,
    concat_ws(chr(31), datetime, lon, lat, place_name, event_type, headline) AS identity,
    CASE
        WHEN event_type LIKE '%airstrike%' THEN 'air_strike'
        WHEN event_type LIKE '%artillery%' THEN 'shelling'
        WHEN event_type LIKE '%aad%' THEN 'air_defence'
        WHEN event_type LIKE '%ied%' THEN 'explosion'
        WHEN event_type LIKE '%armor%' OR event_type LIKE '%firefigh%' OR event_type LIKE '%raid%'
            THEN 'clash'
        WHEN event_type LIKE '%uav%' THEN 'uav'
        WHEN event_type LIKE '%airaler%' THEN 'alarm'
        WHEN event_type LIKE '%control%' OR event_type LIKE '%occup%' OR event_type LIKE '%retrea%'
            THEN 'control_change'
        WHEN event_type LIKE '%arres%' THEN 'detention'
        WHEN event_type LIKE '%property%' THEN 'damage'
        WHEN event_type LIKE '%civcas%' OR event_type LIKE '%milcas%' THEN 'casualty'
        ELSE 'incident_other'
    END AS kind,
    -- The time is that of the report, local to the outlet; what it tells of lies up to a day back.
    timezone('Europe/Kyiv', CAST(datetime AS TIMESTAMP)) - INTERVAL 1 DAY AS start_utc,
    timezone('Europe/Kyiv', CAST(datetime AS TIMESTAMP))
        + CASE WHEN datetime LIKE '% 00:00:00' THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END AS end_utc,
    'period' AS when_precision,
    datetime AS local_time,
    CAST(lon AS DOUBLE) AS lon,
    CAST(lat AS DOUBLE) AS lat,
    5.0 AS radius_km,
    'settlement' AS where_precision,
    place_name,
    'reported' AS means,
    -- A headline that is printed again, anywhere, is one account.
    concat('text-', left(sha256(lower(trim(headline))), 16)) AS root_id,
    headline AS quote,
    CAST(json_object('labels', event_type) AS VARCHAR) AS attributes
FROM record
