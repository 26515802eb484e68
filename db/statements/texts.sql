-- Statements on the index of long texts of cases.

-- shared_fingerprints
-- Return how many of these fingerprints each other case of a topic has, the most first.
SELECT case_number, count(DISTINCT fingerprint) AS shared FROM text_fingerprints
WHERE topic = :topic AND fingerprint IN (SELECT CAST(value AS INTEGER) FROM json_each(:fingerprints))
AND case_number <> :number
GROUP BY case_number ORDER BY shared DESC, case_number LIMIT :many

-- shared_fingerprints.postgresql
-- Return how many of these fingerprints each other case of a topic has, the most first.
SELECT case_number, count(DISTINCT fingerprint) AS shared FROM text_fingerprints
WHERE topic = :topic AND fingerprint = ANY(CAST(CAST(:fingerprints AS TEXT[]) AS BIGINT[]))
AND case_number <> :number
GROUP BY case_number ORDER BY shared DESC, case_number LIMIT :many

-- newest_texts
-- Return the texts of the newest other cases of a topic.
SELECT case_number, field, grams FROM case_texts WHERE topic = :topic AND case_number <> :number
ORDER BY case_number DESC LIMIT :many

-- same_parties
-- Return the other cases of a topic with a party of this case: by identity number or credit code.
SELECT DISTINCT other.case_number, other.kind FROM parties AS own
JOIN parties AS other ON other.number = own.number AND other.case_number <> own.case_number
JOIN case_texts ON case_texts.case_number = other.case_number AND case_texts.topic = :topic
WHERE own.case_number = :number AND own.number <> ''

-- same_values
-- Return the other cases of a topic whose form has one of these values, such as the number of a project leader.
SELECT DISTINCT field_values.case_number FROM field_values
JOIN case_texts ON case_texts.case_number = field_values.case_number AND case_texts.topic = :topic
WHERE field_values.case_number <> :number AND field_values.value IN (SELECT value FROM json_each(:found))

-- same_values.postgresql
-- Return the other cases of a topic whose form has one of these values, such as the number of a project leader.
SELECT DISTINCT field_values.case_number FROM field_values
JOIN case_texts ON case_texts.case_number = field_values.case_number AND case_texts.topic = :topic
WHERE field_values.case_number <> :number AND field_values.value = ANY(CAST(:found AS TEXT[]))

-- cases_of_numbers
-- Return the cases of a topic with one of these numbers, as that of a party or in the form.
SELECT DISTINCT case_texts.case_number FROM case_texts WHERE topic = :topic AND (
  EXISTS (SELECT 1 FROM parties WHERE parties.case_number = case_texts.case_number
    AND parties.number IN (SELECT value FROM json_each(:found)))
  OR EXISTS (SELECT 1 FROM field_values WHERE field_values.case_number = case_texts.case_number
    AND field_values.value IN (SELECT value FROM json_each(:found))))

-- cases_of_numbers.postgresql
-- Return the cases of a topic with one of these numbers, as that of a party or in the form.
SELECT DISTINCT case_texts.case_number FROM case_texts WHERE topic = :topic AND (
  EXISTS (SELECT 1 FROM parties WHERE parties.case_number = case_texts.case_number
    AND parties.number = ANY(CAST(:found AS TEXT[])))
  OR EXISTS (SELECT 1 FROM field_values WHERE field_values.case_number = case_texts.case_number
    AND field_values.value = ANY(CAST(:found AS TEXT[]))))
