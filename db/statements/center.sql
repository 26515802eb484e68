-- Statements of the center about its nodes and their attachments.

-- cases_with_attachment
-- Return the numbers of the cases that have a material with this attachment.
SELECT DISTINCT case_number FROM materials WHERE content = :digest

-- visits_with_attachment
-- Return the open or held visits of a window with a licence or an earlier material that has this attachment.
SELECT visits.id FROM visits JOIN consents ON consents.visit = visits.id JOIN licences ON licences.id = consents.licence
WHERE visits.window_id = :window AND visits.ended_at IS NULL AND licences.content = :digest
UNION
SELECT visits.id FROM licences JOIN consents ON licences.id = consents.licence JOIN visits ON consents.visit = visits.id
JOIN tickets ON tickets.id = visits.ticket
WHERE licences.content = :digest AND visits.window_id = :window AND tickets.state = 'held'
UNION
SELECT visits.id FROM earlier_materials JOIN visits ON visits.id = earlier_materials.visit
WHERE earlier_materials.content = :digest AND visits.window_id = :window

-- recent_calls
-- Count the newest calls of a machine since a time, at most `many`, and those of one person among them.
SELECT count(*) AS of_machine, sum(CASE WHEN actor = :actor THEN 1 ELSE 0 END) AS of_person FROM (
  SELECT actor, decided_at FROM ledger_entries WHERE node = :chain AND incarnation = :incarnation
  ORDER BY number DESC LIMIT :many) AS recent
WHERE decided_at > :since


-- claim_all
-- Claim several names of nodes at once, and return those that nobody had claimed before.
INSERT INTO center_claims (node, name, until)
SELECT nodes.value, names.value, :until FROM json_each(:nodes) AS nodes JOIN json_each(:names) AS names
ON nodes.key = names.key WHERE TRUE ORDER BY nodes.value, names.value
ON CONFLICT (node, name) DO NOTHING RETURNING node, name

-- claim_all.postgresql
-- Claim several names of nodes at once, in one order for all processes, and return those that were free.
INSERT INTO center_claims (node, name, until)
SELECT new.node, new.name, :until FROM unnest(CAST(:nodes AS TEXT[]), CAST(:names AS TEXT[])) AS new (node, name)
ORDER BY new.node, new.name ON CONFLICT (node, name) DO NOTHING RETURNING node, name

-- take_claim
-- Claim a name of a node, and return it if nobody has it now.
INSERT INTO center_claims (node, name, until) VALUES (:node, :name, :until)
ON CONFLICT (node, name) DO UPDATE SET until = excluded.until WHERE center_claims.until <= :now RETURNING name

-- count_sign_ins
-- Count the sign-ins at a node that were recorded within a minute.
SELECT count(*) AS many FROM center_claims
WHERE node = :node AND name >= 'sign-in ' AND name < 'sign-in!' AND until > :now

-- remove_ended_claims
-- Remove the claims that have ended.
DELETE FROM center_claims WHERE until <= :now
