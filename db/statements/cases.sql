Cases and their tasks.

-- most_urgent
SELECT * FROM (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
               WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT 1)
UNION ALL
SELECT * FROM (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
               WHERE organ = :organ AND state = 'claimed' AND lease_until <= :now ORDER BY lease_until, id LIMIT 1)

-- most_urgent.postgresql
WITH pooled AS (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
                WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT 1 FOR UPDATE SKIP LOCKED),
     expired AS (SELECT id, organ, state, rank, owner, lease_until, fence FROM tasks
                 WHERE organ = :organ AND state = 'claimed' AND lease_until <= :now
                 ORDER BY lease_until, id LIMIT 1 FOR UPDATE SKIP LOCKED)
SELECT * FROM pooled UNION ALL SELECT * FROM expired

-- decrease_pending
UPDATE cases SET pending = pending - :many WHERE number = :number RETURNING pending

-- open_supplement_notice
SELECT id FROM notices WHERE case_number = :number AND kind = 'supplement' AND state = 'pending'

-- mark_notice_printed
UPDATE notices SET state = 'printed', prints = prints + 1, printed_at = :at WHERE id = :notice

-- unprinted_notices
SELECT * FROM notices WHERE window_id = :window AND state = 'pending' ORDER BY made_at

-- end_claim
UPDATE claims SET ended_at = :at, how = :how WHERE task = :task AND ended_at IS NULL

-- drafts_of_staff_or_window
SELECT * FROM drafts WHERE staff = :staff OR window_id = :window ORDER BY saved_at DESC

-- draft_of_visit
SELECT * FROM drafts WHERE visit = :visit ORDER BY saved_at DESC LIMIT 1

-- answer_supplements
UPDATE supplements SET answered_at = :at WHERE task = :task AND answered_at IS NULL

-- queue_page_open
SELECT * FROM (
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT :most) AS pooled_ones
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'claimed' ORDER BY rank, id LIMIT :most) AS claimed_ones
) AS found ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_all
SELECT * FROM (
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'waiting' ORDER BY rank, id LIMIT :most) AS waiting_ones
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'pooled' ORDER BY rank, id LIMIT :most) AS pooled_ones
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'claimed' ORDER BY rank, id LIMIT :most) AS claimed_ones
  UNION ALL
  SELECT * FROM (SELECT * FROM tasks WHERE organ = :organ AND state = 'returned' ORDER BY rank, id LIMIT :most) AS returned_ones
) AS found ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_returned
SELECT * FROM tasks WHERE organ = :organ AND state = 'returned' ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_mine
SELECT * FROM tasks WHERE owner = :me AND state = 'claimed' AND organ = :organ
ORDER BY rank, id LIMIT :many OFFSET :skipped

-- queue_page_overdue
SELECT * FROM tasks WHERE organ = :organ AND ended_at IS NULL AND due_at < :now
ORDER BY due_at, id LIMIT :many OFFSET :skipped

-- queue_counts
SELECT state, many FROM queue_counts WHERE organ = :organ

-- count_claimed_by
SELECT count(*) AS many FROM tasks WHERE owner = :me AND state = 'claimed' AND organ = :organ

-- count_due_before
SELECT count(*) AS many FROM (
  SELECT id FROM tasks WHERE organ = :organ AND ended_at IS NULL AND due_at < :moment LIMIT :most
) AS due

-- oldest_open_task
SELECT min(started_at) AS at FROM tasks WHERE organ = :organ AND ended_at IS NULL

-- reader_organs
SELECT DISTINCT organ FROM tasks WHERE case_number = :number AND state IN ('pooled', 'claimed', 'returned')
UNION SELECT centre FROM cases WHERE number = :number

-- feed_positions
SELECT feed.scope, feed.version FROM (
  SELECT 'organ/' || organ AS scope FROM tasks WHERE case_number = :number
  UNION SELECT 'organ/' || centre FROM cases WHERE number = :number
) AS readers JOIN feed ON feed.scope = readers.scope AND feed.document = 'case/' || :number

-- done_entries_from
SELECT revision, kind, actor, corrected_at, command, decision FROM ledger_entries
WHERE stream = :stream AND revision >= :revision AND outcome = 'done' ORDER BY revision

-- other_accepted_case
SELECT number FROM cases WHERE applicant = :applicant AND one_thing = :one_thing AND state = 'accepted'
AND number <> :number ORDER BY accepted_at DESC LIMIT 1

-- count_open_objections
SELECT count(*) AS many FROM objections WHERE settled_at IS NULL

-- objections_to_settle
SELECT * FROM objections WHERE settled_at IS NULL ORDER BY raised_at, case_number, number

-- last_objection
SELECT coalesce(max(number), 0) AS number FROM objections WHERE case_number = :number

-- claimed_tasks
SELECT id, organ FROM tasks WHERE state = 'claimed' ORDER BY id

-- raise_fences
UPDATE tasks SET fence = fence + :by WHERE ended_at IS NULL

-- open_cases_by_organ
SELECT DISTINCT organ, case_number FROM tasks WHERE ended_at IS NULL

-- claims_in_range
SELECT * FROM claims WHERE task >= :first AND task <= :last ORDER BY task, fence

-- decisions_in_range
SELECT * FROM decisions WHERE task >= :first AND task <= :last ORDER BY task

-- delete_claims_in_range
DELETE FROM claims WHERE task >= :first AND task <= :last

-- delete_decisions_in_range
DELETE FROM decisions WHERE task >= :first AND task <= :last

-- all_case_scopes
SELECT DISTINCT organ, case_number FROM tasks UNION SELECT centre, number FROM cases WHERE centre <> ''
