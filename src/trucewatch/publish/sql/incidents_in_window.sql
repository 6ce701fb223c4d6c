-- step: incidents_in_window
-- grain: one row per incident
-- key: incident_id
-- reads: incident_now
-- yields: incident_id, kind, start_utc, end_utc, lon, lat, radius_km, place_id, place_name, count_low, count_best, count_high, weapon, calibre_mm, claimed_actor, observations, roots, extent_km, duration_h, probability_occurred, verification_status, preferred
-- law: an incident stands in the period that holds the middle of its time
SELECT
    i.incident_id, i.kind, i.start_utc, i.end_utc, i.lon, i.lat, i.radius_km,
    i.place_id, i.place_name, i.count_low, i.count_best, i.count_high,
    i.weapon, i.calibre_mm, i.claimed_actor,
    i.observations, i.roots, i.extent_km, i.duration_h,
    i.probability_occurred, i.verification_status, i.preferred
FROM incident_now AS i
JOIN listed_kind AS k ON k.kind = i.kind
WHERE i.start_utc <= $to_utc
  AND i.end_utc >= $from_utc
  AND i.end_utc - i.start_utc <= INTERVAL 72 HOUR
  AND i.start_utc + (i.end_utc - i.start_utc) / 2 > $from_utc
  AND i.start_utc + (i.end_utc - i.start_utc) / 2 <= $to_utc
ORDER BY k.listing_rank, i.roots DESC, i.start_utc, i.incident_id
LIMIT $row_limit
