The ledger's own statements.

-- last_revision
SELECT coalesce(max(revision), 0) AS revision FROM ledger_entries WHERE stream = :stream

-- last_entry
SELECT position, link FROM ledger_entries ORDER BY position DESC LIMIT 1

-- last_position
SELECT max(position) AS position FROM ledger_entries

-- last_of_incarnation
SELECT number, link FROM ledger_entries WHERE node = :node AND incarnation = :incarnation ORDER BY number DESC LIMIT 1

-- last_of_own_node
SELECT node, incarnation, number, link, (SELECT max(position) FROM ledger_entries) AS position FROM ledger_entries
WHERE node = (SELECT id FROM nodes WHERE here = TRUE) AND incarnation = (SELECT incarnation FROM nodes WHERE here = TRUE)
ORDER BY number DESC LIMIT 1

-- last_of_chain
SELECT number, link FROM ledger_entries WHERE node = :node ORDER BY incarnation DESC, number DESC LIMIT 1

-- own_node
SELECT id, name, kind, incarnation FROM nodes WHERE here = TRUE

-- entry_by_key
SELECT * FROM ledger_entries WHERE node = :node AND incarnation = :incarnation AND number = :number

-- calls_said_at
SELECT * FROM ledger_entries WHERE node = :node AND kind = :kind AND said_at = :said_at

-- entries_after
SELECT * FROM ledger_entries WHERE position > :position ORDER BY position LIMIT :many

-- entries_of_stream
SELECT * FROM ledger_entries WHERE stream = :stream ORDER BY revision

-- done_entries_of_stream
SELECT kind, actor, corrected_at, command, decision FROM ledger_entries
WHERE stream = :stream AND outcome = 'done' ORDER BY revision

-- erase_personal
UPDATE ledger_entries SET personal = NULL, salt = NULL
WHERE node = :node AND incarnation = :incarnation AND number = :number

-- count_unanswered
SELECT count(*) AS many FROM ledger_entries WHERE answered_at IS NULL

-- oldest_unanswered
SELECT min(said_at) AS at FROM ledger_entries WHERE answered_at IS NULL AND node = (SELECT id FROM nodes WHERE here = TRUE)

-- count_rejected_work
SELECT count(*) AS many FROM refusals WHERE settled_at IS NULL

-- rejected_work
SELECT refusals.*, ledger_entries.stream, ledger_entries.kind, ledger_entries.actor, ledger_entries.said_at,
  ledger_entries.command, ledger_entries.personal
FROM refusals JOIN ledger_entries ON ledger_entries.position = refusals.position
WHERE refusals.settled_at IS NULL ORDER BY refusals.position

-- unanswered_entries
SELECT * FROM ledger_entries WHERE answered_at IS NULL AND node = (SELECT id FROM nodes WHERE here = TRUE)
ORDER BY position LIMIT :many

-- mark_answered_up_to
UPDATE ledger_entries SET answered_at = :at
WHERE node = :node AND incarnation = :incarnation AND number <= :number AND answered_at IS NULL

-- mark_unanswered_after
UPDATE ledger_entries SET answered_at = NULL WHERE node = :node AND incarnation = :incarnation AND number > :number

-- mark_unanswered_before
UPDATE ledger_entries SET answered_at = NULL WHERE node = :node AND incarnation = :incarnation AND number < :number

-- advance_scope
INSERT INTO scopes (scope, version) VALUES (:scope, :many)
ON CONFLICT (scope) DO UPDATE SET version = scopes.version + excluded.version

-- move_in_feed
INSERT INTO feed (scope, document, version)
SELECT scope, value, version - :many + 1 + key FROM scopes, json_each(:documents) WHERE scope = :scope
ON CONFLICT (scope, document) DO UPDATE SET version = excluded.version

-- move_in_feed.postgresql
INSERT INTO feed (scope, document, version)
SELECT scope, document, version - :many + place
FROM scopes, unnest(CAST(:documents AS TEXT[])) WITH ORDINALITY AS changed (document, place) WHERE scope = :scope
ON CONFLICT (scope, document) DO UPDATE SET version = excluded.version

-- feed_versions
SELECT scope, version FROM scopes WHERE scope IN (SELECT value FROM json_each(:scopes))

