-- Statements of the center about its nodes and their attachments.

-- cases_with_attachment
-- Return the numbers of the cases that have a material with this attachment.
SELECT DISTINCT case_number FROM materials WHERE content = :digest

-- visits_with_attachment
-- Return the open or held visits of a window with consent to a licence that has this attachment.
SELECT visits.id FROM visits JOIN consents ON consents.visit = visits.id JOIN licences ON licences.id = consents.licence
WHERE visits.window_id = :window AND visits.ended_at IS NULL AND licences.content = :digest
UNION
SELECT visits.id FROM licences JOIN consents ON licences.id = consents.licence JOIN visits ON consents.visit = visits.id
JOIN tickets ON tickets.id = visits.ticket
WHERE licences.content = :digest AND visits.window_id = :window AND tickets.state = 'held'

-- recent_calls
-- Count the newest calls of a machine since a time, at most `many`, and those of one person among them.
SELECT count(*) AS of_machine, sum(CASE WHEN actor = :actor THEN 1 ELSE 0 END) AS of_person FROM (
  SELECT actor, decided_at FROM ledger_entries WHERE node = :chain AND incarnation = :incarnation
  ORDER BY number DESC LIMIT :many) AS recent
WHERE decided_at > :since
