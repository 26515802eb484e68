-- Statements on service days, windows, tickets and visits. Only tickets of the hall's open service day are in its queue.

-- last_number
-- Return the highest ticket number of a service day in a range of numbers with the same count of characters.
SELECT max(number) AS number FROM tickets
WHERE hall = :hall AND day = :day AND number >= :low AND number <= :high AND length(number) = :characters

-- count_issued
-- Count the tickets of a range of numbers that are not void on a service day, and those issued from `begin` to `end`.
SELECT count(*) AS issued, count(CASE WHEN issued_at >= :begin AND issued_at < :end THEN 1 END) AS in_band FROM tickets
WHERE hall = :hall AND day = :day AND number >= :low AND number <= :high AND length(number) = :characters AND state <> 'void'

-- open_service_day
-- Return the open service day of a hall.
SELECT * FROM service_days WHERE hall = :hall AND state = 'open'

-- service_day_closed_at
-- Return a row if a service day was closed at this moment.
SELECT 1 AS found FROM service_days WHERE closed_at = :at LIMIT 1

-- halls
-- Return the halls that have windows, service days or machines.
SELECT hall FROM windows WHERE hall <> '' UNION SELECT hall FROM service_days UNION
SELECT hall FROM nodes WHERE hall <> '' ORDER BY hall

-- last_issue
-- Return the highest serial of a service day, and the latest time at which one of its tickets was or counts as issued.
-- A ticket with an appointment may count from a later time than the present.
SELECT max(serial) AS serial,
max(CASE WHEN rank > issued_at AND priority <> 'appointment' THEN rank ELSE issued_at END) AS latest
FROM tickets WHERE hall = :hall AND day = :day

-- open_tickets
-- Return the tickets of a hall that are waiting, held or being served, of any service day.
SELECT id FROM tickets WHERE hall = :hall AND state IN ('waiting', 'held', 'serving') ORDER BY id

-- open_visits_of_hall
-- Return the open visits at the windows of a hall. A window of a store without halls belongs to every hall.
SELECT visits.id, visits.ticket, visits.confirmed, visits.started_at FROM visits JOIN windows ON windows.id = visits.window_id
WHERE visits.ended_at IS NULL AND windows.hall IN (:hall, '') ORDER BY visits.id

-- open_windows
-- Return the windows of a hall that are open or paused.
SELECT id FROM windows WHERE state <> 'closed' AND hall IN (:hall, '') ORDER BY id

-- windows_not_closed
-- Return the windows of all halls that are open or paused.
SELECT * FROM windows WHERE state <> 'closed' ORDER BY id

-- waiting_tickets
-- Return the waiting tickets of the hall's open service day in the order of calling.
SELECT id, category, number, priority, state, rank, calls, issued_at, serial, waiting_since, target_window, target_staff,
called_at, called_categories, return_to, requeued, next_categories
FROM tickets WHERE hall = :hall AND state = 'waiting' AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open') ORDER BY rank, serial, id

-- first_in_queue
-- Return the `many` waiting tickets of the open service day that rank first, and the others that may be called earlier.
-- `last_rank` is the rank of the last of the `many`. The others rank before the issue of one of the `many`, or after
-- they entered the queue, or come back to a window.
WITH day_open AS (SELECT day FROM service_days WHERE hall = :hall AND state = 'open'),
  firsts AS (SELECT rank, issued_at FROM tickets WHERE hall = :hall AND state = 'waiting'
    AND day = (SELECT day FROM day_open) ORDER BY rank LIMIT :many),
  bounds AS (SELECT max(rank) AS last_rank, max(issued_at) AS last_taken FROM firsts)
SELECT id, category, state, rank, issued_at, serial, waiting_since, target_window, target_staff, called_at,
called_categories, return_to, requeued, last_rank
FROM tickets, bounds WHERE hall = :hall AND state = 'waiting' AND day = (SELECT day FROM day_open)
AND (rank <= last_rank OR rank <= last_taken
  OR rank > CASE WHEN waiting_since > issued_at THEN waiting_since ELSE issued_at END
  OR (return_to <> '' AND return_to = target_window))

-- called_after
-- Return the called tickets of the hall's open service day that were issued after the one with this serial.
SELECT id, serial, issued_at, first_called_at, called_categories FROM tickets WHERE hall = :hall AND serial > :serial
AND first_called_at IS NOT NULL AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')

