-- step: read_ucdp_candidate
-- grain: one row per UCDP candidate event
-- reads: record
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, local_time, lon, lat, radius_km, where_precision, place_name, count_low, count_best, count_high, count_qualifier, means, root_id, description, claimed_actor, quantity, unit, quote, attributes
-- law: the figure counts the dead, not shots; it stands as quantity, and count is the one event; the final event of the same id is no second root
SELECT
    record_no,
    id AS source_record,
    concat_ws(chr(31), id, code_status, date_start, date_end, latitude, longitude, where_prec, best, low, high,
              deaths_a, deaths_b, deaths_civilians, deaths_unknown, source_article) AS identity,
    CASE WHEN CAST(type_of_violence AS DOUBLE) = 3 THEN 'one_sided_violence' ELSE 'clash' END AS kind,
    -- UCDP dates are days as the sources give them, local to the country; kept as UTC days.
    CAST(date_start AS TIMESTAMPTZ) AS start_utc,
    CAST(date_end AS TIMESTAMPTZ) + INTERVAL 1 DAY AS end_utc,
    CASE WHEN date_start = date_end AND CAST(date_prec AS DOUBLE) = 1 THEN 'day' ELSE 'period' END
        AS when_precision,
    concat_ws(' to ', date_start, date_end) AS local_time,
    CAST(longitude AS DOUBLE) AS lon,
    CAST(latitude AS DOUBLE) AS lat,
    -- UCDP codebook, where_prec: 1 place, 2 within 25 km, 3 second-order unit, 4 first-order unit,
    -- 5 line or area, 6 country, 7 sea or air.
    [2, 25, 40, 120, 120, 500, 500][CAST(where_prec AS INTEGER)] AS radius_km,
    ['settlement', 'raion', 'raion', 'oblast', 'line', 'country', 'unknown'][CAST(where_prec AS INTEGER)]
        AS where_precision,
    where_coordinates AS place_name,
    1.0 AS count_low, 1.0 AS count_best, 1.0 AS count_high,
    'exact' AS count_qualifier,
    'reported' AS means,
    'ucdp_ged' AS root_id,
    concat(dyad_name, ': ', low, '-', high, ' dead (best ', best, ')') AS description,
    CASE WHEN CAST(type_of_violence AS DOUBLE) = 3 THEN side_a END AS claimed_actor,
    CAST(best AS DOUBLE) AS quantity,
    'deaths' AS unit,
    coalesce(source_headline, source_article) AS quote,
    CAST(json_object('side_a', side_a, 'side_b', side_b, 'low', low, 'high', high,
                     'deaths_a', deaths_a, 'deaths_b', deaths_b, 'deaths_civilians', deaths_civilians,
                     'deaths_unknown', deaths_unknown, 'offices', source_office,
                     'sources', number_of_sources, 'clarity', event_clarity,
                     'code_status', code_status) AS VARCHAR) AS attributes
FROM record
