-- step: sources_read
-- grain: one row per source
-- key: source_id
-- reads: reading_now, capture_now
-- yields: source_id, captures, records, observations, watches, claims, quarantined, repeats, licence, capture_hashes
-- law: every source that was read is named, also where it gave nothing; of a capture read by two
--   versions of its source only the later reading counts
WITH last_reading AS (
    SELECT *
    FROM reading_now
    QUALIFY row_number() OVER (
        PARTITION BY capture_id ORDER BY known_from_utc DESC, run_id DESC, source_version DESC
    ) = 1
)
SELECT
    r.source_id,
    count(*) AS captures,
    sum(r.records)::BIGINT AS records, sum(r.observations)::BIGINT AS observations,
    sum(r.watches)::BIGINT AS watches, sum(r.claims)::BIGINT AS claims,
    sum(r.quarantined)::BIGINT AS quarantined, sum(r.repeats)::BIGINT AS repeats,
    min(c.licence) AS licence,
    list(DISTINCT c.sha256 ORDER BY c.sha256)[1:50] AS capture_hashes
FROM last_reading AS r
LEFT JOIN capture_now AS c ON c.capture_id = r.capture_id
GROUP BY r.source_id
ORDER BY r.source_id
