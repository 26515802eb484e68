"""A case's life: intake, parallel routing, claims, decisions, supplements, deadlines, issuance."""

from __future__ import annotations

from clerk_app.cases.accept import ACCEPT_RULES
from clerk_app.cases.asking import ASKING_RULES
from clerk_app.cases.bringing import BRINGING_RULES
from clerk_app.cases.claims import CLAIM_RULES
from clerk_app.cases.decide import DECIDE_RULES
from clerk_app.cases.documents import case_kind
from clerk_app.cases.drafts import DRAFT_RULES
from clerk_app.cases.ending import ENDING_RULES
from clerk_app.cases.erase import ERASE_RULES
from clerk_app.cases.objections import OBJECTION_RULES
from clerk_app.cases.supplements import SUPPLEMENT_RULES

RULES = (
    *DRAFT_RULES,
    *ACCEPT_RULES,
    *CLAIM_RULES,
    *DECIDE_RULES,
    *SUPPLEMENT_RULES,
    *ENDING_RULES,
    *ERASE_RULES,
    *OBJECTION_RULES,
    *BRINGING_RULES,
    *ASKING_RULES,
)

KINDS = (case_kind(RULES),)

__all__ = ["KINDS", "RULES"]
