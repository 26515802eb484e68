-- Statements on e-licences.

-- licences_for_person
-- Return the licences that a person may show: as holder or named user, or as the registered guardian of the holder.
-- Licences of results that were refused since, or replaced by a newer version, are left out.
SELECT * FROM licences WHERE id IN (
    SELECT licence FROM licence_users WHERE person = :person
    UNION SELECT held.id FROM relations JOIN licences AS held ON held.holder = relations.subject
    WHERE relations.other = :person AND relations.relation = 'guardian'
    AND relations.valid_from <= :today AND (relations.valid_to = '' OR relations.valid_to >= :today)
) AND NOT EXISTS (SELECT 1 FROM result_licences WHERE result_licences.licence = licences.id
                  AND result_licences.licence <> ''
                  AND (result_licences.state = 'revoking' OR result_licences.reason = 'replaced')) ORDER BY kind, id

-- withdrawn_result
-- Return the result of a licence if it was refused since, or replaced by a newer version.
SELECT state, reason FROM result_licences WHERE licence = :licence AND licence <> ''
AND (state = 'revoking' OR reason = 'replaced')

-- offered_licences
-- Return the licences offered in a visit, with purpose and consent.
SELECT licences.*, consents.given_at, consents.purpose, consents.how, consents.released_at, consents.list_number FROM consents JOIN licences ON licences.id = consents.licence
WHERE consents.visit = :visit ORDER BY licences.kind, licences.id

-- offered_materials
-- Return the earlier materials offered in a visit, with purpose, consent, and the content that was released.
SELECT earlier_materials.visit, earlier_materials.id, earlier_materials.holder, earlier_materials.case_number,
earlier_materials.material, earlier_materials.version, earlier_materials.how, earlier_materials.issuer,
earlier_materials.valid_to, earlier_materials.grade, earlier_materials.learnt_at, earlier_materials.content,
earlier_materials.issued_on, earlier_materials.too_old,
EXISTS (SELECT 1 FROM materials AS newer WHERE newer.case_number = earlier_materials.case_number
        AND newer.material = earlier_materials.material AND newer.version > earlier_materials.version) AS is_replaced,
CASE WHEN consents.released_at IS NOT NULL THEN COALESCE(earlier_materials.claims, materials.claims) END AS claims,
consents.given_at, consents.purpose, consents.how AS confirmed, consents.released_at, consents.list_number
FROM earlier_materials
JOIN consents ON consents.visit = earlier_materials.visit AND consents.licence = earlier_materials.id
LEFT JOIN materials ON materials.case_number = earlier_materials.case_number
AND materials.material = earlier_materials.material AND materials.version = earlier_materials.version
WHERE earlier_materials.visit = :visit ORDER BY earlier_materials.id

-- photo_of_holder
-- Return the attachment of a holder's photograph, from the preferred type of licence.
SELECT content FROM licences WHERE holder = :holder AND state = 'valid' AND content IS NOT NULL
AND kind IN ('0105', '0101') ORDER BY kind DESC LIMIT 1

-- confirm_consents
-- Mark the consents to licences of a person, given in a visit before a moment, as confirmed by a second scan.
UPDATE consents SET how = 'scan' WHERE visit = :visit AND given_at IS NOT NULL AND given_at < :at AND how = ''
AND licence IN (SELECT licence FROM licence_users WHERE person = :person
                UNION SELECT id FROM earlier_materials WHERE visit = :visit AND holder = :person
                UNION SELECT shown.id FROM relations
                JOIN earlier_materials AS shown ON shown.visit = :visit AND shown.holder = relations.subject
                WHERE relations.other = :person AND relations.relation = 'guardian')

-- wards_of_guardian
-- Return the persons whose registered guardian a person is on a day.
SELECT DISTINCT subject FROM relations WHERE other = :person AND relation = 'guardian'
AND valid_from <= :today AND (valid_to = '' OR valid_to >= :today) ORDER BY subject

