-- Statements on cases, tasks, notices and drafts.

-- most_urgent
-- Return the most urgent pooled task of an organ and its claimed task whose lease ended first: at most two rows.
-- Tasks of a case on which somebody acted after the end of their sign-in wait for a supervisor.
SELECT * FROM (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
               WHERE organ = :organ AND state = 'pooled'
                AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                                AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
               ORDER BY rank, id LIMIT 1)
UNION ALL
SELECT * FROM (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
               WHERE organ = :organ AND state = 'claimed' AND lease_until <= :now
                AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                                AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
               ORDER BY lease_until, id LIMIT 1)

-- most_urgent.postgresql
-- Like `most_urgent`, locking the rows and skipping those that another transaction has locked.
WITH pooled AS (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
                WHERE organ = :organ AND state = 'pooled'
                AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                                AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
                ORDER BY rank, id LIMIT 1 FOR UPDATE SKIP LOCKED),
     expired AS (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
                 WHERE organ = :organ AND state = 'claimed' AND lease_until <= :now
                 AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                                 AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
                 ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED)
SELECT * FROM pooled UNION ALL SELECT * FROM expired

-- most_urgent_without_promise
-- Return the most urgent pooled task of an organ whose matter relies on no promised paper: at most one row.
SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
WHERE organ = :organ AND state = 'pooled'
AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.case_number = tasks.case_number AND promises.kind = 'gap'
                AND promises.state IN ('open', 'reported') AND promises.matters LIKE '%"' || tasks.matter || '"%')
ORDER BY rank, id LIMIT 1

-- most_urgent_without_promise.postgresql
-- Like `most_urgent_without_promise`, locking the row and skipping those that another transaction has locked.
SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
WHERE organ = :organ AND state = 'pooled'
AND NOT EXISTS (SELECT 1 FROM objections WHERE objections.case_number = tasks.case_number
                AND objections.reason IN ('dismissed', 'old_session') AND objections.settled_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM promises WHERE promises.case_number = tasks.case_number AND promises.kind = 'gap'
                AND promises.state IN ('open', 'reported') AND promises.matters LIKE '%"' || tasks.matter || '"%')
ORDER BY rank, id LIMIT 1 FOR UPDATE SKIP LOCKED

-- decrease_pending
-- Subtract `many` ended tasks from a case and return how many are still pending.
UPDATE cases SET pending = pending - :many WHERE number = :number RETURNING pending

-- open_supplement_notice
-- Return the id of a case's supplement notice that was not printed yet.
SELECT id FROM notices WHERE case_number = :number AND kind = 'supplement' AND state = 'pending'

-- mark_notice_printed
-- Mark a notice as printed and count the print.
UPDATE notices SET state = 'printed', prints = prints + 1, printed_at = :at WHERE id = :notice

-- unprinted_notices
-- Return the notices of a window to be printed, oldest first, without answered requests and prints that have not ended.
SELECT * FROM notices WHERE window_id = :window AND state = 'pending' AND (kind <> 'supplement' OR EXISTS (
  SELECT 1 FROM supplements WHERE supplements.case_number = notices.case_number
  AND supplements.notice = notices.id AND supplements.answered_at IS NULL)) AND NOT EXISTS (
  SELECT 1 FROM prints WHERE prints.case_number = notices.case_number AND prints.paper = notices.id
  AND prints.outcome IN ('printing', 'unknown')) ORDER BY made_at

-- unprinted_receipts_of_visit
-- Return the accepted cases of a visit whose receipts are to be printed, in the order of their numbers.
SELECT cases.number, cases.one_thing, cases.applicant_kind, cases.applicant_name, cases.applicant_number FROM cases
JOIN notices ON notices.id = cases.number || '-receipt'
WHERE cases.visit = :visit AND cases.state = 'accepted' AND notices.state = 'pending' ORDER BY cases.number

-- open_prints
-- Return the prints of a window that have begun and of which nobody knows yet whether they came out, oldest first.
SELECT * FROM prints WHERE window_id = :window AND outcome IN ('printing', 'unknown') ORDER BY begun_at, id

-- tasks_claimed_by
-- Return the tasks that a member of staff holds.
SELECT id, fence FROM tasks WHERE owner = :staff AND state = 'claimed' ORDER BY id

-- end_claim
-- End the current claim of a task.
UPDATE claims SET ended_at = :at, how = :how WHERE task = :task AND ended_at IS NULL

