"""A case's life: intake, parallel routing, claims, decisions, supplements, deadlines, issuance."""

from __future__ import annotations

from clerk_app.cases import (
    accept,
    asking,
    bringing,
    claims,
    decide,
    drafts,
    ending,
    erase,
    objections,
    supplements,
)
from clerk_app.cases.documents import case_kind

RULES = (
    *drafts.RULES,
    *accept.RULES,
    *claims.RULES,
    *decide.RULES,
    *supplements.RULES,
    *ending.RULES,
    *erase.RULES,
    *objections.RULES,
    *bringing.RULES,
    *asking.RULES,
)

KINDS = (case_kind(RULES),)

__all__ = ["KINDS", "RULES"]