-- last_called
-- Return the tickets of the hall's open service day that were called for the first time last.
SELECT id, serial, issued_at, first_called_at, called_categories FROM tickets WHERE hall = :hall
AND first_called_at IS NOT NULL AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')
ORDER BY first_called_at DESC, id LIMIT 40

-- appointment_with_code
-- Return the appointment of a hall and day with this code that was not cancelled.
SELECT id, state FROM appointments WHERE hall = :hall AND day = :day AND code = :code AND state <> 'cancelled'

-- later_appointment
-- Return the next appointment of a hall after a day with this code that was not cancelled.
SELECT day FROM appointments WHERE hall = :hall AND day > :day AND code = :code AND state <> 'cancelled' ORDER BY day LIMIT 1

-- booked_until
-- Return the appointments of a hall up to a day for which nobody has come.
SELECT id FROM appointments WHERE hall = :hall AND day <= :day AND state = 'booked' ORDER BY id

-- appointments_to_come
-- Return the appointments since the newest service day of their hall.
SELECT id, hall FROM appointments WHERE day >= COALESCE((SELECT max(service_days.day) FROM service_days WHERE service_days.hall = appointments.hall), '')
ORDER BY hall, day, id

-- held_tickets
-- Return the tickets that a window, or a window that is closed, holds on the hall's open service day in the order of calling.
SELECT * FROM tickets WHERE hall = :hall AND state = 'held'
AND (window_id = :window OR window_id IN (SELECT id FROM windows WHERE state = 'closed'))
AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open') ORDER BY rank, serial, id

-- held_tickets_of_day
-- Return the tickets that any window holds on the hall's open service day in the order of calling.
SELECT id, number FROM tickets WHERE hall = :hall AND state = 'held'
AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open') ORDER BY rank, serial, id

-- last_closed_day
-- Return the service day of a hall that was closed last.
SELECT * FROM service_days WHERE hall = :hall AND state = 'closed' ORDER BY closed_at DESC LIMIT 1

-- ended_tickets
-- Return the tickets of the hall's open service day that were ended at a window since a moment, newest first.
SELECT * FROM tickets WHERE hall = :hall AND state IN ('finished', 'unserved', 'no_show') AND window_id = :window
AND finished_at >= :since AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')
ORDER BY finished_at DESC, id

-- ticket_by_number
-- Return the ticket of a hall with this number: that of the open service day, otherwise the newest.
SELECT * FROM tickets WHERE hall = :hall AND number = :number AND state <> 'void'
ORDER BY CASE WHEN day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open') THEN 0 ELSE 1 END,
day DESC LIMIT 1

-- ticket_to_call
-- Return what the start of a visit needs of its ticket.
SELECT id, category, state, issued_at, waiting_since, called_at, called_categories FROM tickets WHERE id = :ticket

-- start_serving
-- Mark a ticket as being served at a window and count the call; `first` is its time if it may be the first one.
UPDATE tickets SET state = 'serving', window_id = :window, called_at = :at, calls = calls + 1,
first_called_at = coalesce(first_called_at, :first), called_categories = :categories WHERE id = :ticket

-- serving_tickets
-- Return window, number, category and call of the tickets being served on the hall's open service day.
SELECT window_id, number, category, called_at FROM tickets WHERE hall = :hall AND state = 'serving'
AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open') ORDER BY called_at

-- window_and_visit
-- Return what a call needs of its window, with the id of the open visit there.
SELECT id, state, since, staff, categories, hall, closes_after, (SELECT id FROM visits WHERE window_id = :window AND ended_at IS NULL LIMIT 1) AS open_visit
FROM windows WHERE id = :window

-- visit_at_window
-- Return the open visit at a window.
SELECT * FROM visits WHERE window_id = :window AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1

-- record_arrival
-- Record when the person of a visit came to the window, unless that is recorded, or the visit has no state.
UPDATE visits SET arrived_at = :at WHERE id = :visit AND arrived_at IS NULL AND end_state <> ''

-- end_visit
-- Record when a visit ended, and how if its start was recorded with a state.
UPDATE visits SET ended_at = :at, end_state = CASE WHEN end_state = '' THEN '' ELSE :state END WHERE id = :visit

-- windows_of_staff
-- Return the other windows where a member of staff is signed in.
SELECT * FROM windows WHERE staff = :staff AND state <> 'closed' AND id <> :window ORDER BY id

