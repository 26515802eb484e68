Rows of a store that was in use for a while: most tasks have ended, most tickets are of other days.

-- tasks
INSERT INTO tasks (id, case_number, matter, organ, state, rank, promised_days, statutory_days, started_at,
due_at, statutory_at, expected, ended_at, owner, lease_until, fence, papers_overdue) SELECT 't' || i, 'c' || (i / 4), 'm', 'organ-' || (i %
8), CASE WHEN i % 10 < 6 THEN 'approved' WHEN i % 10 = 6 THEN 'claimed' WHEN i % 10 = 7 THEN 'waiting' WHEN i
% 50 = 8 THEN 'returned' ELSE 'pooled' END, i % 999, 5, 20, i, CASE WHEN i % 10 <> 7 THEN i END, CASE WHEN i % 10 <> 7 THEN i + 900 END, false, CASE
WHEN i % 10 < 6 THEN i END, CASE WHEN i % 10 = 6 THEN 'officer-' || (i % 500) END, CASE WHEN i % 10 = 6 THEN i
END, 1, i % 200 = 19 FROM n

-- decisions
INSERT INTO decisions (task, outcome, reason, signer, organ, fence, at, paper_due_at) SELECT 't' || i, 'approved', '',
'officer-' || (i % 500), 'organ-' || (i % 8), 1, i, CASE WHEN i % 1000 = 0 THEN i END FROM n WHERE i % 10 < 6

-- cases
INSERT INTO cases (number, one_thing, catalogue, catalogue_version, state, handling, applicant, applicant_kind,
applicant_number, visit, window_id, clerk, pending, accepted_at, expected, ended_reason) SELECT 'c' || i, 'birth',
'city', 1, 'accepted', 'joint', 'person-' || (i % 9000), 'person', 'number-' || (i % 9000), 'v' || i, 'w' || (i % 40),
'clerk-1', 4, i, false, '' FROM n

-- materials
INSERT INTO materials (case_number, material, version, how, licence, origin, issuer, valid_to, grade, taken_at, taken_by)
SELECT 'c' || (i / 3), 'm' || (i % 3), 1, CASE WHEN i % 4 = 0 THEN 'licence' ELSE 'paper' END, CASE WHEN i % 4 = 0 THEN
'l' || i END, CASE WHEN i % 4 = 1 THEN 'c' || (i / 6) || '/m1/1' ELSE '' END, '', '', 'B', i, 'clerk-1' FROM n

-- field_values
INSERT INTO field_values (case_number, field, source) SELECT 'c' || (i / 9), 'f' || (i % 9), '' FROM n

-- service_days
INSERT INTO service_days (id, hall, day, state, opened_at, opened_by, ends_at, closed_at, closed_by)
SELECT 'hall/' || i, 'hall', CASE WHEN i = 1 THEN '2026-05-29' ELSE 'd' || i END, CASE WHEN i = 1 THEN 'open' ELSE
'closed' END, i, 'schedule', i, i, 'schedule' FROM n WHERE i < 400

-- tickets
INSERT INTO tickets (id, hall, day, category, number, priority, state, rank, issued_at, calls, requeued)
SELECT 'k' || i, 'hall', '2026-05-' || (10 + i % 20), 'A', 'A' || i, 'ordinary', CASE WHEN i % 5 = 0 THEN
'waiting' ELSE 'finished' END, i, i, 1, 0 FROM n

-- visits
INSERT INTO visits (id, ticket, window_id, staff, check_result, check_notes, code_key, confirmed, started_at,
ended_at, person, shown_licence) SELECT 'v' || i, 'k' || i, 'w' || (i % 40), 'clerk-1', '', '[]', 'code-' || i, true, i, CASE WHEN i <
9990 THEN i END, 'person-' || (i % 9000), 'x' || i FROM n

-- ledger_entries
INSERT INTO ledger_entries (position, node, incarnation, number, stream, revision, kind, outcome, actor,
said_at, corrected_at, decided_at, decided_by, answered_at, command, decision, previous, link) SELECT i, 'c1',
1, i, 'case/c' || (i / 6), i % 6 + 1, 'ClaimTask', 'done', 'officer-1', i, i, i, 'c1', i, :bytes, :bytes,
:bytes, :bytes FROM n