-- drafts_of_staff_or_window
-- Return the drafts of a member of staff or of a window, last saved first.
SELECT * FROM drafts WHERE staff = :staff OR window_id = :window ORDER BY saved_at DESC

-- draft_of_visit
-- Return the draft of a visit that was saved last.
SELECT * FROM drafts WHERE visit = :visit ORDER BY saved_at DESC LIMIT 1

-- answer_supplements
-- Mark the open supplements of a task as answered.
UPDATE supplements SET answered_at = :at WHERE task = :task AND answered_at IS NULL

-- end_external_waits
-- End the open waits of a task for offices outside, because the task has ended.
UPDATE external_waits SET outcome = 'ended', ended_at = :at WHERE task = :task AND outcome = ''

-- queue_page_open
-- Return a page of an organ's pooled and claimed tasks, most urgent first.
SELECT * FROM (
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT :most) AS pooled_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'claimed' ORDER BY rank, id LIMIT :most) AS claimed_tasks
) AS found ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_all
-- Return a page of an organ's tasks that have not ended, most urgent first; those that have not started last.
SELECT * FROM (
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'waiting' ORDER BY rank, id LIMIT :most) AS waiting_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT :most) AS pooled_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'claimed' ORDER BY rank, id LIMIT :most) AS claimed_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'returned' ORDER BY rank, id LIMIT :most) AS returned_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'procedure' ORDER BY rank, id LIMIT :most) AS procedure_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'external' ORDER BY rank, id LIMIT :most) AS external_tasks
) AS found ORDER BY CASE WHEN state = 'waiting' THEN 1 ELSE 0 END, rank, id LIMIT :many OFFSET :skipped

-- queue_page_returned
-- Return a page of an organ's tasks that wait for a supplement, a special procedure or another office, most urgent first.
SELECT * FROM (
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'returned' ORDER BY rank, id LIMIT :most) AS returned_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'procedure' ORDER BY rank, id LIMIT :most) AS procedure_tasks
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'external' ORDER BY rank, id LIMIT :most) AS external_tasks
) AS found ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_mine
-- Return a page of an organ's tasks that one person has claimed, most urgent first.
SELECT * FROM tasks WHERE owner = :me AND state = 'claimed' AND organ = :organ
ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_overdue
-- Return a page of an organ's open tasks whose promised date has passed, longest overdue first.
SELECT * FROM tasks WHERE organ = :organ AND ended_at IS NULL AND due_at < :now
ORDER BY due_at, id LIMIT :many OFFSET :skipped

-- queue_to_select
-- Return what filters and orders of an organ's started, open tasks need, the nearest due first, up to `most`.
SELECT tasks.id, tasks.matter, tasks.state, tasks.owner, tasks.lease_until, tasks.due_at, tasks.rank, tasks.recheck_of,
  tasks.papers_overdue, cases.one_thing, cases.catalogue, cases.catalogue_version
FROM tasks JOIN cases ON cases.number = tasks.case_number
WHERE tasks.organ = :organ AND tasks.ended_at IS NULL AND tasks.state <> 'waiting'
ORDER BY tasks.due_at, tasks.id LIMIT :most

-- all_to_select
-- Return the same of all tasks of an organ that have not ended, also of those that have not started.
SELECT tasks.id, tasks.matter, tasks.state, tasks.owner, tasks.lease_until, tasks.due_at, tasks.rank, tasks.recheck_of,
  tasks.papers_overdue, cases.one_thing, cases.catalogue, cases.catalogue_version
FROM tasks JOIN cases ON cases.number = tasks.case_number
WHERE tasks.organ = :organ AND tasks.ended_at IS NULL ORDER BY tasks.due_at, tasks.id LIMIT :most

-- asked_extensions
-- Return the extensions of an organ's open tasks that wait for a decision by another person than `staff`.
SELECT extensions.* FROM extensions JOIN tasks ON tasks.id = extensions.task
WHERE extensions.outcome = '' AND tasks.organ = :organ AND tasks.ended_at IS NULL AND extensions.asked_by <> :staff
ORDER BY extensions.asked_at, extensions.task

-- next_due
-- Return the nearest due time of an organ's open tasks that has not passed.
SELECT min(due_at) AS at FROM tasks WHERE organ = :organ AND ended_at IS NULL AND due_at >= :now