-- ticket_served_at
-- Return the ticket that is being served at a window.
SELECT id FROM tickets WHERE window_id = :window AND state = 'serving' ORDER BY called_at DESC LIMIT 1

-- open_visit_of_ticket
-- Return the open visit of a ticket.
SELECT id FROM visits WHERE ticket = :ticket AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1

-- last_visit_with_code
-- Return the newest other visit since a moment in which the same code was shown.
SELECT id, window_id, started_at FROM visits
WHERE code_key = :code_key AND id <> :visit AND started_at >= :since ORDER BY started_at DESC LIMIT 1

-- waiting_by_category
-- Count the waiting tickets of each category, with the oldest time of issue.
SELECT category, count(*) AS waiting, min(issued_at) AS oldest FROM tickets
WHERE hall = :hall AND state = 'waiting' AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')
GROUP BY category ORDER BY category

-- day_of_window
-- Count the tickets of the hall's open service day that were served at a window and those not here, and sum the times.
SELECT count(CASE WHEN state = 'finished' THEN 1 END) AS served,
count(CASE WHEN state = 'no_show' THEN 1 END) AS no_shows,
sum(CASE WHEN state = 'finished' THEN finished_at - called_at END) AS busy FROM tickets
WHERE hall = :hall AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')
AND state IN ('finished', 'no_show') AND window_id = :window

-- last_of_window
-- Return the tickets of the hall's open service day that were called last to a window, newest call first.
SELECT number, category, state, window_id, called_at, finished_at FROM tickets
WHERE hall = :hall AND day = (SELECT day FROM service_days WHERE hall = :hall AND state = 'open')
AND state IN ('serving', 'held', 'finished', 'no_show', 'unserved') AND window_id = :window AND called_at IS NOT NULL
ORDER BY called_at DESC, id LIMIT :most

-- served_by_category
-- Count the tickets that were served on a service day of the hall, and those that ended without service, by category.
SELECT category, count(CASE WHEN state = 'finished' THEN 1 END) AS served,
count(CASE WHEN state = 'unserved' THEN 1 END) AS unserved FROM tickets
WHERE hall = :hall AND day = :day
AND state IN ('finished', 'unserved') GROUP BY category

-- day_version
-- Return values that change with each call or end of a ticket of a service day.
SELECT count(*) AS many, sum(calls) AS calls, max(called_at) AS called_at, max(finished_at) AS finished_at,
count(CASE WHEN state = 'held' THEN 1 END) AS held FROM tickets WHERE hall = :hall AND day = :day

-- called_tickets
-- Return the tickets of a service day that were called to a window, in the order of their last calls.
SELECT number, category, state, window_id, called_at, finished_at FROM tickets
WHERE hall = :hall AND day = :day AND called_at IS NOT NULL AND window_id IS NOT NULL ORDER BY called_at, id

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
-- Return the persons who showed a code in a visit as served or by a dynamic code, or are acted for by a relation.
-- Also those to whom a released result of an earlier case belongs.
SELECT * FROM persons WHERE id IN
(SELECT person FROM identity_proofs WHERE visit = :visit AND person IN
 (SELECT person FROM visits WHERE id = :visit UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
 UNION SELECT principal FROM visit_representations WHERE visit = :visit AND basis = 'relation'
 UNION SELECT holder FROM earlier_materials
 JOIN consents ON consents.visit = earlier_materials.visit AND consents.licence = earlier_materials.id
 WHERE earlier_materials.visit = :visit AND earlier_materials.how = 'produced' AND released_at IS NOT NULL)
ORDER BY id

-- organisations_of_visit
-- Return the organisations who showed a code in a visit as served or by a dynamic code, or are acted for by a relation.
SELECT * FROM organisations WHERE id IN
(SELECT person FROM identity_proofs WHERE visit = :visit AND person IN
 (SELECT person FROM visits WHERE id = :visit UNION SELECT person FROM dynamic_codes WHERE used_by = :visit)
 UNION SELECT principal FROM visit_representations WHERE visit = :visit AND basis = 'relation')
ORDER BY id

-- licences_of_visit
-- Return the licences that were offered in a visit.
SELECT * FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit) ORDER BY id

-- ended_tickets_with_papers
-- Return the tickets that have ended and for which the reception had scanned papers, at most `many`.
SELECT DISTINCT ticket_papers.ticket FROM ticket_papers LEFT JOIN tickets ON tickets.id = ticket_papers.ticket
WHERE tickets.id IS NULL OR tickets.state NOT IN ('printing', 'waiting', 'held', 'serving')
ORDER BY ticket_papers.ticket LIMIT :many

