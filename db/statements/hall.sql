The hall's statements. Who waited yesterday does not stand in today's queue: a new day begins with its first ticket.

-- last_number
SELECT max(number) AS number FROM tickets WHERE hall = :hall AND day = :day AND number LIKE :like

-- waiting_tickets
SELECT id, category, number, priority, rank, calls, issued_at FROM tickets
WHERE hall = :hall AND state = 'waiting' AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY rank, id

-- held_tickets
SELECT * FROM tickets WHERE hall = :hall AND state = 'held' AND window_id = :window
AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY rank, id

-- start_serving
UPDATE tickets SET state = 'serving', window_id = :window, called_at = :at, calls = calls + 1 WHERE id = :ticket

-- serving_tickets
SELECT window_id, number FROM tickets WHERE hall = :hall AND state = 'serving'
AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY called_at

-- visit_at_window
SELECT * FROM visits WHERE window_id = :window AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1

-- window_of_staff
SELECT id, name FROM windows WHERE staff = :staff AND state = 'open' AND id <> :window LIMIT 1

-- last_visit_with_code
SELECT id, window_id, started_at FROM visits
WHERE code_key = :code_key AND id <> :visit AND started_at >= :since ORDER BY started_at DESC LIMIT 1

-- waiting_by_category
SELECT category, count(*) AS waiting, min(issued_at) AS oldest FROM tickets
WHERE hall = :hall AND state = 'waiting' AND day = (SELECT max(day) FROM tickets WHERE hall = :hall)
GROUP BY category ORDER BY category

-- served_by_category
SELECT category, count(*) AS served FROM tickets
WHERE hall = :hall AND day = :day AND state IN ('serving', 'finished') GROUP BY category

-- last_visit_of_ticket
SELECT * FROM visits WHERE ticket = :ticket ORDER BY started_at DESC LIMIT 1

-- last_code_use
SELECT window_id, started_at FROM visits
WHERE code_key = :code_key AND id <> :visit AND started_at >= :since ORDER BY started_at DESC LIMIT 1

-- all_open_visits
SELECT id, window_id FROM visits WHERE ended_at IS NULL

-- persons_of_visit
SELECT * FROM persons WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                   UNION SELECT person FROM dynamic_codes WHERE used_by = :visit) ORDER BY id

-- organisations_of_visit
SELECT * FROM organisations WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                         UNION SELECT person FROM dynamic_codes WHERE used_by = :visit) ORDER BY id

-- licences_of_visit
SELECT * FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit) ORDER BY id

-- attachments_of_visit
SELECT * FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                        (SELECT licence FROM consents WHERE visit = :visit)) ORDER BY digest

-- delete_persons_of_visit
DELETE FROM persons WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                 UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit)

-- delete_organisations_of_visit
DELETE FROM organisations WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                       UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit)

-- delete_attachments_of_visit
DELETE FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                      (SELECT licence FROM consents WHERE visit = :visit))
AND digest NOT IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                   (SELECT licence FROM consents WHERE visit <> :visit))

-- delete_licences_of_visit
DELETE FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit)
AND id NOT IN (SELECT licence FROM consents WHERE visit <> :visit)
