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
-- Return each source and kind of rows with its last batch, and the numbers of the last :many batches of the source.
WITH RECURSIVE pair (source, kind) AS (
    SELECT first.source, first.kind
    FROM (SELECT source, kind FROM registry_batches WHERE source > '' ORDER BY source, kind, serial LIMIT 1) AS first
    UNION ALL
    SELECT following.source, following.kind FROM pair JOIN registry_batches AS following
    ON (following.source, following.serial) = (
        SELECT later.source, later.serial FROM registry_batches AS later
        WHERE (later.source, later.kind) > (pair.source, pair.kind)
        ORDER BY later.source, later.kind, later.serial LIMIT 1
    )
), newest AS (
    SELECT source, kind, (
        SELECT max(serial) FROM registry_batches AS own WHERE own.source = pair.source AND own.kind = pair.kind
    ) AS serial FROM pair
)
SELECT newest.source, newest.kind, newest.serial, count(*) AS batches, sum(kept.refused_rows) AS refused,
max(kept.changed_on) AS changed_on FROM newest JOIN registry_batches AS kept
ON kept.source = newest.source AND kept.kind = newest.kind AND kept.serial > newest.serial - :many
GROUP BY newest.source, newest.kind, newest.serial ORDER BY newest.source, newest.kind

-- feed_days
-- Return the rows that each source sent of each kind in each day (24 hours) since a time, and the refused ones.
WITH recent AS MATERIALIZED (
    SELECT source, kind, (at - :since) / 86400000000 AS day, new_rows + changed_rows + unchanged_rows AS sent_rows,
    refused_rows FROM registry_batches WHERE at >= :since
)
SELECT source, kind, day, sum(sent_rows) AS sent_rows, sum(refused_rows) AS refused FROM recent
GROUP BY source, kind, day ORDER BY source, kind, day

-- newest_batches
-- Return the newest batches of all sources.
SELECT * FROM registry_batches WHERE at > 0 ORDER BY at DESC, source DESC, serial DESC LIMIT :many

-- newest_refusals
-- Return the newest refused rows of a source and kind, with the time of their batch.
SELECT refusal.serial, batch.at, refusal.row_number, refusal.field, refusal.code, refusal.facts
FROM registry_refusals AS refusal
JOIN registry_batches AS batch ON batch.source = refusal.source AND batch.serial = refusal.serial
WHERE refusal.source = :source AND batch.kind = :kind
ORDER BY refusal.serial DESC, refusal.row_number LIMIT :many
