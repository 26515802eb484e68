Staff and organs.

-- actor_by_id
SELECT id, role, organ, active FROM staff WHERE id = :id

-- subject_by_number
SELECT id, 'person' AS kind FROM persons WHERE id_number = :number
UNION ALL
SELECT id, 'organisation' AS kind FROM organisations WHERE credit_code = :number
