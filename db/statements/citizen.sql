-- Statements on the sessions of citizens at kiosks.

-- due_sessions
-- Return the open sessions after an id that were not used since a time, or whose longest time is over.
SELECT id FROM citizen_sessions
WHERE ended_at IS NULL AND (ends_at <= :now OR used_at <= :idle_since) AND id > :after ORDER BY id LIMIT :many

-- last_use_of_code
-- Return when a code was last used since a time, in a visit or to open a session; NULL if it was not.
SELECT max(at) AS at FROM (
    SELECT max(proved_at) AS at FROM identity_proofs WHERE code_key = :code_key AND proved_at >= :since
    UNION ALL SELECT max(opened_at) FROM citizen_sessions WHERE code_key = :code_key AND opened_at >= :since
) AS uses

-- end_sessions_of_node
-- End the open sessions of a machine, and clear whom and what they concern.
UPDATE citizen_sessions SET ended_at = :at, ended_how = :how, person = '', case_number = ''
WHERE node = :node AND ended_at IS NULL

-- old_kiosk_papers
-- Return the visits with files that kiosks announced before a time and that were not taken in.
SELECT DISTINCT visit FROM kiosk_papers WHERE announced_at < :before ORDER BY visit

-- cases_of_applicant
-- Return the cases of a person or organisation, newest first.
SELECT * FROM cases WHERE applicant = :person AND applicant_name IS NOT NULL ORDER BY accepted_at DESC, number
