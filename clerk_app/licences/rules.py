"""The rules of all commands of this package."""

from __future__ import annotations

from clerk_app.licences import (
    consent_changes,
    consent_lists,
    identity_proof,
    licence_copies,
    licence_release,
    received_lists,
    repository,
    representations,
    shared_materials,
    trust_publication,
)

RULES = (
    *repository.RULES,
    *shared_materials.RULES,
    *consent_changes.RULES,
    *consent_lists.RULES,
    *licence_copies.RULES,
    *identity_proof.RULES,
    *licence_release.RULES,
    *representations.RULES,
    *trust_publication.RULES,
    *received_lists.RULES,
)
