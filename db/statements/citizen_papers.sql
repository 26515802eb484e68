-- Statements on the papers that citizens print at a kiosk.

-- open_code_requests
-- Return the requests of a hall that wait for a clerk, oldest first.
SELECT * FROM code_requests WHERE hall = :hall AND state = 'waiting' AND ends_at > :now ORDER BY asked_at, id
