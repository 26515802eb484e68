"""A signed code on paper, for people without a smartphone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerk_app.paper.page import Cut, Feed, Line, Page, Pair, Qr, Rule
from clerk_app.paper.words import heading, minute, words


@dataclass(frozen=True, slots=True)
class CodeSlip:
    """证照码凭条: a code to show at a window. What it says of its holder is in the code, so the words give little away.

    Raises BadData when the code is too long for the paper, as the page is drawn.
    """

    code: str  # the text of a signed code
    holder_masked: str
    issuer: str
    expires: datetime  # the code, not the licence
    hall: str

    def page(self, language: str) -> Page:
        """The slip in `language`."""
        _ = words(language)
        return (
            Line(self.hall, align="center"),
            *heading("证照码凭条", "E-licence code", language),
            Rule(),
            Pair(_("Holder"), self.holder_masked),
            Pair(_("Issued by"), self.issuer),
            Pair(_("Usable until"), minute(self.expires), bold=True),
            Rule(),
            Feed(),
            Qr(self.code),
            Feed(),
            Line(_("Show this at a window yourself: face and photo are compared. Keep it as you keep the card.")),
            Cut(),
        )