-- feed
INSERT INTO feed (scope, version, document) SELECT 'organ/' || (i % 8), i / 8, 'case/' || i FROM n

-- licences
INSERT INTO licences (id, kind, identifier, holder, issuer, issuer_code, valid_from, valid_to, state,
status_index, updated_at) SELECT 'l' || i, '0101', 'x' || i, 'person-' || (i % 9000), '', 'issuer-' || (i % 8), '', '', 'valid',
i, i FROM n

-- licence_users
INSERT INTO licence_users (person, licence) SELECT 'person-' || (i % 9000), 'l' || i FROM n

-- notices
INSERT INTO notices (id, case_number, kind, window_id, state, prints, made_at) SELECT 'n' || i, 'c' || i,
'receipt', 'w' || (i % 40), CASE WHEN i < 9990 THEN 'printed' ELSE 'pending' END, 1, i FROM n

-- prints
INSERT INTO prints (id, case_number, paper, kind, version, number, source, window_id, staff, printer, device, template,
language, begun_at, outcome, ended_by) SELECT 'p' || i, 'c' || i, 'n' || i, 'receipt', 1, 0, '', 'w' || (i % 40), '', '',
'folder', '', 'en', i, CASE WHEN i < 9990 THEN 'printed' ELSE 'unknown' END, '' FROM n

-- nodes
INSERT INTO nodes (id, name, kind, incarnation, here, enrolled_at) SELECT 'c' || i, '', 'window', 1, i = 1, 1
FROM n

-- parties
INSERT INTO parties (case_number, role, kind, subject, number, known_by) SELECT 'c' || (i / 2), 'role-' || (i % 2), 'person',
CASE WHEN i % 5 > 0 THEN 'person-' || (i % 9000) END, 'number-' || (i % 9000), 'code' FROM n

-- representations
INSERT INTO representations (case_number, role, agent, basis, relation, acts, valid_to) SELECT 'c' || i, 'role-1',
'person-' || (i % 9000), 'relation', 'guardian', '[]', '' FROM n WHERE i % 20 = 0

-- result_licences
INSERT INTO result_licences (task, product, case_number, matter, state, licence, number, valid_from, valid_to, reason)
SELECT 't' || i, 0, 'c' || (i / 4), 'm', 'issued', 'l' || i, '', '', '', '' FROM n

-- persons
INSERT INTO persons (id, id_kind, name, id_number, registered_at) SELECT 'person-' || i, 'resident', 'name', 'number-' || i,
i FROM n

-- organisations
INSERT INTO organisations (id, name, credit_code, address, registered_at) SELECT 'organisation-' || i, 'name-' || i, 'code-' || i, '', i
FROM n

-- relations
INSERT INTO relations (id, subject, other, relation, valid_from, valid_to, updated_at) SELECT 'r' || i, 'person-' || i,
'person-' || (i + 1), 'guardian', '2020-01-01', '', i FROM n

-- registry_items
INSERT INTO registry_items (source, kind, identifier, subject, digest, changed_on) SELECT 'source-' || (i % 8), 'person',
'x' || i, 'person-' || i, '', '' FROM n

-- registry_parts
INSERT INTO registry_parts (subject, node, incarnation, number, part) SELECT 'person-' || (i % 9000), 'c1', 1, i, 0 FROM n

-- registry_searches
INSERT INTO registry_searches (subject, node, incarnation, number) SELECT 'person-' || (i % 9000), 'c1', 1, i FROM n

-- registry_batches
INSERT INTO registry_batches (source, serial, kind, way, machine, at, new_rows, changed_rows, unchanged_rows, refused_rows,
changed_on) SELECT 'source-' || (i % 8), i, CASE WHEN i % 3 = 0 THEN 'licence' ELSE 'person' END, 'api', 'n1', i, 1, 2, 3, 1,
'' FROM n