-- decisions_signed_since
-- Return the decisions that a person signed since a moment, the last one first, up to `most`.
SELECT * FROM decisions WHERE signer = :signer AND at >= :since ORDER BY at DESC, task DESC LIMIT :most

-- own_decisions_since
-- Return a person's decisions among the newest entries of a window that the center has not rejected.
-- The window may not hold the case any more.
SELECT corrected_at, command FROM ledger_entries
WHERE position > (SELECT max(position) FROM ledger_entries) - :newest
AND kind = 'DecideTask' AND actor = :signer AND corrected_at >= :since AND outcome = 'done'
AND NOT EXISTS (SELECT 1 FROM refusals WHERE refusals.position = ledger_entries.position)
ORDER BY position DESC

-- queue_counts
-- Return the number of an organ's tasks in each state.
SELECT state, many FROM queue_counts WHERE organ = :organ

-- count_claimed_by
-- Count the tasks of an organ that one person has claimed.
SELECT count(*) AS many FROM tasks WHERE owner = :me AND state = 'claimed' AND organ = :organ

-- count_due_before
-- Count the open tasks of an organ that are due before a moment, up to `most`.
SELECT count(*) AS many FROM (
  SELECT id FROM tasks WHERE organ = :organ AND ended_at IS NULL AND due_at < :moment LIMIT :most
) AS due

-- count_expired_claims
-- Count the claimed tasks of an organ whose lease has ended.
SELECT count(*) AS many FROM tasks WHERE organ = :organ AND state = 'claimed' AND lease_until <= :now

-- oldest_free_task
-- Return when the oldest task of the organ that anybody can claim was started.
SELECT min(started_at) AS at FROM tasks WHERE organ = :organ AND ended_at IS NULL
AND (state = 'pooled' OR (state = 'claimed' AND lease_until <= :now))

-- reader_organs
-- Return the organs that may read a case now: those with open tasks and its service centre.
SELECT DISTINCT organ FROM tasks WHERE case_number = :number AND state IN ('pooled', 'claimed', 'returned', 'procedure', 'external')
UNION SELECT centre FROM cases WHERE number = :number

-- feed_positions
-- Return the scope and feed version of a case for every organ that has it in its feed.
SELECT feed.scope, feed.version FROM (
  SELECT 'organ/' || organ AS scope FROM tasks WHERE case_number = :number
  UNION SELECT 'organ/' || centre FROM cases WHERE number = :number
) AS readers JOIN feed ON feed.scope = readers.scope AND feed.document = 'case/' || :number

-- done_entries_from
-- Return the accepted entries of a stream from a revision on.
SELECT revision, kind, actor, corrected_at, command, decision FROM ledger_entries
WHERE stream = :stream AND revision >= :revision AND outcome = 'done' ORDER BY revision

-- under_way_by_number
-- Return the cases under way for a one thing whose applicant has this identity number; '' finds those without one.
SELECT number, applicant, applicant_name, accepted_at, centre, catalogue, catalogue_version, one_thing FROM cases
WHERE applicant_number = :number AND one_thing = :one_thing AND state IN ('received', 'accepted', 'closed', 'issued')

-- under_way_by_applicant
-- Return the cases under way of a registered applicant for a one thing.
SELECT number, applicant, applicant_name, accepted_at, centre, catalogue, catalogue_version, one_thing FROM cases
WHERE applicant = :applicant AND one_thing = :one_thing AND state IN ('received', 'accepted', 'closed', 'issued')

-- matters_of_applicant
-- Return the open cases of a registered applicant in which one of these matters runs.
SELECT cases.number, cases.accepted_at, cases.centre, matters.matter FROM cases
JOIN matters ON matters.case_number = cases.number
WHERE cases.applicant = :applicant AND cases.state IN ('received', 'accepted') AND matters.dropped = '' AND matters.matter IN (SELECT value FROM json_each(:matters))
AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_number = cases.number AND tasks.matter = matters.matter
AND tasks.state IN ('refused', 'withdrawn', 'lapsed'))

-- matters_of_applicant.postgresql
-- Return the open cases of a registered applicant in which one of these matters runs.
SELECT cases.number, cases.accepted_at, cases.centre, matters.matter FROM cases
JOIN matters ON matters.case_number = cases.number
WHERE cases.applicant = :applicant AND cases.state IN ('received', 'accepted') AND matters.dropped = '' AND matters.matter = ANY(CAST(:matters AS TEXT[]))
AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_number = cases.number AND tasks.matter = matters.matter
AND tasks.state IN ('refused', 'withdrawn', 'lapsed'))

