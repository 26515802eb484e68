"""The kinds of paper: the facts of each by the name of its template."""

from __future__ import annotations

from clerk_app.paper.documents.code_slip import CodeSlip
from clerk_app.paper.documents.consent_list import ConsentList
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.hand_over import HandOverList
from clerk_app.paper.documents.notices import NotAcceptedNotice, SupplementNotice
from clerk_app.paper.documents.receipt import CaseReceipt, SupplementReceipt
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
)
FACTS_BY_KIND: dict[str, type[PaperFacts]] = {facts.kind: facts for facts in _FACTS}
