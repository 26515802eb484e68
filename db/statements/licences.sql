-- Statements on e-licences.

-- licences_for_person
-- Return the licences that a person may show.
SELECT licences.* FROM licence_users JOIN licences ON licences.id = licence_users.licence
WHERE licence_users.person = :person ORDER BY licences.kind, licences.id

-- offered_licences
-- Return the licences offered in a visit, with purpose and consent.
SELECT licences.*, consents.given_at, consents.purpose, consents.how, consents.released_at, consents.list_number FROM consents JOIN licences ON licences.id = consents.licence
WHERE consents.visit = :visit ORDER BY licences.kind, licences.id

-- photo_of_holder
-- Return the attachment of a holder's photograph, from the preferred type of licence.
SELECT content FROM licences WHERE holder = :holder AND state = 'valid' AND content IS NOT NULL
AND kind IN ('0105', '0101') ORDER BY kind DESC LIMIT 1

-- confirm_consents
-- Mark the consents to licences of a person, given in a visit before a moment, as confirmed by a second scan.
UPDATE consents SET how = 'scan' WHERE visit = :visit AND given_at IS NOT NULL AND given_at < :at AND how = ''
AND licence IN (SELECT licence FROM licence_users WHERE person = :person)

-- proof_in_other_visit
-- Return the newest proof of another visit with the same code since a moment.
SELECT proved_at FROM identity_proofs
WHERE code_key = :code_key AND visit <> :visit AND proved_at >= :since ORDER BY proved_at DESC LIMIT 1

-- last_status_index
-- Return the highest place in the status list of an issuer that a licence has.
SELECT max(status_index) AS last FROM licences WHERE issuer_code = :issuer
