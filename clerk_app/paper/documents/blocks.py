"""Blocks that several documents share: matters, case number, numbered lists, signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clerk_app.paper.documents.wording import format_day, get_translator
from clerk_app.paper.page import Barcode128, FillInLine, PageBlock, PaperFeed, TextLine, TwoColumnLine


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """One matter of a case: who decides it, and by when. Without dates its time starts after earlier matters."""

    name: str
    organ: str
    promised: date | None = None  # the day the office promises, never later than the statutory one
    statutory: date | None = None
    expected: bool = False  # computed beyond the published calendar

    def to_blocks(self, position: int, language: str) -> tuple[PageBlock, ...]:
        """The matter as an item of a list, `position` counted from 1."""
        _ = get_translator(language)
        name = (TextLine(f"{position}. {self.name}", bold=True), TextLine(self.organ, indent=2))
        if self.promised is None and self.statutory is None:
            return (*name, TextLine(_("Its time starts when the matters before it are decided."), indent=2))
        promised = _("Promised (expected)") if self.expected else _("Promised")
        statutory = _("Statutory (expected)") if self.expected else _("Statutory")
        dates = ((promised, self.promised), (statutory, self.statutory))
        return (
            *name,
            *(TwoColumnLine(label, format_day(limit), indent=2) for label, limit in dates if limit is not None),
        )


def case_number_blocks(number: str) -> tuple[PageBlock, ...]:
    """The case number for a scanner and, below, for the eye."""
    return PaperFeed(), Barcode128(number), TextLine(number, bold=True, wide=True, align="center")


def signature_blocks(language: str) -> tuple[PageBlock, ...]:
    """The lines that the receiver fills in by hand."""
    _ = get_translator(language)
    return PaperFeed(), FillInLine(_("Received by (signature)")), PaperFeed(), FillInLine(_("Date"))


def numbered_lines(items: tuple[str, ...], none: str) -> tuple[PageBlock, ...]:
    # An empty list on a paper could be filled in later, so the paper says that it is empty.
    return tuple(TextLine(f"{at}. {item}") for at, item in enumerate(items, 1)) or (TextLine(none),)
