-- Statements on ratings and complaints of citizens.

-- open_complaints
-- Return the open complaints of a hall, or of all halls for '', by their due date.
SELECT * FROM complaints WHERE state = 'open' AND (hall = :hall OR :hall = '') ORDER BY due_at, number

-- count_open_complaints
-- Count the open complaints of a hall, and those whose date has passed.
SELECT count(*) AS many, count(CASE WHEN due_at < :now THEN 1 END) AS overdue FROM complaints
WHERE state = 'open' AND hall = :hall

-- ratings_to_erase
-- Return the ratings that were changed before a time and were not erased.
SELECT id FROM ratings WHERE changed_at < :before AND erased_at IS NULL ORDER BY changed_at, id LIMIT :many

-- complaints_to_erase
-- Return the complaints that were due before a time and were not erased.
SELECT number FROM complaints WHERE due_at < :before AND erased_at IS NULL ORDER BY due_at, number LIMIT :many