-- attachments_of_visit
-- Return the attachments of the licences that were offered in a visit, and of its earlier materials.
SELECT * FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                        (SELECT licence FROM consents WHERE visit = :visit)
                                        UNION SELECT content FROM earlier_materials
                                        WHERE visit = :visit AND content IS NOT NULL) ORDER BY digest

-- earlier_materials_of_visit
-- Return the earlier materials of a visit; with the content of a result where it was released.
SELECT earlier_materials.visit, earlier_materials.id, earlier_materials.holder, earlier_materials.case_number,
earlier_materials.material, earlier_materials.version, earlier_materials.how, earlier_materials.issuer,
earlier_materials.valid_to, earlier_materials.grade, earlier_materials.learnt_at, earlier_materials.content,
earlier_materials.issued_on, earlier_materials.too_old,
CASE WHEN consents.released_at IS NOT NULL THEN COALESCE(earlier_materials.claims, materials.claims) END AS claims
FROM earlier_materials
LEFT JOIN consents ON consents.visit = earlier_materials.visit AND consents.licence = earlier_materials.id
LEFT JOIN materials ON materials.case_number = earlier_materials.case_number
AND materials.material = earlier_materials.material AND materials.version = earlier_materials.version
WHERE earlier_materials.visit = :visit ORDER BY earlier_materials.id

-- delete_persons_of_visit
-- Delete the persons of a visit that no other visit refers to.
DELETE FROM persons WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                 UNION SELECT person FROM dynamic_codes WHERE used_by = :visit
                                 UNION SELECT principal FROM visit_representations WHERE visit = :visit
                                 UNION SELECT holder FROM earlier_materials WHERE visit = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit
               UNION SELECT principal FROM visit_representations WHERE visit <> :visit
               UNION SELECT holder FROM earlier_materials WHERE visit <> :visit)

-- delete_organisations_of_visit
-- Delete the organisations of a visit that no other visit refers to.
DELETE FROM organisations WHERE id IN (SELECT person FROM visits WHERE id = :visit AND person <> ''
                                       UNION SELECT person FROM dynamic_codes WHERE used_by = :visit
                                       UNION SELECT principal FROM visit_representations WHERE visit = :visit)
AND id NOT IN (SELECT person FROM visits WHERE id <> :visit AND person <> ''
               UNION SELECT person FROM dynamic_codes WHERE used_by <> :visit
               UNION SELECT principal FROM visit_representations WHERE visit <> :visit)

-- delete_attachments_of_visit
-- Delete the attachments of a visit's licences and earlier materials that no other visit refers to.
DELETE FROM contents WHERE digest IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                                      (SELECT licence FROM consents WHERE visit = :visit)
                                      UNION SELECT content FROM earlier_materials
                                      WHERE visit = :visit AND content IS NOT NULL)
AND digest NOT IN (SELECT content FROM licences WHERE content IS NOT NULL AND id IN
                   (SELECT licence FROM consents WHERE visit <> :visit)
                   UNION SELECT content FROM earlier_materials WHERE visit <> :visit AND content IS NOT NULL)

-- delete_licences_of_visit
-- Delete the licences of a visit that no other visit refers to.
DELETE FROM licences WHERE id IN (SELECT licence FROM consents WHERE visit = :visit)
AND id NOT IN (SELECT licence FROM consents WHERE visit <> :visit)

-- tickets_of_day
-- Return when the tickets of a service day were issued, called, left the queue and were served, in order of issue.
SELECT category, issued_at, called_at, CASE WHEN state = 'finished' THEN finished_at END AS served_at,
CASE WHEN state = 'waiting' THEN NULL WHEN called_at IS NULL THEN finished_at ELSE called_at END AS left_at
FROM tickets WHERE hall = :hall AND day = :day AND state NOT IN ('printing', 'void') ORDER BY serial, id

-- materials_of_day
-- Count the materials of the cases that the windows of a hall accepted between two moments, by way and paper reason.
SELECT materials.how, materials.paper_code, count(*) AS many FROM cases
JOIN materials ON materials.case_number = cases.number
WHERE cases.window_id IN (SELECT id FROM windows WHERE hall IN (:hall, ''))
AND cases.accepted_at >= :begin AND cases.accepted_at <= :until AND materials.version = 1 AND materials.how <> 'produced'
GROUP BY materials.how, materials.paper_code ORDER BY materials.how, materials.paper_code

