-- Statements on records of the registry, their corrections and their history.

-- recent_searches
-- Return who has found a person or organisation by a search since a time.
SELECT entry.actor FROM registry_searches AS found
JOIN ledger_entries AS entry
ON entry.node = found.node AND entry.incarnation = found.incarnation AND entry.number = found.number
WHERE found.subject = :subject AND entry.decided_at >= :since

-- open_corrections
-- Return the corrections that wait for a decision, and those that a source contradicts, the newest first.
SELECT * FROM registry_corrections
WHERE state IN ('requested', 'overtaken') OR (state = 'approved' AND conflict <> '')
ORDER BY asked_at DESC, id DESC LIMIT :many

-- unreported_corrections
-- Return the approved corrections of which the open cases have no objection yet.
SELECT * FROM registry_corrections WHERE state = 'approved' AND reported_at IS NULL ORDER BY id LIMIT :many

-- corrections_of_subjects
-- Return the approved corrections of these records.
SELECT * FROM registry_corrections
WHERE state = 'approved' AND subject IN (SELECT value FROM json_each(:subjects)) ORDER BY decided_at, id

-- corrections_of_subjects.postgresql
-- Return the approved corrections of these records.
SELECT * FROM registry_corrections
WHERE state = 'approved' AND subject = ANY(CAST(:subjects AS TEXT[])) ORDER BY decided_at, id

-- persons_by_ids
-- Return what a row of a source can change in these persons.
SELECT id, id_kind, name, id_number, born, phone, address FROM persons WHERE id IN (SELECT value FROM json_each(:ids))

-- persons_by_ids.postgresql
-- Return what a row of a source can change in these persons.
SELECT id, id_kind, name, id_number, born, phone, address FROM persons WHERE id = ANY(CAST(:ids AS TEXT[]))

-- organisations_by_ids
-- Return what a row of a source can change in these organisations.
SELECT id, name, credit_code, address FROM organisations WHERE id IN (SELECT value FROM json_each(:ids))

-- organisations_by_ids.postgresql
-- Return what a row of a source can change in these organisations.
SELECT id, name, credit_code, address FROM organisations WHERE id = ANY(CAST(:ids AS TEXT[]))

-- relations_by_ids
-- Return what a row of a source can change in these relations.
SELECT id, relation, valid_from, valid_to FROM relations WHERE id IN (SELECT value FROM json_each(:ids))

-- relations_by_ids.postgresql
-- Return what a row of a source can change in these relations.
SELECT id, relation, valid_from, valid_to FROM relations WHERE id = ANY(CAST(:ids AS TEXT[]))

-- licences_by_ids
-- Return what a row of a source can change in these licences.
SELECT id, issuer, issuer_code, valid_from, valid_to, state, claims FROM licences WHERE id IN (SELECT value FROM json_each(:ids))

-- licences_by_ids.postgresql
-- Return what a row of a source can change in these licences.
SELECT id, issuer, issuer_code, valid_from, valid_to, state, claims FROM licences WHERE id = ANY(CAST(:ids AS TEXT[]))

-- newest_parts_of_subject
-- Return the parts of entries that concern a person or organisation, the newest entries first.
SELECT part.node, part.incarnation, part.number, part.part FROM registry_parts AS part
JOIN ledger_entries AS entry
ON entry.node = part.node AND entry.incarnation = part.incarnation AND entry.number = part.number
WHERE part.subject = :subject ORDER BY entry.position DESC, part.part LIMIT :many

-- feeds
-- Return each source and kind of rows with its last batch, the number of its batches and of their refused rows.
SELECT source, kind, max(serial) AS serial, count(*) AS batches, sum(refused_rows) AS refused,
max(changed_on) AS changed_on FROM registry_batches GROUP BY source, kind ORDER BY source, kind

-- newest_refusals
-- Return the newest refused rows of a source and kind, with the time of their batch.
SELECT refusal.serial, batch.at, refusal.row_number, refusal.field, refusal.code, refusal.facts
FROM registry_refusals AS refusal
JOIN registry_batches AS batch ON batch.source = refusal.source AND batch.serial = refusal.serial
WHERE refusal.source = :source AND batch.kind = :kind
ORDER BY refusal.serial DESC, refusal.row_number LIMIT :many

-- open_cases_of_licence
-- Return the cases under way that have a licence as a material.
SELECT DISTINCT cases.number FROM materials JOIN cases ON cases.number = materials.case_number
WHERE materials.licence = :licence AND cases.state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived')
ORDER BY cases.number

-- open_cases_of_party
-- Return the cases under way of which a person or organisation is a party.
SELECT DISTINCT cases.number FROM parties JOIN cases ON cases.number = parties.case_number
WHERE parties.subject = :subject AND cases.state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived')
ORDER BY cases.number

-- open_cases_of_relation
-- Return the cases under way of which two persons are parties.
SELECT DISTINCT cases.number FROM parties AS one
JOIN parties AS other ON other.case_number = one.case_number
JOIN cases ON cases.number = one.case_number
WHERE one.subject = :subject AND other.subject = :other
AND cases.state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived') ORDER BY cases.number
