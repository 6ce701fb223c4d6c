-- step: read_party_claims
-- grain: one row per claimant and day
-- reads: record
-- yields: record_no, identity, kind, start_utc, end_utc, when_precision, local_time, place_name, where_precision, count_low, count_best, count_high, count_qualifier, means, claimed_actor, claimant, root_id, description, attributes
-- law: a party counts what it says the other side did; its unit is its own and is never summed with another's
SELECT
    record_no,
    concat_ws(chr(31), date, claimant, accused_side, violations_claimed, status) AS identity,
    'count_claimed' AS kind,
    timezone($time_zone, CAST(date AS TIMESTAMP)) AS start_utc,
    timezone($time_zone, CAST(date AS TIMESTAMP) + INTERVAL 1 DAY) AS end_utc,
    'day' AS when_precision,
    date AS local_time,
    scope AS place_name,
    'unknown' AS where_precision,
    CAST(violations_claimed AS DOUBLE) AS count_low,
    CAST(violations_claimed AS DOUBLE) AS count_best,
    CAST(violations_claimed AS DOUBLE) AS count_high,
    'exact' AS count_qualifier,
    'declared' AS means,
    accused_side AS claimed_actor,
    claimant,
    coalesce(claimant_side, claimant) AS root_id,
    note AS description,
    CAST(json_object('munitions', munitions_claimed, 'own_killed', own_killed,
                     'own_wounded', own_wounded_or_injured, 'status', status,
                     'address', source_url) AS VARCHAR) AS attributes
FROM record
WHERE violations_claimed IS NOT NULL
