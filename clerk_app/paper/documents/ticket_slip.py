"""The queue ticket, 排队号票."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerk_app.paper.documents.wording import format_minute, get_translator, heading_lines
from clerk_app.paper.page import HorizontalRule, PaperCut, PaperPage, QrCode, TextLine, TwoColumnLine


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """排队号票: a place in the queue. It shows no name, since the slip may be passed on."""

    number: str  # such as A023
    category: str
    waiting_before: int  # number of people ahead in the same category
    taken_at: datetime
    hall: str

    def to_page(self, language: str) -> PaperPage:
        """Return the slip in `language`."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("排队号票", "Queue ticket", language),
            HorizontalRule(),
            TextLine(self.number, bold=True, wide=True, align="center"),
            QrCode(self.number),
            TextLine(self.category, bold=True, align="center"),
            TwoColumnLine(_("Waiting before you"), str(self.waiting_before)),
            TwoColumnLine(_("Taken at"), format_minute(self.taken_at)),
            HorizontalRule(),
            TextLine(_("Please watch the board. Whoever holds this slip is served.")),
            PaperCut(),
        )
