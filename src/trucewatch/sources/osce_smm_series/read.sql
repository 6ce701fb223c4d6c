-- step: read_osce_smm_series
-- grain: one row per evening, region and figure
-- reads: record, place
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, published_utc, place_id, place_name, lon, lat, radius_km, polygon_wkt, where_precision, count_low, count_best, count_high, count_qualifier, means, observer, is_null, root_id, attributes
-- law: how a figure is known stands beside it; an evening that no report covers has no row
WITH said AS (
    SELECT *, 'count_violations' AS kind, ceasefire_violations AS figure FROM record
    UNION ALL
    SELECT *, 'count_explosions', explosions FROM record
)
SELECT
    record_no,
    concat_ws(chr(31), date_evening_to_1930, region, kind, basis, figure) AS identity,
    kind,
    timezone($time_zone, CAST(date_evening_to_1930 AS DATE) - 1 + $evening) AS start_utc,
    timezone($time_zone, CAST(date_evening_to_1930 AS DATE) + $evening) AS end_utc,
    'evening' AS when_precision,
    date_evening_to_1930 AS local_time,
    -- The day after for a report of its own; the report after that for a figure it looks back on.
    timezone($time_zone, CAST(date_evening_to_1930 AS DATE)
             + CASE WHEN basis = 'own_report' THEN 1 ELSE 3 END + INTERVAL 18 HOUR) AS published_utc,
    place.region_id AS place_id,
    region AS place_name,
    place.lon, place.lat, place.radius_km, place.polygon_wkt,
    coalesce(place.precision, 'unknown') AS where_precision,
    CAST(figure AS DOUBLE) AS count_low,
    CAST(figure AS DOUBLE) AS count_best,
    CAST(figure AS DOUBLE) AS count_high,
    'exact' AS count_qualifier,
    'reported' AS means,
    'SMM' AS observer,
    CAST(figure AS DOUBLE) = 0 AS is_null,
    -- Tabulated from the same reports as osce_smm_counts: one root.
    'osce_smm_counts' AS root_id,
    CAST(json_object('basis', basis, 'address', source_url) AS VARCHAR) AS attributes
FROM said
LEFT JOIN place ON place.alias = lower(trim(region))
WHERE figure IS NOT NULL
