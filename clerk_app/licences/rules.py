"""The rules of all commands of this package."""

from __future__ import annotations

from clerk_app.licences import repository, shared_materials

RULES = (*repository.RULES, *shared_materials.RULES)
