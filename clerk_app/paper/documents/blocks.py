"""Blocks that several documents share: matters, case number, numbered lists, signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clerk_app.paper.documents.wording import format_day, get_translator
from clerk_app.paper.page import (
    Barcode128,
    FillInLine,
    HorizontalRule,
    PageBlock,
    PaperFeed,
    QrCode,
    TextLine,
    TwoColumnLine,
)


@dataclass(frozen=True, slots=True)
class PrintedDates:
    """Promised and statutory date of a matter or a case; each may depend on a calendar that is not published yet."""

    promised: date | None = None  # never after the statutory one
    statutory: date | None = None
    expected: bool = False
    statutory_expected: bool = False


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """A matter of a case, with organ and due dates. Without dates, the term starts when earlier matters are decided.

    `suspended`: the term is suspended until the requested materials are handed in, so there are no dates either.
    `ended`: how it ended without a decision; printed in place of dates.
    """

    name: str
    organ: str
    promised: date | None = None  # promised due date, never after the statutory one
    statutory: date | None = None
    expected: bool = False  # `promised` depends on a calendar that is not published yet
    statutory_expected: bool = False
    suspended: bool = False
    ended: str = ""

    def to_blocks(self, position: int, language: str) -> tuple[PageBlock, ...]:
        """Return the matter as an item of a list; `position` counts from 1."""
        _ = get_translator(language)
        name = (TextLine(f"{position}. {self.name}", bold=True), TextLine(self.organ, indent=2))
        if self.ended:
            return (*name, TextLine(self.ended, indent=2))
        if self.suspended:
            return (*name, TextLine(_("Its time is suspended until the papers asked for are brought."), indent=2))
        if self.promised is None and self.statutory is None:
            return (*name, TextLine(_("Its time starts when the matters before it are decided."), indent=2))
        return (
            *name,
            *date_lines(
                PrintedDates(self.promised, self.statutory, self.expected, self.statutory_expected), language, indent=2
            ),
        )


def date_lines(dates: PrintedDates, language: str, *, indent: int = 0) -> tuple[PageBlock, ...]:
    """Return a line for each due date; a date that depends on an unpublished calendar is marked as expected."""
    _ = get_translator(language)
    lines = (
        (_("Promised (expected)") if dates.expected else _("Promised"), dates.promised),
        (_("Statutory (expected)") if dates.statutory_expected else _("Statutory"), dates.statutory),
    )
    return tuple(TwoColumnLine(label, format_day(day), indent=indent) for label, day in lines if day is not None)


def _case_number_blocks(number: str) -> tuple[PageBlock, ...]:
    """Return the case number as a barcode, as text, and as a QR code, which is read at any angle."""
    return PaperFeed(), Barcode128(number), TextLine(number, bold=True, wide=True, align="center"), QrCode(number)


def case_blocks(number: str, applicant: str, one_thing: str, language: str) -> tuple[PageBlock, ...]:
    """Return case number, applicant and one thing, with a rule before and after the number."""
    _ = get_translator(language)
    return (
        HorizontalRule(),
        *_case_number_blocks(number),
        HorizontalRule(),
        TwoColumnLine(_("Applicant"), applicant),
        TwoColumnLine(_("One thing"), one_thing),
    )


def matter_list_blocks(matters: tuple[PrintedMatter, ...], language: str) -> tuple[PageBlock, ...]:
    """Return the numbered list of the matters of a case, with its heading."""
    _ = get_translator(language)
    listed = (block for position, matter in enumerate(matters, 1) for block in matter.to_blocks(position, language))
    return TextLine(_("Matters in this case"), bold=True), *listed


def signature_blocks(language: str) -> tuple[PageBlock, ...]:
    """Return the lines for signature and date of the receiver."""
    _ = get_translator(language)
    return PaperFeed(), FillInLine(_("Received by (signature)")), PaperFeed(), FillInLine(_("Date"))


def numbered_lines(items: tuple[str, ...], none: str) -> tuple[PageBlock, ...]:
    """Return a numbered list. For an empty list return the line `none`, so that nothing can be added by hand."""
    return tuple(TextLine(f"{position}. {item}") for position, item in enumerate(items, 1)) or (TextLine(none),)
