-- Statements on applications from outside.

-- count_since
-- Return how many applications of a portal have arrived since a time.
SELECT count(*) AS many FROM applications WHERE portal = :portal AND arrived_at >= :since

-- waiting
-- Return the applications that wait for an answer, the one that is due first on top.
SELECT number, source, one_thing, catalogue, catalogue_version, state, received_on, due_at, due_expected, report,
opened_by, assigned_window
FROM applications WHERE state IN ('received', 'opened') ORDER BY due_at, number LIMIT :many

-- count_waiting
-- Return how many applications wait for an answer.
SELECT count(*) AS many FROM applications WHERE state IN ('received', 'opened')

-- opened_before
-- Return the applications after a number that were opened before a time and have not ended.
SELECT number FROM applications WHERE state IN ('received', 'opened') AND state = 'opened'
AND opened_at < :before AND number > :key ORDER BY number

-- due_before
-- Return how many applications wait whose period ends before a time and not before another, and one of them.
SELECT count(*) AS many, min(number) AS number FROM applications
WHERE state IN ('received', 'opened') AND due_at >= :since AND due_at < :before

-- ended_before
-- Return the applications with content that ended before a time.
SELECT number FROM applications WHERE content IS NOT NULL AND ended_at < :before ORDER BY ended_at, number LIMIT :many

-- open_of_portal_with_attachment
-- Return the applications of a portal that have not ended and that name a scan.
SELECT applications.number, application_attachments.media_type FROM application_attachments
JOIN applications ON applications.number = application_attachments.application
WHERE application_attachments.content = :digest AND applications.portal = :portal
AND applications.state IN ('received', 'opened') ORDER BY applications.number

-- attachment_bytes
-- Return the size of the scans of an application that have arrived, without one.
SELECT sum(size) AS bytes FROM contents WHERE digest <> :digest
AND digest IN (SELECT content FROM application_attachments WHERE application = :number)

-- with_attachment_at_node
-- Return the applications opened at a machine that name a scan.
SELECT applications.number FROM application_attachments
JOIN applications ON applications.number = application_attachments.application
WHERE application_attachments.content = :digest AND applications.opened_node = :node
AND applications.state IN ('received', 'opened') ORDER BY applications.number

-- missing_attachments
-- Return the digests of the scans of an application that have not arrived.
SELECT content FROM application_attachments WHERE application = :number
AND NOT EXISTS (SELECT 1 FROM contents WHERE contents.digest = application_attachments.content)
ORDER BY content
