"""Cases: drafts, acceptance, department tasks, issued results, objections, erasure."""

from __future__ import annotations

from clerk_app.cases import (
    case_fetch,
    case_search,
    duplicates,
    erasure,
    message_erasure,
    notices,
    objections,
    prints,
    recomputation,
    rejected_acceptances,
    result_licences,
    site_transfer,
    status_query,
    unmasking,
    visit_erasure,
)
from clerk_app.cases.applications import answers, opening, queries, receipt, retention
from clerk_app.cases.applications.documents import APPLICATION_DOCUMENT
from clerk_app.cases.delivery import closure, consignments, parts, results
from clerk_app.cases.delivery.consignments import CONSIGNMENT_DOCUMENT
from clerk_app.cases.documents import case_document_type
from clerk_app.cases.intake import acceptance, draft_terms, drafts
from clerk_app.cases.rejections import REJECTED_DOCUMENT
from clerk_app.cases.tasks import claims, corrections, decisions, extensions, papers_terms, procedures, supplements

RULES = (
    *drafts.RULES,
    *draft_terms.RULES,
    *duplicates.RULES,
    *case_search.RULES,
    *acceptance.RULES,
    *claims.RULES,
    *decisions.RULES,
    *corrections.RULES,
    *supplements.RULES,
    *papers_terms.RULES,
    *procedures.RULES,
    *extensions.RULES,
    *results.RULES,
    *parts.RULES,
    *result_licences.RULES,
    *consignments.RULES,
    *closure.RULES,
    *notices.RULES,
    *prints.RULES,
    *erasure.RULES,
    *objections.RULES,
    *rejected_acceptances.RULES,
    *recomputation.RULES,
    *site_transfer.RULES,
    *status_query.RULES,
    *unmasking.RULES,
    *case_fetch.RULES,
    *visit_erasure.RULES,
    *message_erasure.RULES,
    *receipt.RULES,
    *opening.RULES,
    *answers.RULES,
    *queries.RULES,
    *retention.RULES,
)

DOCUMENT_TYPES = (case_document_type(RULES), REJECTED_DOCUMENT, CONSIGNMENT_DOCUMENT, APPLICATION_DOCUMENT)

__all__ = ["DOCUMENT_TYPES", "RULES"]
