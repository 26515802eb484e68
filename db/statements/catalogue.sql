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
