"""The rules of all commands of this package."""

from __future__ import annotations

from clerk_app.licences import identity_proof, licence_release, repository, shared_materials

RULES = (*repository.RULES, *shared_materials.RULES, *identity_proof.RULES, *licence_release.RULES)
