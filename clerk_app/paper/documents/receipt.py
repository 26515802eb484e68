"""The papers of the counter and the kiosk: the ticket slip, the receipt, the hand-over list.

Each is made of plain values, already in the language of the paper, and lays itself out by `page(language)`.
Times are the hall's local times. What only the law asks for is in `notices`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clerk_app.paper.documents.wording import format_day, format_minute, get_translator, heading_lines
from clerk_app.paper.page import (
    Barcode128,
    FillInLine,
    HorizontalRule,
    LabelledValue,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    QrCode,
    TextLine,
)


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """排队号票: a place in the queue. It is passed from hand to hand, so it never carries a name."""

    number: str  # A023
    category: str
    waiting_before: int  # people before this one in the category
    taken_at: datetime
    hall: str

    def to_page(self, language: str) -> PaperPage:
        """The slip in `language`."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("排队号票", "Queue ticket", language),
            HorizontalRule(),
            TextLine(self.number, bold=True, wide=True, align="center"),
            TextLine(self.category, bold=True, align="center"),
            LabelledValue(_("Waiting before you"), str(self.waiting_before)),
            LabelledValue(_("Taken at"), format_minute(self.taken_at)),
            HorizontalRule(),
            TextLine(_("Please watch the board. Whoever holds this slip is served.")),
            PaperCut(),
        )


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
            *(LabelledValue(label, format_day(limit), indent=2) for label, limit in dates if limit is not None),
        )


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """收件凭证: what was handed in, and the number under which the applicant asks for it. Final when printed."""

    case_number: str  # 12 digits
    applicant_masked: str  # a receipt gets lost: no full name, no identity number
    one_thing: str
    matters: tuple[PrintedMatter, ...]
    materials: tuple[str, ...]  # taken in on paper; what the city already held is not listed
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str

    def to_page(self, language: str) -> PaperPage:
        """The receipt in `language`, its number as Code 128 and as QR."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("收件凭证", "Receipt", language),
            HorizontalRule(),
            *case_number_blocks(self.case_number),
            HorizontalRule(),
            LabelledValue(_("Applicant"), self.applicant_masked),
            LabelledValue(_("One thing"), self.one_thing),
            LabelledValue(_("Received at"), format_minute(self.received_at)),
            HorizontalRule(),
            TextLine(_("Matters in this case"), bold=True),
            *(block for at, matter in enumerate(self.matters, 1) for block in matter.to_blocks(at, language)),
            HorizontalRule(),
            TextLine(_("Papers taken in"), bold=True),
            *_numbered_lines(self.materials, _("None: nothing was left on paper.")),
            HorizontalRule(),
            LabelledValue(_("Window"), self.window),
            LabelledValue(_("Clerk"), self.clerk_number),
            LabelledValue(_("Phone"), self.phone),
            HorizontalRule(),
            TextLine(_("How to ask for the state"), bold=True),
            TextLine(
                _(
                    "At any window, at the kiosk or by phone: give the case number and the last four characters of"
                    " the applicant's identity number. Bring this receipt when you come back."
                )
            ),
            PaperFeed(),
            QrCode(self.case_number),
            PaperCut(),
        )


@dataclass(frozen=True, slots=True)
class PrintedDecision:
    """What one organ decided on one matter; organs decide separately, each with its own signer and reason."""

    matter: str
    organ: str
    outcome: str
    decided_on: date
    signer: str
    reason: str = ""

    def to_blocks(self, position: int, language: str) -> tuple[PageBlock, ...]:
        """The decision as an item of a list, `position` counted from 1."""
        _ = get_translator(language)
        reason = (TextLine(_("Reason: {reason}").format(reason=self.reason), indent=2),) if self.reason else ()
        return (
            TextLine(f"{position}. {self.matter}", bold=True),
            TextLine(self.organ, indent=2),
            LabelledValue(_("Decision"), self.outcome, bold=True, indent=2),
            LabelledValue(_("Decided on"), format_day(self.decided_on), indent=2),
            LabelledValue(_("Signer"), self.signer, indent=2),
            *reason,
        )


@dataclass(frozen=True, slots=True)
class HandedItem:
    """A thing in the set: a licence, a decision letter, an original given back."""

    name: str
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class HandOverList:
    """送达回证: every decision of the case and the set that goes with them, handed over once, against a signature."""

    case_number: str
    applicant: str
    one_thing: str
    decisions: tuple[PrintedDecision, ...]
    items: tuple[HandedItem, ...]
    handed_over_at: datetime
    hall: str
    window: str
    clerk_number: str

    def to_page(self, language: str) -> PaperPage:
        """The hand-over list in `language`, with the lines for the signature."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("送达回证", "Hand-over list", language),
            HorizontalRule(),
            *case_number_blocks(self.case_number),
            HorizontalRule(),
            LabelledValue(_("Applicant"), self.applicant),
            LabelledValue(_("One thing"), self.one_thing),
            HorizontalRule(),
            TextLine(_("Decisions"), bold=True),
            *(block for at, decision in enumerate(self.decisions, 1) for block in decision.to_blocks(at, language)),
            HorizontalRule(),
            TextLine(_("Handed over"), bold=True),
            *(block for at, item in enumerate(self.items, 1) for block in _item_blocks(at, item)),
            HorizontalRule(),
            LabelledValue(_("Handed over at"), format_minute(self.handed_over_at)),
            LabelledValue(_("Window"), self.window),
            LabelledValue(_("Clerk"), self.clerk_number),
            PaperFeed(),
            *signature_blocks(language),
            PaperCut(),
        )


def _numbered_lines(items: tuple[str, ...], none: str) -> tuple[PageBlock, ...]:
    # An empty list on a paper could be filled in later, so the paper says that it is empty.
    return tuple(TextLine(f"{at}. {item}") for at, item in enumerate(items, 1)) or (TextLine(none),)


def _item_blocks(position: int, item: HandedItem) -> tuple[PageBlock, ...]:
    name = LabelledValue(f"{position}. {item.name}", f"x{item.copies}")
    return (name, TextLine(item.number, indent=2)) if item.number else (name,)


def case_number_blocks(number: str) -> tuple[PageBlock, ...]:
    """The case number for a scanner and, below, for the eye."""
    return PaperFeed(), Barcode128(number), TextLine(number, bold=True, wide=True, align="center")


def signature_blocks(language: str) -> tuple[PageBlock, ...]:
    """The lines that the receiver fills in by hand."""
    _ = get_translator(language)
    return PaperFeed(), FillInLine(_("Received by (signature)")), PaperFeed(), FillInLine(_("Date"))