-- feed_versions.postgresql
SELECT scope, version FROM scopes WHERE scope = ANY(CAST(:scopes AS TEXT[]))

-- feed_after
SELECT version, document FROM feed WHERE scope = :scope AND version > :version ORDER BY version LIMIT :many

-- adjust_queue_count
INSERT INTO queue_counts (organ, state, many) VALUES (:organ, :state, :by)
ON CONFLICT (organ, state) DO UPDATE SET many = queue_counts.many + excluded.many

-- own_blocks
SELECT * FROM number_blocks WHERE node = :node AND incarnation = :incarnation AND next <= last ORDER BY first

-- last_block
SELECT max(last) AS last FROM number_blocks

-- mark_serial_used
UPDATE number_blocks SET next = :serial + 1
WHERE node = :node AND first <= :serial AND last >= :serial AND next <= :serial

-- count_usable_blocks
SELECT count(*) AS many FROM number_blocks WHERE node = :node AND incarnation = :incarnation AND next <= last

-- column_names
SELECT name FROM pragma_table_info(:table) ORDER BY cid

-- column_names.postgresql
SELECT column_name AS name FROM information_schema.columns WHERE table_name = :table ORDER BY ordinal_position

-- center_connection
SELECT * FROM center_lines LIMIT 1

-- unanswered_documents_of_entry
SELECT document FROM unanswered WHERE position = :position

-- unanswered_positions_of_document
SELECT unanswered.position FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
WHERE unanswered.document = :document AND ledger_entries.answered_at IS NULL ORDER BY unanswered.position

-- answered_positions_of_document
SELECT unanswered.position FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
WHERE unanswered.document = :document AND ledger_entries.answered_at IS NOT NULL ORDER BY unanswered.position

-- delete_answered_positions
DELETE FROM unanswered WHERE document = :document AND EXISTS (
  SELECT 1 FROM ledger_entries WHERE ledger_entries.position = unanswered.position AND answered_at IS NOT NULL)

-- bases_without_unanswered
SELECT document, content FROM bases WHERE document NOT IN (
  SELECT unanswered.document FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
  WHERE ledger_entries.answered_at IS NULL)

-- last_answered_number
SELECT coalesce(max(number), 0) AS number FROM ledger_entries
WHERE node = :node AND incarnation = :incarnation AND answered_at IS NOT NULL

-- store_answer
UPDATE ledger_entries SET answer = :answer WHERE node = :node AND incarnation = :incarnation AND number = :number

-- any_scope
SELECT scope FROM scopes LIMIT 1

-- node_and_last_restore
SELECT nodes.*, (
  SELECT max(decided_at) FROM ledger_entries
  WHERE stream = (SELECT 'node/' || id FROM nodes WHERE here = TRUE) AND kind = 'BeginIncarnation' AND outcome = 'done'
) AS put_back_at FROM nodes WHERE id = :node

-- response_heading
SELECT id, epoch,
  (SELECT max(number) FROM ledger_entries WHERE node = :node AND incarnation = :incarnation) AS last,
  (SELECT max(number) FROM ledger_entries WHERE node = :asks AND incarnation = :incarnation) AS asked
FROM nodes WHERE here = TRUE

-- delete_cursors
DELETE FROM cursors

-- previous_in_stream
SELECT number, incarnation, answered_at FROM ledger_entries
WHERE stream = :stream AND revision < :revision AND node = :node ORDER BY revision DESC LIMIT 1

-- unanswered_calls
SELECT * FROM ledger_entries WHERE node LIKE :like AND answered_at IS NULL ORDER BY position

-- move_unanswered
UPDATE unanswered SET position = :new WHERE position = :old

-- restore_state
SELECT version AS at, EXISTS (SELECT 1 FROM cursors WHERE scope = '') AS telling FROM cursors WHERE scope = '.'

-- delete_feed_cursors
DELETE FROM cursors WHERE scope <> '.'

-- last_number_up_to
SELECT number FROM ledger_entries
WHERE node = :node AND incarnation = :incarnation AND position <= :position ORDER BY number DESC LIMIT 1

-- has_synchronous_standby
SELECT 0 AS mirrored

-- has_synchronous_standby.postgresql
SELECT current_setting('synchronous_standby_names') <> ''
  AND current_setting('synchronous_commit') IN ('on', 'remote_apply', 'remote_write') AS mirrored