-- matters_of_number
-- Return the open cases of an applicant with this identity number in which one of these matters runs.
SELECT cases.number, cases.accepted_at, cases.centre, matters.matter FROM cases
JOIN matters ON matters.case_number = cases.number
WHERE cases.applicant_number = :number AND cases.state IN ('received', 'accepted') AND matters.dropped = '' AND matters.matter IN (SELECT value FROM json_each(:matters))
AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_number = cases.number AND tasks.matter = matters.matter
AND tasks.state IN ('refused', 'withdrawn', 'lapsed'))

-- matters_of_number.postgresql
-- Return the open cases of an applicant with this identity number in which one of these matters runs.
SELECT cases.number, cases.accepted_at, cases.centre, matters.matter FROM cases
JOIN matters ON matters.case_number = cases.number
WHERE cases.applicant_number = :number AND cases.state IN ('received', 'accepted') AND matters.dropped = '' AND matters.matter = ANY(CAST(:matters AS TEXT[]))
AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_number = cases.number AND tasks.matter = matters.matter
AND tasks.state IN ('refused', 'withdrawn', 'lapsed'))

-- open_by_object
-- Return the open cases with a matter for an object.
SELECT cases.number, cases.accepted_at, cases.centre, case_objects.matter FROM case_objects
JOIN cases ON cases.number = case_objects.case_number
WHERE case_objects.matter = :matter AND case_objects.digest = :digest AND cases.state IN ('received', 'accepted')
AND NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.case_number = cases.number AND tasks.matter = case_objects.matter
AND tasks.state IN ('refused', 'withdrawn', 'lapsed'))

-- supplements_past_term
-- Return open supplements after an id whose papers were not brought in time; those without a date after a longer time.
SELECT supplements.id, supplements.task, cases.one_thing, cases.catalogue, cases.catalogue_version
FROM supplements JOIN cases ON cases.number = supplements.case_number
WHERE supplements.answered_at IS NULL AND supplements.kind = '' AND supplements.id > :supplement AND (supplements.deadline_at < :now
OR (supplements.deadline_at IS NULL AND COALESCE(supplements.notified_at, supplements.asked_at) < :long_ago))
ORDER BY supplements.id LIMIT :most

-- past_statutory_date
-- Return undecided tasks after an id whose statutory date has passed, with the catalogue of their cases, up to `most`.
SELECT tasks.id, tasks.matter, cases.catalogue, cases.catalogue_version, cases.one_thing
FROM tasks JOIN cases ON cases.number = tasks.case_number
WHERE tasks.ended_at IS NULL AND tasks.statutory_at < :now
AND tasks.state IN ('pooled', 'claimed') AND tasks.id > :task ORDER BY tasks.id LIMIT :most

-- unprinted_deemed_approvals
-- Return the number of deemed approvals whose notice was not printed by its day, by organ.
SELECT decisions.organ, COUNT(*) AS many FROM decisions
JOIN tasks ON tasks.id = decisions.task
JOIN notices ON notices.id = tasks.case_number || '-deemed-' || SUBSTR(tasks.id, LENGTH(tasks.case_number) + 1)
WHERE decisions.paper_due_at < :now AND notices.state = 'pending' GROUP BY decisions.organ ORDER BY decisions.organ

-- past_joint_limit
-- Return the number of cases under way that organs handle jointly and that are past their statutory date, up to `most`.
SELECT COUNT(*) AS many FROM (
  SELECT number FROM cases WHERE state = 'accepted' AND promised_at < :now AND handling = 'joint' AND statutory_at < :now LIMIT :most
) AS late

-- due_escalations
-- Return overdue tasks after an id whose next step in the chain is due, with the number of steps that were taken.
SELECT found.id, found.step FROM (
  SELECT tasks.id, tasks.statutory_at, (SELECT COUNT(*) FROM escalations WHERE escalations.task = tasks.id) AS step
  FROM tasks WHERE tasks.ended_at IS NULL AND tasks.due_at < :now AND tasks.id > :task
) AS found
WHERE found.step = 0 OR (found.step = 1 AND found.statutory_at < :now) OR (found.step = 2 AND found.statutory_at < :late)
ORDER BY found.id LIMIT :most

-- open_escalations
-- Return the escalations that nobody has answered and whose task has not ended, oldest first, up to `most`.
SELECT * FROM escalations WHERE closed_at IS NULL ORDER BY raised_at, id LIMIT :most