-- proof_in_other_visit
-- Return the newest proof of another visit, or session at a kiosk, with the same code since a moment.
SELECT proved_at FROM identity_proofs
WHERE code_key = :code_key AND visit <> :visit AND proved_at >= :since
UNION ALL SELECT opened_at AS proved_at FROM citizen_sessions WHERE code_key = :code_key AND opened_at >= :since
ORDER BY proved_at DESC LIMIT 1

-- last_status_index
-- Return the highest place in the status list of an issuer that a licence has, or that was given to one.
SELECT max(last) AS last FROM (
    SELECT max(status_index) AS last FROM licences WHERE issuer_code = :issuer
    UNION ALL SELECT last FROM issuer_status_indexes WHERE issuer_code = :issuer
) AS places

-- marked_of_issuer
-- Return the places in the status list of an issuer whose licences are revoked or suspended.
SELECT status_index, state FROM licences WHERE issuer_code = :issuer AND state <> 'valid'

-- valid_at_indexes
-- Return those of the places in the status list of an issuer whose licences are valid.
SELECT status_index FROM licences WHERE issuer_code = :issuer AND state = 'valid'
AND status_index IN (SELECT CAST(value AS INTEGER) FROM json_each(:indexes))

-- valid_at_indexes.postgresql
-- Return those of the places in the status list of an issuer whose licences are valid.
SELECT status_index FROM licences WHERE issuer_code = :issuer AND state = 'valid'
AND status_index = ANY(CAST(:indexes AS INTEGER[]))

-- last_change
-- Return the position of the newest entry by which licences can have changed, after a position.
SELECT max(position) AS position FROM ledger_entries
WHERE position > :position AND outcome = 'done' AND kind IN (SELECT value FROM json_each(:kinds))

-- last_change.postgresql
-- Return the position of the newest entry by which licences can have changed, after a position.
SELECT max(position) AS position FROM ledger_entries
WHERE position > :position AND outcome = 'done' AND kind = ANY(CAST(:kinds AS TEXT[]))

-- materials_of_person
-- Return papers and results of the cases of a person or organisation, by role, oldest version first.
-- `number` is theirs. Of a party who was not identified, or not registered, only the results.
SELECT materials.case_number, materials.material, materials.version, materials.how, materials.issuer,
materials.valid_to, materials.issued_on, materials.grade, materials.taken_at, materials.learnt_at, roles.role, cases.one_thing,
cases.catalogue, cases.catalogue_version
FROM (SELECT case_number, role, known_by FROM parties WHERE subject = :person
      UNION
      SELECT parties.case_number, parties.role, parties.known_by FROM cases JOIN parties ON parties.case_number = cases.number
      WHERE cases.applicant_number = :number AND parties.number = :number
      AND parties.known_by IN ('code', 'party_code', 'document', 'delegation')
      UNION
      SELECT case_number, role, 'result' AS known_by FROM result_parties WHERE subject = :person AND subject <> ''
      UNION
      SELECT case_number, role, 'result' AS known_by FROM result_parties WHERE number = :number) AS roles
JOIN cases ON cases.number = roles.case_number
JOIN materials ON materials.case_number = roles.case_number
WHERE cases.applicant_name IS NOT NULL AND (materials.how = 'produced' OR (
  materials.how IN ('paper', 'earlier') AND roles.known_by IN ('code', 'party_code', 'document', 'delegation')))
AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = cases.number AND settled_at IS NULL)
ORDER BY materials.taken_at, materials.case_number, materials.material, materials.version

-- unreported_removals
-- Return the removed issuers of which the undecided cases have no objection yet.
SELECT * FROM removed_issuers WHERE reported_at IS NULL ORDER BY issuer_code

-- undecided_cases_of_issuer
-- Return the cases with a licence of an issuer as a material, and with a task that is not decided.
SELECT DISTINCT tasks.case_number AS number FROM tasks
JOIN materials ON materials.case_number = tasks.case_number
JOIN licences ON licences.id = materials.licence
WHERE tasks.ended_at IS NULL AND licences.issuer_code = :issuer ORDER BY tasks.case_number
