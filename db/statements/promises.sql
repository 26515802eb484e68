-- Statements on promises at an acceptance.

-- open_of_organ
-- Return the promises that an organ follows up, the nearest date first, up to `most`.
SELECT * FROM promises WHERE organ = :organ AND state IN ('open', 'reported') ORDER BY due_at, id LIMIT :most

-- open_of_site
-- Return the open promises of cases of a service centre, the nearest date first, up to `most`.
SELECT * FROM promises WHERE site = :site AND state IN ('open', 'reported') ORDER BY due_at, id LIMIT :most

-- due_before
-- Return the open promises whose date is before a moment, the nearest date first, up to `most`.
SELECT * FROM promises WHERE state IN ('open', 'reported') AND due_at < :moment ORDER BY due_at, id LIMIT :most

-- count_due_by_organ
-- Return the organs with open promises that are due before a moment: how many there are, and how many are overdue.
SELECT organ, count(*) AS many, sum(CASE WHEN due_at < :now THEN 1 ELSE 0 END) AS overdue FROM promises
WHERE state IN ('open', 'reported') AND due_at < :moment GROUP BY organ ORDER BY organ

-- of_case
-- Return the promises of a case, in the order of their ids.
SELECT * FROM promises WHERE case_number = :number ORDER BY made_at, id

-- broken_of_subject
-- Return the false promises of a registered applicant that count at a moment, the newest first.
SELECT * FROM broken_promises WHERE subject = :subject AND subject <> '' AND repaired_at IS NULL AND counts_until >= :now
ORDER BY recorded_at DESC, promise

-- broken_of_number
-- Return the same of an applicant whom the city does not know, by the identity number in the case.
SELECT broken_promises.* FROM cases JOIN broken_promises ON broken_promises.case_number = cases.number
WHERE cases.applicant_number = :number AND broken_promises.repaired_at IS NULL AND broken_promises.counts_until >= :now
ORDER BY broken_promises.recorded_at DESC, broken_promises.promise

-- broken_ended
-- Return false promises after a key whose time is over.
SELECT promise FROM broken_promises WHERE counts_until < :now AND promise > :key ORDER BY promise LIMIT :many

-- broken_that_count
-- Return the false promises that count at a moment and are not repaired, the newest first, up to `most`.
SELECT * FROM broken_promises WHERE repaired_at IS NULL AND counts_until >= :now
ORDER BY recorded_at DESC, promise LIMIT :most
