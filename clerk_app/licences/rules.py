"""Every command of this room."""

from __future__ import annotations

from clerk_app.licences import repository, unlocking

RULES = (*repository.RULES, *unlocking.RULES)
