-- Statements on received cases, which are neither accepted nor refused yet.

-- unanswered_before
-- Return the received cases after a number whose period for an answer ended before a time without a printed notice.
SELECT case_number, received_node, answer_due_at FROM received_records
WHERE notified_at IS NULL AND answer_due_at < :before AND case_number > :key ORDER BY case_number

-- leases_before
-- Return the received cases after a number that a machine opened under a lease that ended before a time.
SELECT case_number FROM received_records
WHERE opened_node <> '' AND lease_until < :before AND case_number > :key ORDER BY case_number

-- waiting_of_site
-- Return the received cases of a site, first those whose period ends first.
SELECT received_records.*, cases.one_thing, cases.catalogue, cases.catalogue_version, cases.applicant_name,
cases.applicant_kind, cases.window_id, cases.clerk FROM received_records
JOIN cases ON cases.number = received_records.case_number
WHERE received_records.site = :site AND cases.state = 'received'
ORDER BY coalesce(bring_until, answer_due_at), case_number LIMIT :many
