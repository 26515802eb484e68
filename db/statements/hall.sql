-- Statements on windows, tickets and visits. The current day of a hall is that of its newest ticket.

-- last_number
-- Return the highest ticket number of a day that matches a pattern.
SELECT max(number) AS number FROM tickets WHERE hall = :hall AND day = :day AND number LIKE :like

-- waiting_tickets
-- Return the waiting tickets of the hall's current day in the order of calling.
SELECT id, category, number, priority, rank, calls, issued_at FROM tickets
WHERE hall = :hall AND state = 'waiting' AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY rank, id

-- held_tickets
-- Return the tickets that a window holds on the hall's current day in the order of calling.
SELECT * FROM tickets WHERE hall = :hall AND state = 'held' AND window_id = :window
AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY rank, id

-- start_serving
-- Mark a ticket as being served at a window and count the call.
UPDATE tickets SET state = 'serving', window_id = :window, called_at = :at, calls = calls + 1 WHERE id = :ticket

-- serving_tickets
-- Return window and number of the tickets being served on the hall's current day.
SELECT window_id, number FROM tickets WHERE hall = :hall AND state = 'serving'
AND day = (SELECT max(day) FROM tickets WHERE hall = :hall) ORDER BY called_at

-- visit_at_window
-- Return the open visit at a window.
SELECT * FROM visits WHERE window_id = :window AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1

-- window_of_staff
-- Return another open window where a member of staff is signed in.
SELECT id, name FROM windows WHERE staff = :staff AND state = 'open' AND id <> :window LIMIT 1

-- last_visit_with_code
-- Return the newest other visit since a moment in which the same code was shown.
SELECT id, window_id, started_at FROM visits
WHERE code_key = :code_key AND id <> :visit AND started_at >= :since ORDER BY started_at DESC LIMIT 1

-- waiting_by_category
-- Count the waiting tickets of each category, with the oldest time of issue.
SELECT category, count(*) AS waiting, min(issued_at) AS oldest FROM tickets
WHERE hall = :hall AND state = 'waiting' AND day = (SELECT max(day) FROM tickets WHERE hall = :hall)
GROUP BY category ORDER BY category

-- served_by_category
-- Count the tickets of each category that were served on a day.
SELECT category, count(*) AS served FROM tickets
WHERE hall = :hall AND day = :day AND state IN ('serving', 'finished') GROUP BY category

-- last_visit_of_ticket
-- Return the newest visit of a ticket.
SELECT * FROM visits WHERE ticket = :ticket ORDER BY started_at DESC LIMIT 1

-- last_code_use
-- Return window and time of the newest other visit since a moment in which the same code was shown.
SELECT window_id, started_at FROM visits
WHERE code_key = :code_key AND id <> :visit AND started_at >= :since ORDER BY started_at DESC LIMIT 1

-- all_open_visits
-- Return the visits that have not ended.
SELECT id, window_id FROM visits WHERE ended_at IS NULL

-- persons_of_visit
-- Return the persons of a visit and of the dynamic codes that it used.
SELECT * FROM persons WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                   UNION SELECT person FROM dynamic_codes WHERE used_by = :visit) ORDER BY id

-- organisations_of_visit
-- Return the organisations of a visit and of the dynamic codes that it used.
SELECT * FROM organisations WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                         UNION SELECT person FROM dynamic_codes WHERE used_by = :visit) ORDER BY id

-- licences_of_visit
-- Return the licences that were offered in a visit.
SELECT * FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit) ORDER BY id

-- attachments_of_visit
-- Return the attachments of the licences that were offered in a visit.
SELECT * FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                        (SELECT licence FROM consents WHERE visit = :visit)) ORDER BY digest

-- delete_persons_of_visit
-- Delete the persons of a visit that no other visit refers to.
DELETE FROM persons WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                 UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit)

-- delete_organisations_of_visit
-- Delete the organisations of a visit that no other visit refers to.
DELETE FROM organisations WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                       UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit)

-- delete_attachments_of_visit
-- Delete the attachments of a visit's licences that no other visit refers to.
DELETE FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                      (SELECT licence FROM consents WHERE visit = :visit))
AND digest NOT IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                   (SELECT licence FROM consents WHERE visit <> :visit))

-- delete_licences_of_visit
-- Delete the licences of a visit that no other visit refers to.
DELETE FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit)
AND id NOT IN (SELECT licence FROM consents WHERE visit <> :visit)
