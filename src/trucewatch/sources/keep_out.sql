-- Keeps out the records that failed a check: one row each, under the first field that fails.
INSERT INTO quarantine BY NAME
SELECT 'qua-' || left(sha256(concat_ws(chr(31), $capture_id, $source_version, record_no, field, found)), 24)
           AS quarantine_id,
       $run_id AS run_id, $known_utc AS known_from_utc, $source_id AS source_id,
       $capture_id AS capture_id, record_no, field, found, expected, mend,
       left(CAST(raw AS VARCHAR), 2000) AS record
FROM (SELECT DISTINCT ON (record_no) * FROM record_fault ORDER BY record_no, field) fault
JOIN record_raw raw USING (record_no)
WHERE TRUE
ORDER BY record_no