-- referred_by_organ
-- Return what an organ has referred to its superior organ, the newest first, up to `most`.
SELECT referrals.task, referrals.case_number, referrals.superior, referrals.referred_at, tasks.matter,
  cases.one_thing, cases.catalogue, cases.catalogue_version
FROM referrals JOIN tasks ON tasks.id = referrals.task JOIN cases ON cases.number = referrals.case_number
WHERE referrals.organ = :organ ORDER BY referrals.referred_at DESC, referrals.task LIMIT :most

-- escalations_to_close
-- Return the open escalations after an id whose tasks have ended, up to `most`; step 9 is a deemed approval.
SELECT escalations.id FROM escalations JOIN tasks ON tasks.id = escalations.task
WHERE escalations.closed_at IS NULL AND tasks.ended_at IS NOT NULL AND escalations.id > :escalation
AND escalations.step < 9
ORDER BY escalations.id LIMIT :most

-- overdue_waits_by_organ
-- Return the number of waits for offices outside whose term has passed, by organ.
SELECT organ, COUNT(*) AS many FROM external_waits WHERE outcome = '' AND due_at < :now GROUP BY organ ORDER BY organ

-- papers_overdue_by_organ
-- Return the organs with open tasks whose papers were not brought in time, and the number of these tasks.
SELECT organ, count(*) AS many FROM tasks WHERE papers_overdue AND ended_at IS NULL GROUP BY organ ORDER BY organ

-- count_past_promise
-- Count open cases whose promised date has passed, up to a limit.
SELECT count(*) AS many FROM
(SELECT 1 FROM cases WHERE state = 'accepted' AND promised_at < :now LIMIT :most) AS late

-- open_with_other_calendar
-- Return open cases after a number whose dates were computed with another version of the calendars.
SELECT number, one_thing, catalogue, catalogue_version FROM cases
WHERE state = 'accepted' AND calendar <> :calendar AND number > :number ORDER BY number LIMIT :most

-- count_open_objections
-- Count the objections that are not settled.
SELECT count(*) AS many FROM objections WHERE settled_at IS NULL

-- objections_to_settle
-- Return the objections that are not settled, oldest first.
SELECT * FROM objections WHERE settled_at IS NULL ORDER BY raised_at, case_number, number

-- last_objection
-- Return the highest objection number of a case, 0 for none.
SELECT coalesce(max(number), 0) AS number FROM objections WHERE case_number = :number

-- claimed_tasks
-- Return the tasks that are claimed.
SELECT id, organ FROM tasks WHERE state = 'claimed' ORDER BY id

-- raise_fences
-- Raise the fence of every open task.
UPDATE tasks SET fence = fence + :by WHERE ended_at IS NULL

-- open_cases_by_organ
-- Return each organ with the cases in which it has open tasks.
SELECT DISTINCT organ, case_number FROM tasks WHERE ended_at IS NULL

-- claims_in_range
-- Return the claims of the tasks in a range of ids.
SELECT * FROM claims WHERE task >= :first AND task <= :last ORDER BY task, fence

-- decisions_in_range
-- Return the decisions on the tasks in a range of ids.
SELECT * FROM decisions WHERE task >= :first AND task <= :last ORDER BY task

-- delete_claims_in_range
-- Delete the claims of the tasks in a range of ids.
DELETE FROM claims WHERE task >= :first AND task <= :last

-- delete_decisions_in_range
-- Delete the decisions on the tasks in a range of ids.
DELETE FROM decisions WHERE task >= :first AND task <= :last

-- all_case_scopes
-- Return every organ with the cases whose documents it may read.
SELECT DISTINCT organ, case_number FROM tasks UNION SELECT centre, number FROM cases WHERE centre <> ''

-- last_reference
-- Return the highest reference of a rejected acceptance.
SELECT max(reference) AS reference FROM rejected_acceptances

-- rejected_to_settle
-- Return the rejected acceptances that nobody has settled.
SELECT * FROM rejected_acceptances WHERE state = 'open' ORDER BY reference

-- transfers_after
-- Return the transfers of a case to another site that were decided after a time.
SELECT decision FROM ledger_entries
WHERE stream = :stream AND kind = 'BringCase' AND outcome = 'done' AND decided_at > :at ORDER BY revision

