-- step: read_field_report
-- grain: one row per observation that a team files, null observations included
-- reads: record
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, local_time, published_utc, lon, lat, radius_km, where_precision, place_name, count_low, count_best, count_high, count_qualifier, means, description, weapon, calibre_mm, direction_deg, observer, observer_lon, observer_lat, range_low_km, range_high_km, bearing_deg, claimed_actor, claimant, control_side, is_null, root_id, quote, quantity, unit, attributes
-- law: a range and a bearing from an observer are a region, never a point
WITH filed AS (
    SELECT *,
           coalesce(try_cast(bearing AS DOUBLE), 22.5 * (list_position(
               ['N','NNE','NE','ENE','E','ESE','SE','SSE','S','SSW','SW','WSW','W','WNW','NW','NNW'],
               upper(trim(bearing))) - 1)) AS bearing_deg,
           coalesce(try_cast(direction AS DOUBLE), 22.5 * (list_position(
               ['N','NNE','NE','ENE','E','ESE','SE','SSE','S','SSW','SW','WSW','W','WNW','NW','NNW'],
               upper(trim(direction))) - 1)) AS direction_deg,
           (coalesce(CAST(range_low_km AS DOUBLE), CAST(range_high_km AS DOUBLE))
            + coalesce(CAST(range_high_km AS DOUBLE), CAST(range_low_km AS DOUBLE))) / 2 AS out_km
    FROM record
    WHERE record = 'observation'
), placed AS (
    -- The great-circle point out_km along the bearing (radius 6371.009 km): within 0.5% of the
    -- geodesic, far below the width of a 16-point bearing.
    SELECT *,
           degrees(asin(sin(radians(CAST(position_lat AS DOUBLE))) * cos(out_km / 6371.009)
                   + cos(radians(CAST(position_lat AS DOUBLE))) * sin(out_km / 6371.009)
                     * cos(radians(bearing_deg)))) AS there_lat
    FROM filed
), placed_both AS (
    SELECT *,
           CAST(position_lon AS DOUBLE) + degrees(atan2(
               sin(radians(bearing_deg)) * sin(out_km / 6371.009)
                   * cos(radians(CAST(position_lat AS DOUBLE))),
               cos(out_km / 6371.009)
                   - sin(radians(CAST(position_lat AS DOUBLE))) * sin(radians(there_lat)))) AS there_lon
    FROM placed
)
SELECT
    record_no,
    report_id AS source_record,
    concat_ws(chr(31), report_id, team, kind, "start", "end", position_lon, position_lat, means,
              "count", count_low, count_high, weapon, range_low_km, range_high_km, bearing, lon, lat,
              place, claimed_actor, "null", quote, quantity, notes) AS identity,
    coalesce(kind, 'incident_other') AS kind,
    CAST("start" AS TIMESTAMPTZ) AS start_utc,
    CAST("end" AS TIMESTAMPTZ) AS end_utc,
    CASE WHEN "start" = "end" THEN 'instant'
         WHEN CAST("end" AS TIMESTAMPTZ) - CAST("start" AS TIMESTAMPTZ) <= INTERVAL 1 HOUR
         THEN 'minute' ELSE 'period' END AS when_precision,
    "start" AS local_time,
    CAST(published AS TIMESTAMPTZ) AS published_utc,
    coalesce(CAST(lon AS DOUBLE), ((there_lon + 540) % 360) - 180, CAST(position_lon AS DOUBLE)) AS lon,
    coalesce(CAST(lat AS DOUBLE), there_lat, CAST(position_lat AS DOUBLE)) AS lat,
    CASE WHEN lon IS NOT NULL THEN coalesce(CAST(radius_km AS DOUBLE), 0.1)
         WHEN there_lon IS NOT NULL THEN round(sqrt(
             ((coalesce(CAST(range_high_km AS DOUBLE), out_km)
               - coalesce(CAST(range_low_km AS DOUBLE), out_km)) / 2) ** 2
             + (coalesce(CAST(range_high_km AS DOUBLE), out_km) * sin(radians(11.25))) ** 2), 3)
         ELSE coalesce(CAST(radius_km AS DOUBLE), CAST(range_km AS DOUBLE), 10.0) END AS radius_km,
    CASE WHEN coalesce(lon, position_lon) IS NULL THEN 'unknown' ELSE 'exact' END AS where_precision,
    place AS place_name,
    coalesce(CAST(count_low AS DOUBLE),
             CASE WHEN coalesce(count_qualifier, 'exact') IN ('exact', 'at_least', 'over')
                  THEN CAST("count" AS DOUBLE) END) AS count_low,
    CAST("count" AS DOUBLE) AS count_best,
    coalesce(CAST(count_high AS DOUBLE),
             CASE WHEN coalesce(count_qualifier, 'exact') IN ('exact', 'almost')
                  THEN CAST("count" AS DOUBLE) END) AS count_high,
    CASE WHEN "count" IS NOT NULL THEN coalesce(count_qualifier, 'exact')
         ELSE count_qualifier END AS count_qualifier,
    means,
    description,
    weapon,
    CAST(calibre_mm AS DOUBLE) AS calibre_mm,
    direction_deg,
    team AS observer,
    CAST(position_lon AS DOUBLE) AS observer_lon,
    CAST(position_lat AS DOUBLE) AS observer_lat,
    CAST(range_low_km AS DOUBLE) AS range_low_km,
    CAST(range_high_km AS DOUBLE) AS range_high_km,
    bearing_deg,
    claimed_actor, claimant, control_side,
    coalesce(lower("null") IN ('true', '1', 'yes'), FALSE) AS is_null,
    coalesce(root, team) AS root_id,
    quote,
    CAST(quantity AS DOUBLE) AS quantity,
    unit,
    CASE WHEN notes IS NOT NULL OR position_place IS NOT NULL
         THEN CAST(json_object('notes', notes, 'position', position_place) AS VARCHAR) END AS attributes
FROM placed_both
