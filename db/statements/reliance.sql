-- Statements on the cases under way that rely on a record of the registry.

-- of_licence
-- Return the cases under way with a licence as a material, used again from an earlier case too, those of whose results
-- it was made out, and those in whose visit its code was shown.
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
-- Return the cases under way of which a person or organisation is a party, known by id or by number, for whose party
-- they act, in whose visit they were served, or with a licence of theirs as a material.
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
-- Return the cases under way that rely on a relation of two persons: both are parties; one acts for the other by it; or
-- one is concerned, as in `of_person`, and a material is a licence of the other.
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
