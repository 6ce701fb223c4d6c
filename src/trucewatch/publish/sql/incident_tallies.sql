-- step: incident_tallies
-- grain: one row per kind
-- key: kind
-- reads: incident_now
-- yields: kind, incidents, corroborated
-- law: incidents that a person rejected are not counted
SELECT
    kind,
    count(*) AS incidents,
    count(*) FILTER (WHERE verification_status IN ('corroborated', 'verified')) AS corroborated
FROM incident_now
WHERE verification_status <> 'rejected'
  AND start_utc <= $to_utc
  AND end_utc >= $from_utc
  AND end_utc - start_utc <= INTERVAL 72 HOUR
  AND start_utc + (end_utc - start_utc) / 2 > $from_utc
  AND start_utc + (end_utc - start_utc) / 2 <= $to_utc
GROUP BY kind
ORDER BY kind
