"""The code slip, 证照码凭条: a signed code on paper, for people without a smartphone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerk_app.paper.documents.wording import format_minute, get_translator, heading_lines
from clerk_app.paper.page import HorizontalRule, PaperCut, PaperFeed, PaperPage, QrCode, TextLine, TwoColumnLine


@dataclass(frozen=True, slots=True)
class CodeSlip:
    """证照码凭条: a code to show at a window. The name of the holder is printed in masked form.

    `encode_escpos` and the previews raise BadData if the code is too long for the paper.
    """

    code: str  # the text of a signed code
    holder_masked: str
    issuer: str
    expires_at: datetime  # expiry of the code, not of the licence
    hall: str

    def to_page(self, language: str) -> PaperPage:
        """Return the slip in `language`."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("证照码凭条", "E-licence code", language),
            HorizontalRule(),
            TwoColumnLine(_("Holder"), self.holder_masked),
            TwoColumnLine(_("Issued by"), self.issuer),
            TwoColumnLine(_("Usable until"), format_minute(self.expires_at), bold=True),
            HorizontalRule(),
            PaperFeed(),
            QrCode(self.code),
            PaperFeed(),
            TextLine(_("Show this at a window yourself: face and photo are compared. Keep it as you keep the card.")),
            PaperCut(),
        )
