-- step: observations_in_window
-- grain: one row per observation
-- key: observation_id
-- reads: observation_now, capture_now
-- yields: observation_id, source_id, kind, start_utc, end_utc, when_precision, published_utc, lon, lat, radius_km, place_id, place_name, count_low, count_best, count_high, count_qualifier, means, description, weapon, calibre_mm, observer, observer_lon, observer_lat, range_low_km, range_high_km, bearing_deg, claimed_actor, claimant, control_side, quantity, unit, is_null, root_id, quote, source_record, record_no, char_start, char_end, known_from_utc, capture_id, sha256, origin, attributes
-- law: rows that an incident, a finding or a reader named are listed before others of the window
SELECT
    o.observation_id, o.source_id, o.kind, o.start_utc, o.end_utc, o.when_precision,
    o.published_utc, o.lon, o.lat, o.radius_km, o.place_id, o.place_name,
    o.count_low, o.count_best, o.count_high, o.count_qualifier,
    o.means, left(o.description, 500) AS description, o.weapon, o.calibre_mm,
    o.observer, o.observer_lon, o.observer_lat, o.range_low_km, o.range_high_km, o.bearing_deg,
    o.claimed_actor, o.claimant, o.control_side, o.quantity, o.unit, o.is_null, o.root_id,
    left(o.quote, 1000) AS quote, o.source_record, o.record_no, o.char_start, o.char_end,
    o.known_from_utc, o.capture_id, c.sha256, c.origin, left(o.attributes, 4000) AS attributes
FROM observation_now AS o
JOIN listed_kind AS k ON k.kind = o.kind
LEFT JOIN capture_now AS c ON c.capture_id = o.capture_id
WHERE o.start_utc <= $to_utc
  AND o.end_utc >= $from_utc
  AND o.end_utc - o.start_utc <= INTERVAL 72 HOUR
  AND o.start_utc + (o.end_utc - o.start_utc) / 2 > $from_utc
  AND o.start_utc + (o.end_utc - o.start_utc) / 2 <= $to_utc
ORDER BY k.listing_rank, o.start_utc, o.observation_id
LIMIT $row_limit
