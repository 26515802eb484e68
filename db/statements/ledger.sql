-- Statements on the log, the feed, the outbox and case numbers.

-- last_revision
-- Return the last revision of a stream, 0 for none.
SELECT coalesce(max(revision), 0) AS revision FROM ledger_entries WHERE stream = :stream

-- last_entry
-- Return position, link and corrected time of the last entry of the log.
SELECT position, link, corrected_at FROM ledger_entries ORDER BY position DESC LIMIT 1

-- latest_time_of_entries
-- Return the latest corrected time of the newest entries after a position.
SELECT max(corrected_at) AS at FROM (
    SELECT corrected_at FROM ledger_entries WHERE position > :after ORDER BY position DESC LIMIT :many
) AS recent

-- last_position
-- Return the last position of the log.
SELECT max(position) AS position FROM ledger_entries

-- last_of_incarnation
-- Return number and link of the last entry of one incarnation of a node.
SELECT number, link FROM ledger_entries WHERE node = :node AND incarnation = :incarnation ORDER BY number DESC LIMIT 1

-- last_of_own_node
-- Return the last entry of the own node's current incarnation, with the last position of the log.
SELECT node, incarnation, number, link, (SELECT max(position) FROM ledger_entries) AS position FROM ledger_entries
WHERE node = (SELECT id FROM nodes WHERE here = TRUE) AND incarnation = (SELECT incarnation FROM nodes WHERE here = TRUE)
ORDER BY number DESC LIMIT 1

-- last_of_chain
-- Return number and link of the last entry of a node's newest incarnation.
SELECT number, link FROM ledger_entries WHERE node = :node ORDER BY incarnation DESC, number DESC LIMIT 1

-- own_node
-- Return the node that this store belongs to.
SELECT id, name, kind, incarnation, epoch FROM nodes WHERE here = TRUE

-- time_of_entry_before
-- Return the corrected time of the last entry of a node before this number.
SELECT kind, corrected_at FROM ledger_entries WHERE node = :node AND incarnation = :incarnation AND number < :number
ORDER BY number DESC LIMIT 1

-- refused_of_stream
-- Return the commands of a kind that were refused in a stream since a moment.
SELECT command FROM ledger_entries WHERE stream = :stream AND kind = :kind AND outcome = 'refused' AND decided_at > :since

-- last_done_of_stream
-- Return the last accepted entry of a stream.
SELECT position, corrected_at, decision FROM ledger_entries
WHERE stream = :stream AND outcome = 'done' ORDER BY revision DESC LIMIT 1

-- newest_publication
-- Return when the newest version of a catalogue was published.
SELECT max(published_at) AS at FROM catalogue_versions

-- entry_by_key
-- Return the entry with this node, incarnation and number.
SELECT * FROM ledger_entries WHERE node = :node AND incarnation = :incarnation AND number = :number

-- entries_by_numbers
-- Return the entries of a node and incarnation from one number to another.
SELECT * FROM ledger_entries WHERE node = :node AND incarnation = :incarnation AND number >= :first AND number <= :last
ORDER BY number

-- calls_said_at
-- Return the entries of a chain with this kind of command and this `said_at`.
SELECT * FROM ledger_entries WHERE node = :node AND kind = :kind AND said_at = :said_at

-- entries_after
-- Return at most `many` entries after a position.
SELECT * FROM ledger_entries WHERE position > :position ORDER BY position LIMIT :many

-- entries_of_stream
-- Return all entries of a stream.
SELECT * FROM ledger_entries WHERE stream = :stream ORDER BY revision

-- done_entries_of_stream
-- Return the accepted entries of a stream.
SELECT kind, actor, corrected_at, command, decision FROM ledger_entries
WHERE stream = :stream AND outcome = 'done' ORDER BY revision

-- erase_answered_personal
-- Erase the personal parts of all answered entries.
UPDATE ledger_entries SET personal = NULL, salt = NULL WHERE personal IS NOT NULL AND answered_at IS NOT NULL

