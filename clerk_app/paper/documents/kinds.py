"""The kinds of paper: the facts of each by the name of its template."""

from __future__ import annotations

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.ticket_slip import TicketSlip

FACTS_BY_KIND: dict[str, type[PaperFacts]] = {facts.kind: facts for facts in (TicketSlip,)}
