-- Closes what a newer capture of the same source corrects: an open observation with the same
-- source_record whose account is not among those that this capture gives.
INSERT INTO retired
SELECT 'observation', o.observation_id, o.run_id, n.known_from_utc, $run_id, 'corrected by the source'
FROM observation_now o
JOIN (
    SELECT source_record, min(known_from_utc) AS known_from_utc
    FROM observation
    WHERE capture_id = $capture_id AND source_record IS NOT NULL
    GROUP BY source_record
) n USING (source_record)
WHERE o.source_id = $source_id AND o.capture_id <> $capture_id
  AND NOT EXISTS (
      SELECT 1 FROM observation same
      WHERE same.capture_id = $capture_id AND same.observation_id = o.observation_id
  )