-- unheld_personal
-- Return whether there are entries for `erase_unheld_personal`.
SELECT 1 AS found FROM ledger_entries
WHERE personal IS NOT NULL AND answered_at IS NOT NULL AND decided_at < :before
AND (decided_at < :before_cases OR substr(stream, 1, 6) IN ('visit/', 'draft/'))
AND NOT (substr(stream, 1, 5) = 'case/' AND EXISTS (SELECT 1 FROM cases WHERE number = substr(stream, 6)))
AND NOT (substr(stream, 1, 6) = 'draft/' AND EXISTS (SELECT 1 FROM drafts WHERE id = substr(stream, 7)))
AND NOT (substr(stream, 1, 6) = 'visit/' AND (
  EXISTS (SELECT 1 FROM visits WHERE id = substr(stream, 7)) OR EXISTS (SELECT 1 FROM cases WHERE visit = substr(stream, 7))
  OR EXISTS (SELECT 1 FROM drafts WHERE visit = substr(stream, 7)))) LIMIT 1

-- erase_unheld_personal
-- Erase the personal parts of answered entries on what this machine does not hold any more.
-- Those that are not on a visit or a draft stay until `before_cases`: a restored authority may need them.
UPDATE ledger_entries SET personal = NULL, salt = NULL
WHERE personal IS NOT NULL AND answered_at IS NOT NULL AND decided_at < :before
AND (decided_at < :before_cases OR substr(stream, 1, 6) IN ('visit/', 'draft/'))
AND NOT (substr(stream, 1, 5) = 'case/' AND EXISTS (SELECT 1 FROM cases WHERE number = substr(stream, 6)))
AND NOT (substr(stream, 1, 6) = 'draft/' AND EXISTS (SELECT 1 FROM drafts WHERE id = substr(stream, 7)))
AND NOT (substr(stream, 1, 6) = 'visit/' AND (
  EXISTS (SELECT 1 FROM visits WHERE id = substr(stream, 7)) OR EXISTS (SELECT 1 FROM cases WHERE visit = substr(stream, 7))
  OR EXISTS (SELECT 1 FROM drafts WHERE visit = substr(stream, 7))))

-- erase_personal
-- Erase the personal part of an entry with its salt.
UPDATE ledger_entries SET personal = NULL, salt = NULL
WHERE node = :node AND incarnation = :incarnation AND number = :number

-- count_unanswered
-- Count the entries that the authority has not answered.
SELECT count(*) AS many FROM ledger_entries WHERE answered_at IS NULL

-- oldest_unanswered
-- Return the time of the oldest unanswered entry of the own node.
SELECT min(said_at) AS at FROM ledger_entries WHERE answered_at IS NULL AND node = (SELECT id FROM nodes WHERE here = TRUE)

-- count_rejected_work
-- Count the rejected entries that nobody has settled.
SELECT count(*) AS many FROM refusals WHERE settled_at IS NULL

-- rejected_work
-- Return the rejected entries that nobody has settled, with their commands.
SELECT refusals.*, ledger_entries.stream, ledger_entries.kind, ledger_entries.actor, ledger_entries.said_at,
  ledger_entries.command, ledger_entries.personal
FROM refusals JOIN ledger_entries ON ledger_entries.position = refusals.position
WHERE refusals.settled_at IS NULL ORDER BY refusals.position

-- newest_rejected_work
-- Return the entry that was rejected last, of those that nobody has settled.
-- Of several in one response it is the first: the others may have been rejected only because of it.
SELECT refusals.*, ledger_entries.stream, ledger_entries.kind
FROM refusals JOIN ledger_entries ON ledger_entries.position = refusals.position
WHERE refusals.settled_at IS NULL ORDER BY refusals.told_at DESC, refusals.position LIMIT 1

-- unanswered_entries
-- Return at most `many` unanswered entries of the own node in order: the outbox.
SELECT * FROM ledger_entries WHERE answered_at IS NULL AND node = (SELECT id FROM nodes WHERE here = TRUE)
ORDER BY position LIMIT :many

-- mark_answered_up_to
-- Mark the unanswered entries of an incarnation up to a number as answered.
UPDATE ledger_entries SET answered_at = :at
WHERE node = :node AND incarnation = :incarnation AND number <= :number AND answered_at IS NULL

-- mark_unanswered_after
-- Mark the entries of an incarnation after a number as unanswered.
UPDATE ledger_entries SET answered_at = NULL WHERE node = :node AND incarnation = :incarnation AND number > :number

-- mark_unanswered_before
-- Mark the entries of an incarnation before a number as unanswered.
UPDATE ledger_entries SET answered_at = NULL WHERE node = :node AND incarnation = :incarnation AND number < :number

