-- Statements on what other registers send.

-- items_by_identifiers
-- Return the rows that a source sent for these identifiers.
SELECT identifier, subject, digest, changed_on FROM registry_items
WHERE source = :source AND kind = :kind AND identifier IN (SELECT value FROM json_each(:identifiers))

-- items_by_identifiers.postgresql
-- Return the rows that a source sent for these identifiers.
SELECT identifier, subject, digest, changed_on FROM registry_items
WHERE source = :source AND kind = :kind AND identifier = ANY(CAST(:identifiers AS TEXT[]))

-- digests_by_identifiers
-- Return the digests of the rows that a source sent for these identifiers, as one JSON object.
SELECT json_group_object(identifier, digest) AS digests FROM registry_items
WHERE source = :source AND kind = :kind AND identifier IN (SELECT value FROM json_each(:identifiers))

-- digests_by_identifiers.postgresql
-- Return the digests of the rows that a source sent for these identifiers, as one JSON object.
SELECT coalesce(json_object_agg(identifier, digest), '{}')::text AS digests FROM registry_items
WHERE source = :source AND kind = :kind AND identifier = ANY(CAST(:identifiers AS TEXT[]))

-- subjects_by_numbers
-- Return the persons and organisations with these identity numbers and credit codes.
SELECT id_number AS number, id FROM persons WHERE id_number IN (SELECT value FROM json_each(:numbers))
UNION ALL
SELECT credit_code AS number, id FROM organisations WHERE credit_code IN (SELECT value FROM json_each(:numbers))

-- subjects_by_numbers.postgresql
-- Return the persons and organisations with these identity numbers and credit codes.
SELECT id_number AS number, id FROM persons WHERE id_number = ANY(CAST(:numbers AS TEXT[]))
UNION ALL
SELECT credit_code AS number, id FROM organisations WHERE credit_code = ANY(CAST(:numbers AS TEXT[]))

-- persons_and_organisations_by_ids
-- Return number and name of these persons and organisations.
SELECT id, id_number AS number, name FROM persons WHERE id IN (SELECT value FROM json_each(:ids))
UNION ALL
SELECT id, credit_code AS number, name FROM organisations WHERE id IN (SELECT value FROM json_each(:ids))

-- persons_and_organisations_by_ids.postgresql
-- Return number and name of these persons and organisations.
SELECT id, id_number AS number, name FROM persons WHERE id = ANY(CAST(:ids AS TEXT[]))
UNION ALL
SELECT id, credit_code AS number, name FROM organisations WHERE id = ANY(CAST(:ids AS TEXT[]))

-- licences_by_identifiers
-- Return the licences with these numbers; `is_own` for those that the city itself has registered.
SELECT id, identifier, kind, state, issuer_code, status_index,
EXISTS (SELECT 1 FROM ledger_entries WHERE stream = 'licence/' || licences.id AND revision = 1
        AND kind = 'RegisterLicence' AND outcome = 'done') AS is_own
FROM licences
WHERE identifier IN (SELECT value FROM json_each(:identifiers))

-- licences_by_identifiers.postgresql
-- Return the licences with these numbers; `is_own` for those that the city itself has registered.
SELECT id, identifier, kind, state, issuer_code, status_index,
EXISTS (SELECT 1 FROM ledger_entries WHERE stream = 'licence/' || licences.id AND revision = 1
        AND kind = 'RegisterLicence' AND outcome = 'done') AS is_own
FROM licences
WHERE identifier = ANY(CAST(:identifiers AS TEXT[]))

-- last_status_index
-- Return the highest index in the status list of an issuer that a licence has.
SELECT max(status_index) AS last FROM licences WHERE issuer_code = :issuer_code

-- last_serial
-- Return the serial of the last batch of a source.
SELECT max(serial) AS serial FROM registry_batches WHERE source = :source

-- last_serial_of_machine
-- Return the serial of the last batch that a machine sent of a source, before a serial.
SELECT serial FROM registry_batches WHERE source = :source AND machine = :machine AND serial < :before
ORDER BY serial DESC LIMIT 1
