"""The consent list, 同意书: the licences that a citizen lets the service centre use, for their signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerk_app.paper.documents.blocks import numbered_lines
from clerk_app.paper.documents.wording import format_minute, get_translator, heading_lines
from clerk_app.paper.page import (
    FillInLine,
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    QrCode,
    TextLine,
    TwoColumnLine,
)


@dataclass(frozen=True, slots=True)
class CitizenConsent:
    """A citizen who agrees, with masked name and without identity number, and the licences."""

    citizen: str
    licences: tuple[str, ...]

    def to_blocks(self, language: str) -> tuple[PageBlock, ...]:
        """Return the consent as a part of the list."""
        _ = get_translator(language)
        return TwoColumnLine(_("Citizen"), self.citizen, bold=True), *numbered_lines(self.licences, _("None."))


@dataclass(frozen=True, slots=True)
class ConsentList:
    """同意书: who agrees, to the use of which licences, for which one thing and matters."""

    number: str
    consents: tuple[CitizenConsent, ...]
    one_thing: str
    matters: tuple[str, ...]
    printed_at: datetime
    hall: str
    window: str
    clerk_number: str

    def to_page(self, language: str) -> PaperPage:
        """Return the list in `language`, with its number as QR code."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("同意书", "Consent", language),
            HorizontalRule(),
            PaperFeed(),
            TextLine(self.number, bold=True, align="center"),
            QrCode(self.number),
            HorizontalRule(),
            TwoColumnLine(_("One thing"), self.one_thing),
            HorizontalRule(),
            TextLine(_("I agree that the service centre fetches these from the city's records"), bold=True),
            *(block for consent in self.consents for block in consent.to_blocks(language)),
            HorizontalRule(),
            TextLine(_("and uses them for these matters of this application, and for nothing else"), bold=True),
            *numbered_lines(self.matters, _("None.")),
            HorizontalRule(),
            TwoColumnLine(_("Printed at"), format_minute(self.printed_at)),
            TwoColumnLine(_("Window"), self.window),
            TwoColumnLine(_("Clerk"), self.clerk_number),
            *(
                block
                for consent in self.consents
                for block in (
                    PaperFeed(),
                    FillInLine(_("Signature of {name}").format(name=consent.citizen)),
                    PaperFeed(),
                    FillInLine(_("Date")),
                )
            ),
            PaperCut(),
        )
