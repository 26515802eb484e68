-- Statements on published catalogues.

-- newest_version
-- Return the catalogue version that was published last.
SELECT catalogue, version, digest FROM catalogue_versions ORDER BY published_at DESC, version DESC LIMIT 1

-- last_version
-- Return the highest published version of a catalogue.
SELECT max(version) AS version FROM catalogue_versions WHERE catalogue = :catalogue

-- version_digest
-- Return the digest of a catalogue version.
SELECT digest FROM catalogue_versions WHERE catalogue = :catalogue AND version = :version

-- open_cases
-- Return the number of cases that are not ended, by catalogue version and one thing.
SELECT catalogue, catalogue_version, one_thing, count(*) AS count FROM cases
WHERE state IN ('received', 'accepted', 'closed', 'issued') GROUP BY catalogue, catalogue_version, one_thing

-- open_drafts
-- Return the number of drafts, by catalogue version and one thing.
SELECT catalogue, catalogue_version, one_thing, count(*) AS count FROM drafts
GROUP BY catalogue, catalogue_version, one_thing

-- versions
-- Return the catalogue versions in this store, without their content.
SELECT catalogue, version FROM catalogue_versions ORDER BY catalogue, version

-- versions_without_rows
-- Return the catalogue versions that are not written as rows in this form.
SELECT catalogue, version FROM catalogue_versions AS published WHERE NOT EXISTS (
  SELECT 1 FROM catalogue_indexes AS written
  WHERE written.catalogue = published.catalogue AND written.version = published.version AND written.form = :form
) ORDER BY catalogue, version

-- begun_rows
-- Return the versions whose rows a program began to prepare.
SELECT catalogue, version FROM catalogue_indexes WHERE form = :form

-- entries
-- Return the rows of some objects of one section of a catalogue version.
SELECT id, place, refers_to, content FROM catalogue_entries
WHERE catalogue = :catalogue AND version = :version AND section = :section
AND id IN (SELECT value FROM json_each(:ids))

-- entries.postgresql
-- Return the rows of some objects of one section of a catalogue version.
SELECT id, place, refers_to, content FROM catalogue_entries
WHERE catalogue = :catalogue AND version = :version AND section = :section AND id = ANY(CAST(:ids AS TEXT[]))

-- grams
-- Return the places of the names that have each of these grams.
SELECT gram, places FROM catalogue_grams
WHERE catalogue = :catalogue AND version = :version AND gram IN (SELECT value FROM json_each(:grams))

-- grams.postgresql
-- Return the places of the names that have each of these grams.
SELECT gram, places FROM catalogue_grams
WHERE catalogue = :catalogue AND version = :version AND gram = ANY(CAST(:grams AS TEXT[]))

-- names
-- Return the names at some places.
SELECT place, content FROM catalogue_names
WHERE catalogue = :catalogue AND version = :version
AND place IN (SELECT CAST(value AS INTEGER) FROM json_each(:places))

-- names.postgresql
-- Return the names at some places.
SELECT place, content FROM catalogue_names
WHERE catalogue = :catalogue AND version = :version AND place = ANY(CAST(:places AS INTEGER[]))

-- first_names
-- Return the first names of a catalogue version, in order.
SELECT place, content FROM catalogue_names
WHERE catalogue = :catalogue AND version = :version AND place < :below ORDER BY place
