-- step: read_gdelt_events
-- grain: one row per event of material conflict with a place
-- reads: record
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, local_time, published_utc, lon, lat, radius_km, where_precision, place_name, means, claimed_actor, root_id, attributes
-- law: only CAMEO roots 18 (assault), 19 (fight) and 20 (mass violence) are happenings of a truce
SELECT
    record_no,
    GlobalEventID AS source_record,
    concat_ws(chr(31), GlobalEventID, Day, EventCode, ActionGeo_Lat, ActionGeo_Long, SOURCEURL) AS identity,
    CASE
        WHEN EventCode LIKE '195%' THEN 'air_strike'
        WHEN EventCode LIKE '194%' THEN 'shelling'
        WHEN EventCode LIKE '183%' THEN 'explosion'
        WHEN EventRootCode = '19' THEN 'clash'
        ELSE 'one_sided_violence'
    END AS kind,
    CAST(strptime(Day, '%Y%m%d') AS TIMESTAMP) AT TIME ZONE 'UTC' AS start_utc,
    (CAST(strptime(Day, '%Y%m%d') AS TIMESTAMP) + INTERVAL 1 DAY) AT TIME ZONE 'UTC' AS end_utc,
    'day' AS when_precision,
    Day AS local_time,
    try_strptime(DATEADDED, '%Y%m%d%H%M%S') AT TIME ZONE 'UTC' AS published_utc,
    CAST(ActionGeo_Long AS DOUBLE) AS lon,
    CAST(ActionGeo_Lat AS DOUBLE) AS lat,
    -- ActionGeo_Type: 1 country, 2 and 5 first-order unit, 3 and 4 city.
    CASE CAST(ActionGeo_Type AS INTEGER) WHEN 1 THEN 500.0 WHEN 2 THEN 120.0 WHEN 5 THEN 120.0 ELSE 10.0 END
        AS radius_km,
    CASE CAST(ActionGeo_Type AS INTEGER) WHEN 1 THEN 'country' WHEN 2 THEN 'oblast' WHEN 5 THEN 'oblast'
         ELSE 'settlement' END AS where_precision,
    ActionGeo_Fullname AS place_name,
    'reported' AS means,
    Actor1Name AS claimed_actor,
    coalesce(SOURCEURL, 'gdelt_events') AS root_id,
    CAST(json_object('code', EventCode, 'actor2', Actor2Name, 'sources', NumSources,
                     'address', SOURCEURL) AS VARCHAR) AS attributes
FROM record
WHERE EventRootCode IN ('18', '19', '20') AND ActionGeo_Lat IS NOT NULL AND ActionGeo_Long IS NOT NULL
