-- step: read_firms
-- grain: one row per fire pixel and satellite pass
-- reads: record
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, lon, lat, radius_km, where_precision, means, observer, quantity, unit, description
-- law: a pass without a time of day is known to the UTC day only
SELECT
    record_no,
    concat_ws(chr(31), latitude, longitude, acq_date, acq_time, satellite) AS identity,
    'fire' AS kind,
    CAST(acq_date AS TIMESTAMPTZ)
        + to_minutes(coalesce(CAST(left(lpad(acq_time, 4, '0'), 2) AS INTEGER) * 60
                     + CAST(right(acq_time, 2) AS INTEGER), 0)) AS start_utc,
    CAST(acq_date AS TIMESTAMPTZ)
        + to_minutes(coalesce(CAST(left(lpad(acq_time, 4, '0'), 2) AS INTEGER) * 60
                     + CAST(right(acq_time, 2) AS INTEGER), 1440)) AS end_utc,
    CASE WHEN acq_time IS NULL THEN 'day' ELSE 'minute' END AS when_precision,
    concat_ws(' ', acq_date, acq_time) AS local_time,
    CAST(longitude AS DOUBLE) AS lon,
    CAST(latitude AS DOUBLE) AS lat,
    -- Half the pixel's diagonal; a reduced file does not say which instrument, so MODIS's 1 km.
    round(0.5 * sqrt(coalesce(CAST(scan AS DOUBLE), 1) ** 2
          + coalesce(CAST(track AS DOUBLE), 1) ** 2), 3) AS radius_km,
    'exact' AS where_precision,
    'thermal' AS means,
    satellite AS observer,
    CAST(frp AS DOUBLE) AS quantity,
    CASE WHEN frp IS NOT NULL THEN 'MW' END AS unit,
    CASE WHEN confidence IS NOT NULL THEN concat('confidence ', confidence) END AS description
FROM record
