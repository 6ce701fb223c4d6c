-- step: read_osce_smm_counts
-- grain: one row per report, region and figure: violations, explosions, and the figure that the report repeats for the period before
-- reads: record, place
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, published_utc, place_id, place_name, lon, lat, radius_km, polygon_wkt, where_precision, count_low, count_best, count_high, count_qualifier, means, observer, is_null, description, attributes
-- law: a total over several days keeps its whole window; it is never spread over days
WITH said AS (
    SELECT *, 'own_report' AS basis, 'count_violations' AS kind,
           ceasefire_violations AS figure,
           CAST(period_start_evening AS DATE) AS first_evening,
           CAST(period_end_evening AS DATE) AS last_evening
    FROM record
    UNION ALL
    SELECT *, 'own_report', 'count_explosions', explosions,
           CAST(period_start_evening AS DATE), CAST(period_end_evening AS DATE)
    FROM record
    UNION ALL
    -- What a report says about the period before it. 'Previous 24 hours' has a known length; a
    -- 'previous reporting period' has that of the report it means, and none if that is not here.
    SELECT now.*, 'previous_value', 'count_violations', now.previous_value,
           CASE WHEN now.previous_kind = 'previous_24h'
                THEN CAST(now.period_start_evening AS DATE) - 1
                ELSE CAST(before.period_start_evening AS DATE) END,
           CAST(now.period_start_evening AS DATE)
    FROM record now
    LEFT JOIN (
        SELECT DISTINCT region, period_end_evening,
               max(period_start_evening) OVER (PARTITION BY region, period_end_evening)
                   AS period_start_evening
        FROM record
    ) before ON before.region = now.region
            AND before.period_end_evening = now.period_start_evening
)
SELECT
    record_no,
    concat_ws(chr(31), report_no, issued, region, kind, basis, last_evening, figure) AS identity,
    kind,
    timezone($time_zone, first_evening + $evening) AS start_utc,
    timezone($time_zone, last_evening + $evening) AS end_utc,
    CASE WHEN first_evening IS NULL THEN 'unknown'
         WHEN last_evening - first_evening = 1 THEN 'evening' ELSE 'period' END AS when_precision,
    concat_ws(' to ', first_evening, last_evening) AS local_time,
    -- Reports came out in the afternoon of the day they are dated.
    timezone($time_zone, CAST(issued AS DATE) + INTERVAL 18 HOUR) AS published_utc,
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
    note AS description,
    CAST(json_object('report_no', report_no, 'issued', issued, 'basis', basis,
                     'previous_kind', CASE WHEN basis = 'previous_value' THEN previous_kind END,
                     'address', source_url) AS VARCHAR) AS attributes
FROM said
LEFT JOIN place ON place.alias = lower(trim(region))
WHERE figure IS NOT NULL
