Catalogues in the store.

-- newest_version
SELECT catalogue, version, digest FROM catalogue_versions ORDER BY published_at DESC, version DESC LIMIT 1

-- last_version
SELECT max(version) AS version FROM catalogue_versions WHERE catalogue = :catalogue

-- version_digest
SELECT digest FROM catalogue_versions WHERE catalogue = :catalogue AND version = :version
