"""The kinds of paper: the facts of each by the name of its template."""

from __future__ import annotations

from clerk_app.paper.documents.code_slip import CodeSlip
from clerk_app.paper.documents.consent_list import ConsentList
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.hand_over import HandOverList
from clerk_app.paper.documents.notices import NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.receipt import CaseReceipt, SupplementReceipt
from clerk_app.paper.documents.test_page import TestPage
from clerk_app.paper.documents.ticket_slip import TicketSlip

_FACTS: tuple[type[PaperFacts], ...] = (
    TicketSlip,
    CodeSlip,
    ConsentList,
    CaseReceipt,
    SupplementReceipt,
    SupplementNotice,
    NotAcceptedNotice,
    HandOverList,
    TestPage,
)
FACTS_BY_KIND: dict[str, type[PaperFacts]] = {facts.kind: facts for facts in _FACTS}


def assignable_kinds() -> tuple[str, ...]:
    """Return the kinds that the settings may assign to a printer: all but the test page."""
    return tuple(kind for kind in FACTS_BY_KIND if kind != TestPage.kind)
