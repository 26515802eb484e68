Staff and organs.

-- actor
SELECT id, role, organ, active FROM staff WHERE id = :id