-- retention_over
-- Return ended cases that still have personal data and ended before a moment.
SELECT number FROM cases WHERE applicant_name IS NOT NULL AND state IN ('delivered', 'archived', 'not_accepted', 'withdrawn')
AND coalesce(closed_at, accepted_at) < :before ORDER BY number LIMIT :many

-- kept_licences_over
-- Return erased cases with a kept licence that was revoked until a time, or whose validity ended before a day.
SELECT DISTINCT kept_licences.case_number AS number FROM kept_licences JOIN licences ON licences.id = kept_licences.licence
WHERE (licences.state = 'revoked' AND licences.updated_at <= :before)
OR (licences.valid_to <> '' AND licences.valid_to < :day) ORDER BY 1 LIMIT :many

-- unchanged_since
-- Return the cases that have not changed since a time, by their dates and histories, with what is left to settle.
SELECT number, state, centre, EXISTS (
  SELECT 1 FROM objections WHERE objections.case_number = cases.number AND settled_at IS NULL) AS has_objection FROM cases
WHERE NOT EXISTS (SELECT 1 FROM notices WHERE notices.case_number = cases.number AND notices.state = 'pending')
AND NOT EXISTS (SELECT 1 FROM prints WHERE prints.case_number = cases.number AND prints.outcome IN ('printing', 'unknown'))
AND accepted_at < :before AND (closed_at IS NULL OR closed_at < :before)
AND NOT EXISTS (SELECT 1 FROM histories WHERE histories.case_number = cases.number AND histories.at >= :before)
AND NOT EXISTS (SELECT 1 FROM bases WHERE bases.document = 'case/' || cases.number)

-- visits_without_case
-- Return visits that ended before a time without a case or a draft, and that still state a person.
SELECT visits.id FROM visits WHERE (shown_name IS NOT NULL OR shown_number IS NOT NULL) AND ended_at < :before
AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.visit = visits.id)
AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.visit = visits.id)
AND NOT EXISTS (SELECT 1 FROM tickets WHERE tickets.id = visits.ticket AND tickets.state = 'held')
ORDER BY visits.id LIMIT :many

-- old_drafts
-- Return the drafts that were last saved before a time.
SELECT id FROM drafts WHERE saved_at < :before ORDER BY id LIMIT :many

-- ended_drafts_in_log
-- Return the streams of drafts that do not exist any more, and of which the log has content from before a time.
SELECT stream FROM ledger_entries WHERE stream >= 'draft/' AND stream < 'draft0'
AND NOT EXISTS (SELECT 1 FROM drafts WHERE drafts.id = substr(ledger_entries.stream, 7))
GROUP BY stream HAVING count(personal) > 0 AND max(decided_at) < :before ORDER BY stream LIMIT :many

-- due_result_licences
-- Return the licences of results that wait to be made out or revoked, also those whose holder was registered since.
SELECT * FROM (
    SELECT * FROM result_licences WHERE state IN ('due', 'revoking')
    UNION ALL
    SELECT result_licences.* FROM result_licences JOIN result_parties
    ON result_parties.case_number = result_licences.case_number AND result_parties.role = result_licences.role
    WHERE state = 'not_issued' AND reason = 'holder' AND result_parties.number IS NOT NULL
    AND (EXISTS (SELECT 1 FROM persons WHERE id_number = result_parties.number)
         OR EXISTS (SELECT 1 FROM organisations WHERE credit_code = result_parties.number))
) AS due ORDER BY case_number, task, product LIMIT :many

-- movements_of_case
-- Return the papers of a case on lists of the courier, with sender and receiver, in the order in which they were given.
SELECT consignment_items.*, consignments.sender, consignments.receiver, consignments.given_at FROM consignment_items
JOIN consignments ON consignments.id = consignment_items.consignment
WHERE consignment_items.case_number = :case_number ORDER BY consignments.given_at, consignments.id, position

-- originals_of_site
-- Return the newest version of each paper of the cases under way of a service centre, newest first.
SELECT materials.case_number, materials.material, materials.version, materials.taken_at FROM materials
JOIN cases ON cases.number = materials.case_number
WHERE cases.centre = :site AND cases.state = 'accepted' AND materials.how = 'paper'
ORDER BY materials.taken_at DESC, materials.case_number, materials.material LIMIT :many

-- approved_of_organ
-- Return the cases of the tasks that an organ has approved, the last one first.
SELECT case_number FROM tasks WHERE organ = :organ AND ended_at IS NOT NULL AND state = 'approved'
ORDER BY ended_at DESC LIMIT :many

