-- step: read_told
-- grain: one row per report of an outlet or claim of a party, copies included
-- reads: record
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, published_utc, lon, lat, radius_km, where_precision, place_name, count_low, count_best, count_high, count_qualifier, means, weapon, calibre_mm, observer, claimed_actor, claimant, control_side, root_id, quote
-- law: the reader takes each outlet for a root of its own; only the words may show a copy
SELECT
    record_no,
    report_id AS source_record,
    report_id AS identity,
    kind,
    CAST("start" AS TIMESTAMPTZ) AS start_utc,
    CAST("end" AS TIMESTAMPTZ) AS end_utc,
    time_known AS when_precision,
    CAST(published AS TIMESTAMPTZ) AS published_utc,
    CAST(lon AS DOUBLE) AS lon,
    CAST(lat AS DOUBLE) AS lat,
    CAST(radius_km AS DOUBLE) AS radius_km,
    'settlement' AS where_precision,
    place AS place_name,
    CAST(count_low AS DOUBLE) AS count_low,
    CAST("count" AS DOUBLE) AS count_best,
    CAST(count_high AS DOUBLE) AS count_high,
    count_qualifier,
    means,
    weapon,
    CAST(calibre_mm AS DOUBLE) AS calibre_mm,
    outlet AS observer,
    claimed_actor,
    claimant,
    control_side,
    outlet AS root_id,
    quote
FROM record
