-- step: read_ucdp_candidate
-- grain: one row per UCDP candidate event
-- reads: record, read_ucdp_ged
-- yields: record_no, source_record, identity, kind, start_utc, end_utc, when_precision, local_time, lon, lat, radius_km, where_precision, place_name, count_low, count_best, count_high, count_qualifier, means, description, claimed_actor, quantity, unit, quote, attributes, root_id
-- law: the figure counts the dead, not shots; it stands as quantity, and count is the one event; the final event of the same id is no second root
SELECT
    -- What the coders still check is part of the account: once it is settled, the event is told anew.
    event.* REPLACE (
        concat_ws(chr(31), id, code_status, substr(identity, length(id) + 2)) AS identity,
        CAST(json_merge_patch(attributes, json_object('code_status', code_status)) AS VARCHAR)
            AS attributes
    ),
    'ucdp_ged' AS root_id
FROM read_ucdp_ged event
JOIN record USING (record_no)
