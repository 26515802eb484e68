-- Statements on staff, persons and organisations.

-- actor_by_id
-- Return role, organ and state of a member of staff.
SELECT id, role, organ, active, revoked_at FROM staff WHERE id = :id

-- subject_by_number
-- Return the person or organisation with an identity number or credit code.
SELECT id, 'person' AS kind FROM persons WHERE id_number = :number
UNION ALL
SELECT id, 'organisation' AS kind FROM organisations WHERE credit_code = :number

-- confirmations
-- Return who confirmed a command since a time, and the positions of these entries.
SELECT actor, position FROM ledger_entries WHERE stream = :stream AND outcome = 'done' AND decided_at >= :since

-- done_after
-- Return the commands of a kind that were done after a position.
SELECT command FROM ledger_entries WHERE position > :position AND kind = :kind AND outcome = 'done'

-- recent_refusals
-- Return the newest refused entries.
SELECT kind, actor, command, personal, salt, personal_digest, decision FROM ledger_entries
WHERE outcome = 'refused' ORDER BY position DESC LIMIT :many
