"""Every command of this room."""

from __future__ import annotations

from clerk_app.licences.repository import REPOSITORY_RULES
from clerk_app.licences.unlocking import UNLOCKING_RULES

RULES = (*REPOSITORY_RULES, *UNLOCKING_RULES)