-- advance_scope
-- Advance the feed version of a scope by `many`, creating the scope.
INSERT INTO scopes (scope, version) VALUES (:scope, :many)
ON CONFLICT (scope) DO UPDATE SET version = scopes.version + excluded.version

-- move_in_feed
-- Give the changed documents of a scope its last `many` feed versions, in order.
INSERT INTO feed (scope, document, version)
SELECT scope, value, version - :many + 1 + key FROM scopes, json_each(:documents) WHERE scope = :scope
ON CONFLICT (scope, document) DO UPDATE SET version = excluded.version

-- move_in_feed.postgresql
-- Like `move_in_feed`, with the documents as an array.
INSERT INTO feed (scope, document, version)
SELECT scope, document, version - :many + place
FROM scopes, unnest(CAST(:documents AS TEXT[])) WITH ORDINALITY AS changed (document, place) WHERE scope = :scope
ON CONFLICT (scope, document) DO UPDATE SET version = excluded.version

-- move_one_in_feed
-- Give the only changed document of a scope its last feed version.
INSERT INTO feed (scope, document, version) SELECT scope, CAST(:document AS TEXT), version FROM scopes WHERE scope = :scope
ON CONFLICT (scope, document) DO UPDATE SET version = excluded.version

-- feed_versions
-- Return the feed version of each of these scopes.
SELECT scope, version FROM scopes WHERE scope IN (SELECT value FROM json_each(:scopes))

-- feed_versions.postgresql
-- Like `feed_versions`, with the scopes as an array.
SELECT scope, version FROM scopes WHERE scope = ANY(CAST(:scopes AS TEXT[]))

-- feed_after
-- Return at most `many` documents of a scope's feed after a version.
SELECT version, document FROM feed WHERE scope = :scope AND version > :version ORDER BY version LIMIT :many

-- adjust_queue_count
-- Add to the number of an organ's tasks in a state.
INSERT INTO queue_counts (organ, state, many) VALUES (:organ, :state, :by)
ON CONFLICT (organ, state) DO UPDATE SET many = queue_counts.many + excluded.many

-- own_blocks
-- Return the blocks of case numbers of a node's incarnation that have numbers left.
SELECT * FROM number_blocks WHERE node = :node AND incarnation = :incarnation AND next <= last ORDER BY first

-- block_of_serial
-- Return the block of a node that has a serial number.
SELECT first FROM number_blocks WHERE node = :node AND first <= :serial AND last >= :serial ORDER BY first DESC LIMIT 1

-- count_recent_blocks
-- Count the blocks of case numbers that were lent to a node after a time.
SELECT count(*) AS many FROM number_blocks WHERE node = :node AND lent_at > :since

-- last_block
-- Return the highest serial number that was lent.
SELECT max(last) AS last FROM number_blocks

-- mark_serial_used
-- Mark the serial numbers of a node's block up to this one as used.
UPDATE number_blocks SET next = :serial + 1
WHERE node = :node AND first <= :serial AND last >= :serial AND next <= :serial

-- count_usable_blocks
-- Count the blocks of a node's incarnation that have numbers left.
SELECT count(*) AS many FROM number_blocks WHERE node = :node AND incarnation = :incarnation AND next <= last

-- column_names
-- Return the names of a table's columns.
SELECT name FROM pragma_table_info(:table) ORDER BY cid

-- column_names.postgresql
-- Like `column_names`, from the information schema.
SELECT column_name AS name FROM information_schema.columns WHERE table_name = :table ORDER BY ordinal_position

-- center_connection
-- Return the row of a window's connection to its center.
SELECT * FROM center_lines LIMIT 1

-- unanswered_documents_of_entry
-- Return the documents that an unanswered entry wrote.
SELECT document FROM unanswered WHERE position = :position

-- unanswered_positions_of_document
-- Return the positions of the unanswered entries that wrote a document.
SELECT unanswered.position FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
WHERE unanswered.document = :document AND ledger_entries.answered_at IS NULL ORDER BY unanswered.position

-- answered_positions_of_document
-- Return the positions of the answered entries that wrote a document.
SELECT unanswered.position FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
WHERE unanswered.document = :document AND ledger_entries.answered_at IS NOT NULL ORDER BY unanswered.position

-- delete_answered_positions
-- Delete the rows of answered entries that wrote a document.
DELETE FROM unanswered WHERE document = :document AND EXISTS (
  SELECT 1 FROM ledger_entries WHERE ledger_entries.position = unanswered.position AND answered_at IS NOT NULL)

