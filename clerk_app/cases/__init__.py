"""A case's life: intake, parallel routing, claims, decisions, supplements, deadlines, issuance."""

from __future__ import annotations

from clerk_app.cases import erasure, objections, site_transfer, status_query
from clerk_app.cases.delivery import results
from clerk_app.cases.documents import case_document_type
from clerk_app.cases.intake import acceptance, drafts
from clerk_app.cases.tasks import claims, decisions, supplements

RULES = (
    *drafts.RULES,
    *acceptance.RULES,
    *claims.RULES,
    *decisions.RULES,
    *supplements.RULES,
    *results.RULES,
    *erasure.RULES,
    *objections.RULES,
    *site_transfer.RULES,
    *status_query.RULES,
)

DOCUMENT_TYPES = (case_document_type(RULES),)

__all__ = ["DOCUMENT_TYPES", "RULES"]
