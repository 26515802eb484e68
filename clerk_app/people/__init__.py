"""Staff, roles, sign-in, permissions, masking; citizens and organs as the city knows them."""

from __future__ import annotations

from clerk_app.people.documents import KINDS
from clerk_app.people.permissions import SYSTEM, authorise
from clerk_app.people.registry import REGISTRY_RULES
from clerk_app.people.staff import STAFF_RULES

RULES = (*STAFF_RULES, *REGISTRY_RULES)

__all__ = ["KINDS", "RULES", "SYSTEM", "authorise"]