-- consignments_of_place
-- Return the lists that a service centre or organ has sent or is to receive, newest first.
SELECT * FROM consignments WHERE sender = :place UNION
SELECT * FROM consignments WHERE receiver = :place ORDER BY given_at DESC, id LIMIT :many

-- items_of_place
-- Return the papers on the lists of a service centre or organ with sender and receiver, in the order of giving.
SELECT consignment_items.*, consignments.sender, consignments.receiver, consignments.given_at FROM consignment_items
JOIN consignments ON consignments.id = consignment_items.consignment
WHERE consignments.given_at >= :since AND (consignments.sender = :place OR consignments.receiver = :place)
ORDER BY consignments.given_at, consignments.id, position

-- acts_of_window
-- Return the acts on cases at a window since a time, and those of its clerk at other windows of the service centre.
SELECT found.act, found.at, found.window_id AS act_window, cases.* FROM (
  SELECT number AS case_number, 'accept' AS act, accepted_at AS at, window_id FROM cases
  WHERE window_id IN (SELECT id FROM windows WHERE id = :window OR organ = :site) AND accepted_at >= :since
  AND (window_id = :window OR clerk = :staff)
  UNION ALL
  SELECT case_number, 'take_in' AS act, made_at AS at, window_id FROM notices
  WHERE window_id = :window AND made_at >= :since AND kind = 'taken_in'
  UNION ALL
  SELECT case_number, 'hand_over' AS act, at, window_id FROM deliveries
  WHERE window_id IN (SELECT id FROM windows WHERE id = :window OR organ = :site) AND at >= :since
  AND (window_id = :window OR clerk = :staff)
) AS found JOIN cases ON cases.number = found.case_number ORDER BY found.at DESC, cases.number LIMIT :most

-- unread_at_window
-- Return the cases of a window with messages to window or citizen that were not read, the newest first; how many each has.
SELECT 'message' AS act, unread.sent AS at, cases.window_id AS act_window, unread.many AS messages, cases.* FROM (
  SELECT case_number, max(sent_at) AS sent, count(*) AS many FROM case_messages
  WHERE read_at IS NULL AND addressee IN ('window', 'citizen') GROUP BY case_number
) AS unread JOIN cases ON cases.number = unread.case_number
WHERE cases.window_id = :window AND cases.state <> 'archived' ORDER BY unread.sent DESC, cases.number LIMIT :most

-- cases_by_applicant_number
-- Return the cases whose applicant has this identity number or credit code.
SELECT * FROM cases WHERE applicant_number = :number

-- cases_of_person
-- Return the cases of a registered person or organisation as applicant or party that are not erased.
SELECT * FROM cases WHERE applicant = :person AND applicant_name IS NOT NULL UNION ALL
SELECT cases.* FROM parties JOIN cases ON cases.number = parties.case_number
WHERE parties.subject = :person AND cases.applicant <> :person AND cases.applicant_name IS NOT NULL

-- cases_of_ticket
-- Return the cases that were accepted or refused in the visits of a ticket.
SELECT cases.* FROM visits JOIN cases ON cases.visit = visits.id WHERE visits.ticket = :ticket

-- recent_of_site
-- Return the cases at the windows of a service centre since a time whose applicant's name begins with a character.
SELECT * FROM cases WHERE window_id IN (SELECT id FROM windows WHERE organ = :site) AND accepted_at >= :since
AND substr(applicant_name, 1, 1) IN (:first, :upper, :lower)

-- arrivals_of_open_tasks
-- Count the open tasks of an organ that were started since a moment, by intervals of `step`.
SELECT (started_at - :since) / :step AS came, count(*) AS many FROM tasks
WHERE organ = :organ AND ended_at IS NULL AND started_at >= :since GROUP BY 1

-- course_of_ended_tasks
-- Count the tasks of an organ that ended since a moment, by the intervals in which they were started (-1: before) and ended.
SELECT CASE WHEN started_at >= :since THEN (started_at - :since) / :step ELSE -1 END AS came, (ended_at - :since) / :step AS went,
CASE WHEN state IN ('approved', 'refused') THEN 1 ELSE 0 END AS decided, count(*) AS many FROM tasks
WHERE organ = :organ AND ended_at >= :since AND started_at IS NOT NULL GROUP BY 1, 2, 3
