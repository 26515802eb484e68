-- Statements on the register of enterprise names.

-- known_names
-- Return digest, core and trade of these names.
SELECT id, digest, core, trade FROM enterprise_names
WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(:ids))

-- known_names.postgresql
-- Return digest, core and trade of these names.
SELECT id, digest, core, trade FROM enterprise_names WHERE id = ANY(CAST(CAST(:ids AS TEXT[]) AS BIGINT[]))

-- names_by_keys
-- Return the names with one of these keys, of a trade or without one.
SELECT id, identifier, name, state, ended_on, until FROM enterprise_names WHERE id IN (
SELECT name FROM enterprise_name_keys
WHERE key IN (SELECT value FROM json_each(:keys)) AND trade IN ('', :trade))
LIMIT :many

-- names_by_keys.postgresql
-- Return the names with one of these keys, of a trade or without one.
SELECT id, identifier, name, state, ended_on, until FROM enterprise_names WHERE id IN (
SELECT name FROM enterprise_name_keys
WHERE key = ANY(CAST(:keys AS TEXT[])) AND trade IN ('', :trade))
LIMIT :many

-- names_of_any_trade_by_keys
-- Return the names with one of these keys.
SELECT id, identifier, name, state, ended_on, until FROM enterprise_names WHERE id IN (
SELECT name FROM enterprise_name_keys WHERE key IN (SELECT value FROM json_each(:keys)))
LIMIT :many

-- names_of_any_trade_by_keys.postgresql
-- Return the names with one of these keys.
SELECT id, identifier, name, state, ended_on, until FROM enterprise_names WHERE id IN (
SELECT name FROM enterprise_name_keys WHERE key = ANY(CAST(:keys AS TEXT[])))
LIMIT :many

-- pooled_cores_after
-- Return cores of the pool in order, after a core.
SELECT core FROM pooled_cores WHERE core > :after ORDER BY core LIMIT :many

-- due_reservations
-- Return the reservations after an id whose time has ended, or whose case ended without a result.
SELECT id, draft, field FROM name_reservations
WHERE id > :after AND ((state = 'held' AND until <= :now) OR (state = 'used' AND case_number IN (
SELECT number FROM cases WHERE state IN ('withdrawn', 'not_accepted'))))
ORDER BY id LIMIT :many

-- number_of_names
-- Return the number of names of the register.
SELECT count(*) AS number FROM enterprise_names
