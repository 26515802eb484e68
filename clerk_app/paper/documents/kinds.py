"""The kinds of paper: the facts of each by the name of its template, and the templates in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.paper.documents.acceptance_letters import AcceptanceLetter, CommitmentLetter, GapLetter
from clerk_app.paper.documents.certificate import Certificate
from clerk_app.paper.documents.co_signature_sheet import CoSignatureSheet
from clerk_app.paper.documents.code_slip import CodeSlip
from clerk_app.paper.documents.complaint_slip import ComplaintSlip
from clerk_app.paper.documents.consent_list import ConsentList
from clerk_app.paper.documents.consignment import ConsignmentList
from clerk_app.paper.documents.course_letters import (
    DeemedApprovalLetter,
    ExternalLetter,
    ExternalWaitLetter,
    ReferralLetter,
)
from clerk_app.paper.documents.decision_letters import ApprovalLetter, RefusalLetter
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.hand_over import HandOverList
from clerk_app.paper.documents.licence_copy import LicenceCopy
from clerk_app.paper.documents.message_sheet import MessageSheet
from clerk_app.paper.documents.notices import NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.one_time_notice import OneTimeNotice
from clerk_app.paper.documents.promise_sheet import PromiseSheet
from clerk_app.paper.documents.receipt import CaseReceipt, SupplementReceipt
from clerk_app.paper.documents.receipt_list import ReceiptList
from clerk_app.paper.documents.revocation_letter import RevocationLetter
from clerk_app.paper.documents.service_guide import ServiceGuide
from clerk_app.paper.documents.term_letters import ExtensionLetter, ProcedureLetter
from clerk_app.paper.documents.test_page import TestPage
from clerk_app.paper.documents.ticket_slip import TicketSlip

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_FACTS: tuple[type[PaperFacts], ...] = (
    TicketSlip,
    CodeSlip,
    ComplaintSlip,
    ConsentList,
    CoSignatureSheet,
    PromiseSheet,
    CaseReceipt,
    SupplementReceipt,
    ReceiptList,
    SupplementNotice,
    NotAcceptedNotice,
    HandOverList,
    TestPage,
    ProcedureLetter,
    ExtensionLetter,
    Certificate,
    ConsignmentList,
    AcceptanceLetter,
    GapLetter,
    CommitmentLetter,
    ApprovalLetter,
    RefusalLetter,
    RevocationLetter,
    LicenceCopy,
    ServiceGuide,
    OneTimeNotice,
    ReferralLetter,
    ExternalWaitLetter,
    ExternalLetter,
    DeemedApprovalLetter,
    MessageSheet,
)
FACTS_BY_KIND: dict[str, type[PaperFacts]] = {facts.kind: facts for facts in _FACTS}


def assignable_kinds() -> tuple[str, ...]:
    """Return the kinds that the settings may assign to a printer: all but the test page."""
    return tuple(kind for kind in FACTS_BY_KIND if kind != TestPage.kind)


def template_version(kind: str, catalogue: Catalogue | None = None) -> str:
    """Return the version of the template of a kind of paper: 12 hexadecimal digits of the digest of its content.

    It covers the template, the fragments that it uses, and the logo if it is printed. Raises KeyError.
    """
    return FACTS_BY_KIND[kind].prepare_template(catalogue.papers if catalogue is not None else None).version


def template_languages(kind: str, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """Return the codes of the languages in which a kind of paper can be printed, such as "zh". Raises KeyError."""
    return FACTS_BY_KIND[kind].prepare_template(catalogue.papers if catalogue is not None else None).languages
