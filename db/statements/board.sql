-- Statements on the announcements of calls that the boards of a hall show.

-- calls_at_window
-- Return all announced calls of a hall to one window, oldest first.
SELECT * FROM announcements WHERE hall = :hall AND window_id = :window ORDER BY at, id

-- last_calls_at_window
-- Return the last announced calls of a hall to one window, oldest first.
SELECT * FROM (SELECT * FROM announcements WHERE hall = :hall AND window_id = :window ORDER BY at DESC, id DESC LIMIT :many)
AS last ORDER BY at, id

-- called_windows
-- Return the halls and windows with announced calls.
SELECT DISTINCT hall, window_id FROM announcements ORDER BY hall, window_id

-- windows_called_before
-- Return the windows to which tickets of a hall were called before a service day.
SELECT DISTINCT window_id FROM announcements WHERE hall = :hall AND day < :day ORDER BY window_id

-- delete_calls_before
-- Delete the announced calls of a hall before a service day.
DELETE FROM announcements WHERE hall = :hall AND day < :day

-- last_calls
-- Return the last announced calls of a service day with name and part of the hall of their windows, newest first.
SELECT announcements.*, windows.name AS window_name, windows.zone FROM announcements
JOIN windows ON windows.id = announcements.window_id
WHERE announcements.hall = :hall AND announcements.day = :day
AND (:zone = '' OR windows.zone = :zone) ORDER BY announcements.at DESC, announcements.id DESC LIMIT :many
