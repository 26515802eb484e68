-- Statements on the cases under way that rely on a record of the registry.

-- of_licence
-- Return the cases under way with a licence as a material, used again from an earlier case too.
-- Also those of whose results it was made out, and those in whose visit its code was shown.
WITH RECURSIVE used (case_number, id) AS (
    SELECT case_number, case_number || '/' || material || '/' || version FROM materials WHERE licence = :licence
    UNION SELECT again.case_number, again.case_number || '/' || again.material || '/' || again.version
    FROM used JOIN materials AS again ON again.origin = used.id AND again.origin <> ''
), relying (case_number) AS (
    SELECT case_number FROM used
    UNION SELECT case_number FROM result_licences WHERE licence = :licence AND licence <> ''
    UNION SELECT cases.number FROM visits JOIN cases ON cases.visit = visits.id
    WHERE visits.shown_licence = :identifier
)
SELECT number FROM cases WHERE number IN (SELECT case_number FROM relying)
AND state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived') ORDER BY number

-- of_person
-- Return the cases under way of which a person or organisation is a party, known by id or by number.
-- Also those for whose party they act, in whose visit they were served, or with a licence of theirs as a material.
WITH RECURSIVE used (case_number, id) AS (
    SELECT given.case_number, given.case_number || '/' || given.material || '/' || given.version
    FROM licences JOIN materials AS given ON given.licence = licences.id WHERE licences.holder = :subject
    UNION SELECT again.case_number, again.case_number || '/' || again.material || '/' || again.version
    FROM used JOIN materials AS again ON again.origin = used.id AND again.origin <> ''
), relying (case_number) AS (
    SELECT case_number FROM used
    UNION SELECT case_number FROM parties WHERE subject = :subject
    UNION SELECT case_number FROM parties WHERE subject IS NULL AND number IS NOT NULL AND number = :number
    UNION SELECT number FROM cases WHERE applicant = :subject
    UNION SELECT case_number FROM representations WHERE agent = :subject
    UNION SELECT cases.number FROM visits JOIN cases ON cases.visit = visits.id WHERE visits.person = :subject
)
SELECT number FROM cases WHERE number IN (SELECT case_number FROM relying)
AND state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived') ORDER BY number

-- of_relation
-- Return the cases under way that rely on a relation of two persons.
-- Both are parties; one acts for the other by it; or one is concerned, as in `of_person`, and a material is a licence of the other.
WITH RECURSIVE pair (person, other, number) AS (
    SELECT :subject, :other, :number
    UNION SELECT :other, :subject, :other_number
), concerned (case_number, person) AS (
    SELECT parties.case_number, pair.person FROM pair JOIN parties ON parties.subject = pair.person
    UNION SELECT parties.case_number, pair.person FROM pair JOIN parties ON parties.number = pair.number
    WHERE parties.subject IS NULL AND parties.number IS NOT NULL
    UNION SELECT cases.number, pair.person FROM pair JOIN cases ON cases.applicant = pair.person
    UNION SELECT cases.number, pair.person FROM pair JOIN visits ON visits.person = pair.person
    JOIN cases ON cases.visit = visits.id
    UNION SELECT representations.case_number, pair.person
    FROM pair JOIN representations ON representations.agent = pair.person AND representations.basis = 'relation'
), used (case_number, id, person) AS (
    SELECT given.case_number, given.case_number || '/' || given.material || '/' || given.version, pair.person
    FROM pair JOIN licences ON licences.holder = pair.person JOIN materials AS given ON given.licence = licences.id
    UNION SELECT again.case_number, again.case_number || '/' || again.material || '/' || again.version, used.person
    FROM used JOIN materials AS again ON again.origin = used.id AND again.origin <> ''
), relying (case_number) AS (
    SELECT one.case_number FROM concerned AS one
    JOIN concerned AS another ON another.case_number = one.case_number AND another.person <> one.person
    UNION SELECT concerned.case_number FROM concerned
    JOIN used ON used.case_number = concerned.case_number AND used.person <> concerned.person
)
SELECT number FROM cases WHERE number IN (SELECT case_number FROM relying)
AND state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived') ORDER BY number

-- revoked_results
-- Return the results whose licence was revoked in the repository since a time, and whose case does not show it yet.
SELECT result_licences.*, licences.updated_at AS revoked_on, licences.holder FROM licences
JOIN result_licences ON result_licences.licence = licences.id AND result_licences.licence <> ''
WHERE licences.state = 'revoked' AND licences.updated_at > :since AND result_licences.state = 'issued'
ORDER BY licences.updated_at, licences.id LIMIT :many

-- revoked_result
-- Return the result of a licence that was revoked in the repository, if its case does not show it yet.
SELECT result_licences.*, licences.updated_at AS revoked_on, licences.holder FROM licences
JOIN result_licences ON result_licences.licence = licences.id AND result_licences.licence <> ''
WHERE licences.id = :licence AND licences.state = 'revoked' AND result_licences.state = 'issued'

-- uses_of_revoked
-- Return the licences that were revoked since a time while a case under way used them, and no objection names them yet.
SELECT materials.case_number, materials.material, licences.kind, licences.updated_at AS revoked_at FROM licences
JOIN materials ON materials.licence = licences.id AND materials.how = 'licence'
JOIN cases ON cases.number = materials.case_number
WHERE licences.state = 'revoked' AND licences.updated_at > :since AND cases.accepted_at < licences.updated_at
AND cases.state NOT IN ('not_accepted', 'withdrawn', 'delivered', 'archived')
AND NOT EXISTS (SELECT 1 FROM materials AS newer WHERE newer.case_number = materials.case_number
                AND newer.material = materials.material AND newer.version > materials.version)
AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = cases.number
                AND objections.reason = 'licence_revoked_since' AND objections.raised_at >= licences.updated_at)
ORDER BY materials.case_number, licences.id LIMIT :many
