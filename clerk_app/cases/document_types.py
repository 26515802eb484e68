"""The document types of this package."""

from __future__ import annotations

from clerk_app.cases import RULE_MODULES
from clerk_app.cases.applications.documents import APPLICATION_DOCUMENT
from clerk_app.cases.delivery.consignments import CONSIGNMENT_DOCUMENT
from clerk_app.cases.documents import case_document_type
from clerk_app.cases.rejections import REJECTED_DOCUMENT
from clerk_app.ledger.commands import Rules

DOCUMENT_TYPES = (
    case_document_type(Rules(modules=RULE_MODULES)),
    REJECTED_DOCUMENT,
    CONSIGNMENT_DOCUMENT,
    APPLICATION_DOCUMENT,
)
