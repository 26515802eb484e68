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
    wait_from: int = 0  # estimated wait in minutes
    wait_to: int = 0  # 0: without an estimate

    def to_page(self, language: str) -> PaperPage:
        """Return the slip in `language`."""
        _ = get_translator(language)
        low, high = self.wait_from, self.wait_to
        words = _("about {low} to {high} minutes") if low else _("up to {high} minutes")
        estimate = (TwoColumnLine(_("Estimated wait"), words.format(low=low, high=high)),) if high else ()
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("排队号票", "Queue ticket", language),
            HorizontalRule(),
            TextLine(self.number, bold=True, wide=True, align="center"),
            QrCode(self.number),
            TextLine(self.category, bold=True, align="center"),
            TwoColumnLine(_("Waiting before you"), str(self.waiting_before)),
            *estimate,
            TwoColumnLine(_("Taken at"), format_minute(self.taken_at)),
            HorizontalRule(),
            TextLine(_("Please watch the board. Whoever holds this slip is served.")),
            PaperCut(),
        )
