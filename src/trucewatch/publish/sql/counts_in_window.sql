-- step: counts_in_window
-- grain: one row per count of violations or explosions over a region and a window
-- key: observation_id
-- reads: observation_now, capture_now
-- yields: observation_id, source_id, kind, start_utc, end_utc, when_precision, place_id, place_name, count_low, count_best, count_high, count_qualifier, is_null, source_record, record_no, published_utc, known_from_utc, quote, description, capture_id, sha256, origin, attributes
-- law: the newest first, so that a limit cuts the oldest; every account stands; none is chosen over another, none is divided over its evenings
SELECT
    o.observation_id, o.source_id, o.kind, o.start_utc, o.end_utc, o.when_precision,
    o.place_id, o.place_name,
    o.count_low, o.count_best, o.count_high, o.count_qualifier, o.is_null,
    o.source_record, o.record_no, o.published_utc, o.known_from_utc,
    left(o.quote, 1000) AS quote, left(o.description, 500) AS description,
    o.capture_id, c.sha256, c.origin, left(o.attributes, 4000) AS attributes
FROM observation_now AS o
LEFT JOIN capture_now AS c ON c.capture_id = o.capture_id
WHERE o.kind IN (SELECT kind FROM counted_kind)
  AND o.end_utc > $from_utc
  AND o.start_utc < $to_utc
ORDER BY o.start_utc DESC, o.end_utc DESC, o.observation_id DESC
LIMIT $row_limit
