-- step: provisions_said
-- grain: one row per provision that documents take a stand on
-- key: provision_id
-- reads: provision_said_now, provision_now
-- yields: provision_id, article, text_says, status, stated, differs, says
-- law: a status of the documents stands beside the one of the agreement's file, never in its place
SELECT
    s.provision_id, p.article, left(p.says, 2000) AS text_says, s.status, s.stated, s.differs,
    left(s.says, 200000) AS says
FROM provision_said_now AS s
LEFT JOIN provision_now AS p ON p.provision_id = s.provision_id
ORDER BY s.differs DESC, s.provision_id
LIMIT $row_limit