-- bases_without_unanswered
-- Return the base copies of documents that no unanswered entry wrote.
SELECT document, content FROM bases WHERE document NOT IN (
  SELECT unanswered.document FROM unanswered JOIN ledger_entries ON ledger_entries.position = unanswered.position
  WHERE ledger_entries.answered_at IS NULL)

-- last_answered_number
-- Return the highest answered number of a node's incarnation, 0 for none.
SELECT coalesce(max(number), 0) AS number FROM ledger_entries
WHERE node = :node AND incarnation = :incarnation AND answered_at IS NOT NULL

-- store_answer
-- Store the authority's decision with an entry.
UPDATE ledger_entries SET answer = :answer WHERE node = :node AND incarnation = :incarnation AND number = :number

-- any_scope
-- Return one scope, if there is any.
SELECT scope FROM scopes LIMIT 1

-- answered_entries
-- Return what the receipts of the entries from one number to another state.
SELECT number, actor, said_at, position, decided_at, link, outcome, decision FROM ledger_entries
WHERE node = :node AND incarnation = :incarnation AND number >= :first AND number <= :last ORDER BY number

-- response_heading
-- Return own node and epoch, the last shared entry of a node (`last`) and its last call (`asked`).
SELECT id, epoch,
  (SELECT max(number) FROM ledger_entries WHERE node = :node AND incarnation = :incarnation) AS last,
  (SELECT max(number) FROM ledger_entries WHERE node = :asks AND incarnation = :incarnation) AS asked
FROM nodes WHERE here = TRUE

-- delete_cursors
-- Delete every feed cursor.
DELETE FROM cursors WHERE scope <> '-'

-- entry_with_signature
-- Return the number of the entry with a signature.
SELECT number FROM ledger_entries WHERE signature = :signature LIMIT 1

-- previous_in_stream
-- Return the previous entry of the same node in a stream.
SELECT number, incarnation, answered_at FROM ledger_entries
WHERE stream = :stream AND revision < :revision AND node = :node ORDER BY revision DESC LIMIT 1

-- unanswered_calls
-- Return the unanswered entries of the chains that match a pattern.
SELECT * FROM ledger_entries WHERE node LIKE :like AND answered_at IS NULL ORDER BY position

-- move_unanswered
-- Change the position in the rows of an unanswered entry.
UPDATE unanswered SET position = :new WHERE position = :old

-- restore_state
-- Return when a restore of the center was noticed, and whether documents are still being read again.
SELECT version AS at, EXISTS (SELECT 1 FROM cursors WHERE scope = '') AS telling FROM cursors WHERE scope = '.'

-- delete_feed_cursors
-- Delete every feed cursor except the markers of a restore and of a purge that is due.
DELETE FROM cursors WHERE scope NOT IN ('.', '-')

-- last_number_up_to
-- Return the last number of a node's incarnation up to a position.
SELECT number FROM ledger_entries
WHERE node = :node AND incarnation = :incarnation AND position <= :position ORDER BY number DESC LIMIT 1

-- has_synchronous_standby
-- Return whether commits are replicated synchronously: never in SQLite.
SELECT 0 AS mirrored

-- has_synchronous_standby.postgresql
-- Return whether commits wait for a synchronous standby server.
SELECT current_setting('synchronous_standby_names') <> ''
  AND current_setting('synchronous_commit') IN ('on', 'remote_apply', 'remote_write') AS mirrored

-- last_tile
-- Return the last tile of the leaves of the log's tree.
SELECT number, hashes FROM log_tiles WHERE level = 0 ORDER BY number DESC LIMIT 1

-- links_after
-- Return position and link of up to :many entries after a position, in order.
SELECT position, link FROM ledger_entries WHERE position > :position ORDER BY position LIMIT :many

-- newest_checkpoint
-- Return the largest consistent checkpoint of a log.
SELECT size, root, note, made_at FROM checkpoints
WHERE origin = :origin AND is_consistent ORDER BY size DESC LIMIT 1

-- checkpoints_since
-- Return size, note and time of the consistent checkpoints of a log since a time, in order.
SELECT size, root, note, made_at FROM checkpoints
WHERE origin = :origin AND is_consistent AND made_at >= :since ORDER BY size

-- leaves_after
-- Return what identifies up to :many entries after a position, in order.
SELECT position, node, number, link FROM ledger_entries WHERE position > :position ORDER BY position LIMIT :many
