What a center looks up for its windows.

-- cases_with_attachment
SELECT DISTINCT case_number FROM materials WHERE content = :digest

-- visits_with_attachment
SELECT visits.id FROM visits JOIN consents ON consents.visit = visits.id JOIN licences ON licences.id = consents.licence
WHERE visits.window_id = :window AND visits.ended_at IS NULL AND licences.content = :digest
UNION
SELECT visits.id FROM licences JOIN consents ON licences.id = consents.licence JOIN visits ON consents.visit = visits.id
JOIN tickets ON tickets.id = visits.ticket
WHERE licences.content = :digest AND visits.window_id = :window AND tickets.state = 'held'

-- all_nodes
SELECT id, name, kind, here, hall, window_id, organs, enrolled_at, shut,
  (SELECT max(decided_at) FROM ledger_entries WHERE ledger_entries.node = nodes.id) AS last_entry
FROM nodes ORDER BY here DESC, hall, window_id, id
