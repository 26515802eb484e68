The repository of e-licences.

-- licences_for_person
SELECT licences.* FROM licence_users JOIN licences ON licences.id = licence_users.licence
WHERE licence_users.person = :person ORDER BY licences.kind, licences.id

-- offered_licences
SELECT licences.*, consents.given_at, consents.purpose FROM consents JOIN licences ON licences.id = consents.licence
WHERE consents.visit = :visit ORDER BY licences.kind, licences.id

-- photo_of_holder
SELECT content FROM licences WHERE holder = :holder AND state = 'valid' AND content IS NOT NULL
AND kind IN ('0105', '0101') ORDER BY kind DESC LIMIT 1
