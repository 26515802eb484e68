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
    """Promised and statutory date of a matter or a case; each may depend on a calendar that is not published yet.

    Both dates of a matter are those of its decision. The promised date of a case is that of its last result: it
    includes the working days in which results are issued after the decision.
    """

    promised: date | None = None
    statutory: date | None = None
    expected: bool = False
    statutory_expected: bool = False


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """A matter of a case, with organ and due dates. Without dates, the term starts when earlier matters are decided.

    `suspended`: the term is suspended until the requested materials are handed in, so there are no dates either.
    `ended`: how it ended, or when it was decided; printed in place of dates. `checked_again`: the decision in force
    of a matter that is checked again.
    """

    name: str
    organ: str
    dates: PrintedDates = PrintedDates()
    suspended: bool = False
    ended: str = ""
    checked_again: str = ""

    def to_blocks(self, position: int, language: str) -> tuple[PageBlock, ...]:
        """Return the matter as an item of a list; `position` counts from 1."""
        _ = get_translator(language)
        name: tuple[PageBlock, ...] = (TextLine(f"{position}. {self.name}", bold=True), TextLine(self.organ, indent=2))
        if self.checked_again:
            name = (*name, TextLine(self.checked_again, indent=2))
        if self.ended:
            return (*name, TextLine(self.ended, indent=2))
        if self.suspended:
            return (*name, TextLine(_("Its time is suspended until the papers asked for are brought."), indent=2))
        if self.dates.promised is None and self.dates.statutory is None:
            return (*name, TextLine(_("Its time starts when the matters before it are decided."), indent=2))
        return *name, *_decision_lines(self.dates, language)


def _decision_lines(dates: PrintedDates, language: str) -> tuple[PageBlock, ...]:
    _ = get_translator(language)
    return _day_lines(
        (_("Decision (expected)") if dates.expected else _("Decision by"), dates.promised),
        (_("By law (expected)") if dates.statutory_expected else _("By law"), dates.statutory),
        indent=2,
    )


def case_date_lines(dates: PrintedDates, matters: tuple[PrintedMatter, ...], language: str) -> tuple[PageBlock, ...]:
    """Return the dates of a whole case: of the last result as promised, and of the last decision by law.

    A sentence explains a promised date after that of every decision.
    """
    _ = get_translator(language)
    lines = _day_lines(
        (_("Promised (expected)") if dates.expected else _("Promised"), dates.promised),
        (_("Decisions by law (expected)") if dates.statutory_expected else _("Decisions by law"), dates.statutory),
    )
    decided = [matter.dates.promised for matter in matters if matter.dates.promised is not None]
    if dates.promised is None or len(decided) < len(matters) or max(decided, default=dates.promised) >= dates.promised:
        return lines
    return *lines, TextLine(_("This includes the working days for making out the results after the decisions."))


def _day_lines(*lines: tuple[str, date | None], indent: int = 0) -> tuple[PageBlock, ...]:
    return tuple(TwoColumnLine(label, format_day(day), indent=indent) for label, day in lines if day is not None)


def _case_number_blocks(number: str) -> tuple[PageBlock, ...]:
    """Return the case number as a barcode, as text, and as a QR code, which is read at any angle."""
    return PaperFeed(), Barcode128(number), TextLine(number, bold=True, wide=True, align="center"), QrCode(number)


def case_blocks(
    number: str, applicant: str, one_thing: str, language: str, other_parties: tuple[tuple[str, str], ...] = ()
) -> tuple[PageBlock, ...]:
    """Return case number, applicant, other parties (role and name) and one thing, with rules around the number."""
    _ = get_translator(language)
    return (
        HorizontalRule(),
        *_case_number_blocks(number),
        HorizontalRule(),
        TwoColumnLine(_("Applicant"), applicant),
        *(TwoColumnLine(role, name) for role, name in other_parties),
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
