-- step: read_firms
-- grain: one row per fire pixel and satellite pass
-- reads: record
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, lon, lat, radius_km, where_precision, means, observer, quantity, unit, description
-- law: a pass without a time of day is known to the UTC day only
WITH timed AS (
    -- Microseconds since 1970: casting text to a zoned time costs several times as much.
    SELECT *,
           epoch_us(CAST(acq_date AS DATE)) AS day_us,
           (CAST(acq_time AS BIGINT) // 100 * 60 + CAST(acq_time AS BIGINT) % 100) * 60000000
               AS time_us
    FROM record
)
SELECT
    record_no,
    concat_ws(chr(31), latitude, longitude, acq_date, acq_time, satellite) AS identity,
    'fire' AS kind,
    make_timestamptz(day_us + coalesce(time_us, 0)) AS start_utc,
    make_timestamptz(day_us + coalesce(time_us, 86400000000)) AS end_utc,
    CASE WHEN time_us IS NULL THEN 'day' ELSE 'minute' END AS when_precision,
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
FROM timed
