"""The document types of this package."""

from __future__ import annotations

from clerk_app.cases import RULE_MODULES
from clerk_app.cases.applications.documents import APPLICATION_DOCUMENT
from clerk_app.cases.delivery.consignments import CONSIGNMENT_DOCUMENT
from clerk_app.cases.documents import case_document_type
from clerk_app.cases.promises.records import BROKEN_PROMISE_DOCUMENT
from clerk_app.cases.promises.rows import PROMISE_DOCUMENT
from clerk_app.cases.received_records import RECEIVED_DOCUMENT
from clerk_app.cases.rejections import REJECTED_DOCUMENT
from clerk_app.cases.tasks.escalations import ESCALATION_DOCUMENT
from clerk_app.ledger.commands import Rules

DOCUMENT_TYPES = (
    case_document_type(Rules(modules=RULE_MODULES)),
    REJECTED_DOCUMENT,
    CONSIGNMENT_DOCUMENT,
    APPLICATION_DOCUMENT,
    PROMISE_DOCUMENT,
    BROKEN_PROMISE_DOCUMENT,
    RECEIVED_DOCUMENT,
    ESCALATION_DOCUMENT,
)