-- closed_days_before
-- Return the last service days of a hall that were closed before a day, newest first.
SELECT day, opened_at, closed_at FROM service_days
WHERE hall = :hall AND state = 'closed' AND day < :day ORDER BY day DESC LIMIT :many

-- duty_of_window_now
-- Return the duty period of a window that has not ended.
SELECT * FROM duty_periods WHERE window_id = :window AND ended_at IS NULL ORDER BY began_at DESC LIMIT 1

-- newest_day_of_hall
-- Return the open service day of a hall, otherwise the newest; a window of a store without halls belongs to every hall.
SELECT hall, day FROM service_days WHERE hall = :hall OR :hall = ''
ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, opened_at DESC LIMIT 1

-- duty_of_day
-- Return the duty periods of a service day of a hall, by window and time.
SELECT * FROM duty_periods WHERE hall = :hall AND day = :day ORDER BY window_id, began_at, id

-- unread_messages
-- Return the messages to a person at a window that were not read and whose text is kept, oldest first.
SELECT * FROM staff_messages WHERE window_id = :window AND staff = :staff AND read_at IS NULL AND text IS NOT NULL
ORDER BY sent_at, id

-- last_messages
-- Return the messages to a window whose text is kept, newest first.
SELECT * FROM staff_messages WHERE window_id = :window AND text IS NOT NULL ORDER BY sent_at DESC, id LIMIT :many

-- messages_sent_before
-- Return the messages that were sent before a time and whose text is kept.
SELECT id FROM staff_messages WHERE sent_at < :before AND text IS NOT NULL ORDER BY sent_at, id LIMIT :many

-- open_emergencies
-- Return the calls for help of a hall that nobody has ended: those that nobody has seen first, then by time.
SELECT * FROM emergency_calls WHERE hall = :hall AND ended_at IS NULL
ORDER BY CASE WHEN seen_at IS NULL THEN 0 ELSE 1 END, raised_at, id

-- open_emergency_at
-- Return the call for help of a window that nobody has ended.
SELECT * FROM emergency_calls WHERE window_id = :window AND ended_at IS NULL ORDER BY raised_at LIMIT 1

-- open_kiosk_calls
-- Return the calls from kiosks of a hall that nobody has answered, since a moment, oldest first.
SELECT * FROM kiosk_calls WHERE hall = :hall AND seen_at IS NULL AND called_at >= :since ORDER BY called_at, id

-- open_call_of_kiosk
-- Return the unanswered call of a kiosk since a moment.
SELECT * FROM kiosk_calls WHERE kiosk = :kiosk AND seen_at IS NULL AND called_at >= :since ORDER BY called_at LIMIT 1

-- last_priority
-- Return the command of the newest entry of a kind in a stream.
SELECT command FROM ledger_entries WHERE stream = :stream AND kind = :kind AND outcome = 'done' ORDER BY position DESC LIMIT 1

-- recent_calls
-- Return the tickets of a service day that were called last, newest first.
SELECT category, window_id, issued_at, called_at, finished_at FROM tickets
WHERE hall = :hall AND day = :day AND called_at IS NOT NULL AND window_id IS NOT NULL ORDER BY called_at DESC, id LIMIT :many

-- recent_head_starts
-- Count the tickets of a service day issued since a moment by category and head start in minutes.
-- A rank below 0 is the priority that a supervisor gave.
SELECT category, (issued_at - rank + 30000000) / 60000000 AS minutes, count(*) AS many FROM tickets
WHERE hall = :hall AND day = :day AND issued_at >= :since AND rank < issued_at AND rank >= 0 AND state NOT IN ('printing', 'void')
GROUP BY category, (issued_at - rank + 30000000) / 60000000 ORDER BY category, minutes

-- estimated_tickets
-- Return the called tickets of a service day whose wait was estimated, with the estimate and the first call.
SELECT category, estimated_low, estimated_high, issued_at, first_called_at FROM tickets
WHERE hall = :hall AND day = :day AND estimated_high > 0 AND first_called_at IS NOT NULL ORDER BY serial, id

-- last_holder_of_window
-- Return who held a window last.
SELECT staff FROM duty_periods WHERE window_id = :window ORDER BY began_at DESC LIMIT 1