-- registry_refusals
INSERT INTO registry_refusals (source, serial, row_number, field, code, facts) SELECT 'source-' || (i % 8), i, 1, '', 'date',
:bytes FROM n

-- registry_corrections
INSERT INTO registry_corrections (id, kind, subject, owner, field, reason, state, asked_by, asked_at, decided_by, decided_on,
alone, note, conflict, source, source_changed_on, reported_at, reported_cases) SELECT 'k' || i, 'person', 'person-' || i,
'person-' || i, 'address', '', CASE WHEN i % 500 = 7 THEN 'requested' WHEN i % 2 = 0 THEN 'approved' ELSE 'adopted' END,
'admin', i, '', '', false, '', CASE WHEN i % 500 = 8 THEN 'older' ELSE '' END, '', '', i, 0 FROM n

-- applications
INSERT INTO applications (number, source, portal, reference, one_thing, catalogue, catalogue_version, state, received_on,
arrived_at, due_at, due_expected, report, content, opened_at, opened_node, opened_by, purpose, case_number, outcome, reason,
reason_codes, missing, ended_at) SELECT 'a' || i, 'portal', 'portal-' || (i % 4), 'r' || i, 'birth', 'city', 1,
CASE WHEN i % 100 = 0 THEN 'received' WHEN i % 100 = 1 THEN 'opened' ELSE 'accepted' END, '', i, i, false, '[]',
:bytes, i, 'c' || (i % 40), '', '', 'c' || i, '', '', '[]', '[]', CASE WHEN i % 100 > 1 THEN i
END FROM n

-- application_attachments
INSERT INTO application_attachments (application, material, content, media_type)
SELECT 'a' || i, 'm', 'digest-' || i, 'image/png' FROM n

-- contents
INSERT INTO contents (digest, media_type, size, added_at) SELECT 'digest-' || i, 'image/png', 1, i FROM n

-- consents
INSERT INTO consents (visit, licence, purpose, offered_at, given_at, how, released_at, released_claims, picture, list_number)
SELECT 'v' || (i / 2), CASE WHEN i % 2 = 0 THEN 'l' || i ELSE 'c' || i || '/m/1' END, 'birth', i, i, '', i, '[]', false, ''
FROM n

-- earlier_materials
INSERT INTO earlier_materials (visit, id, holder, case_number, material, version, how, issuer, valid_to, grade, learnt_at)
SELECT 'v' || (i / 2), 'c' || i || '/m/1', 'person-' || (i % 9000), 'c' || i, 'm', 1, 'paper', '', '', 'B', i FROM n

-- identity_proofs
INSERT INTO identity_proofs (visit, person, level, code_key, proved_at)
SELECT 'v' || i, 'person-' || (i % 9000), 'shown', 'code-' || i, i FROM n

-- visit_representations
INSERT INTO visit_representations (visit, principal, agent, basis, relation, acts, valid_to, shown_at)
SELECT 'v' || i, 'person-' || (i % 9000), 'person-1', 'codes', '', '[]', '', i FROM n

-- dynamic_codes
INSERT INTO dynamic_codes (digest, person, made_at, expires_at, used_at, used_by)
SELECT 'code-' || i, 'person-' || (i % 9000), i, i, i, 'v' || i FROM n

-- result_parties
INSERT INTO result_parties (case_number, role, subject, number)
SELECT 'c' || i, 'child', 'person-' || (i % 9000), NULL FROM n

-- supplements
INSERT INTO supplements (id, task, case_number, notice, materials, reason, reason_codes, asked_by, asked_at)
SELECT 's' || i, 't' || i, 'c' || i, 'n' || i, '[]', '', '[]', 'officer-1', i FROM n

-- objections
INSERT INTO objections (case_number, number, reason, sentence, facts, raised_at, settled_by, note)
SELECT 'c' || i, 1, 'twin', '', :bytes, i, '', '' FROM n

-- consent_lists
INSERT INTO consent_lists (visit, number, purpose, person, role, materials, printed_at, signed_by)
SELECT 'v' || i, 'L' || i, 'birth', 'person-' || (i % 9000), 'mother', '[]', i, '' FROM n
