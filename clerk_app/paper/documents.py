"""The papers of the counter and the kiosk: the ticket slip, the receipt, the hand-over list.

Each is made of plain values, already in the language of the paper, and lays itself out by `page(language)`.
Times are the hall's local times. What only the law asks for is in `notices`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clerk_app.paper.page import Barcode128, Blank, Block, Cut, Feed, Line, Page, Pair, Qr, Rule
from clerk_app.paper.words import day, heading, minute, words


@dataclass(frozen=True, slots=True)
class TicketSlip:
    """排队号票: a place in the queue. It is passed from hand to hand, so it never carries a name."""

    number: str  # A023
    category: str
    waiting: int  # people before this one in the category
    taken: datetime
    hall: str

    def page(self, language: str) -> Page:
        """The slip in `language`."""
        _ = words(language)
        return (
            Line(self.hall, align="center"),
            *heading("排队号票", "Queue ticket", language),
            Rule(),
            Line(self.number, bold=True, wide=True, align="center"),
            Line(self.category, bold=True, align="center"),
            Pair(_("Waiting before you"), str(self.waiting)),
            Pair(_("Taken at"), minute(self.taken)),
            Rule(),
            Line(_("Please watch the board. Whoever holds this slip is served.")),
            Cut(),
        )


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a case: who decides it, and by when. Without dates its time starts after earlier matters."""

    name: str
    organ: str
    promised: date | None = None  # the day the office promises, never later than the statutory one
    statutory: date | None = None
    expected: bool = False  # computed beyond the published calendar

    def blocks(self, position: int, language: str) -> tuple[Block, ...]:
        """The matter as an item of a list, `position` counted from 1."""
        _ = words(language)
        name = (Line(f"{position}. {self.name}", bold=True), Line(self.organ, indent=2))
        if self.promised is None and self.statutory is None:
            return (*name, Line(_("Its time starts when the matters before it are decided."), indent=2))
        promised = _("Promised (expected)") if self.expected else _("Promised")
        statutory = _("Statutory (expected)") if self.expected else _("Statutory")
        dates = ((promised, self.promised), (statutory, self.statutory))
        return (*name, *(Pair(label, day(limit), indent=2) for label, limit in dates if limit is not None))


@dataclass(frozen=True, slots=True)
class Receipt:
    """收件凭证: what was handed in, and the number under which the applicant asks for it. Final when printed."""

    case_number: str  # 12 digits
    applicant_masked: str  # a receipt gets lost: no full name, no identity number
    one_thing: str
    matters: tuple[Matter, ...]
    materials: tuple[str, ...]  # taken in on paper; what the city already held is not listed
    received: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str

    def page(self, language: str) -> Page:
        """The receipt in `language`, its number as Code 128 and as QR."""
        _ = words(language)
        return (
            Line(self.hall, align="center"),
            *heading("收件凭证", "Receipt", language),
            Rule(),
            *case_number(self.case_number),
            Rule(),
            Pair(_("Applicant"), self.applicant_masked),
            Pair(_("One thing"), self.one_thing),
            Pair(_("Received at"), minute(self.received)),
            Rule(),
            Line(_("Matters in this case"), bold=True),
            *(block for at, matter in enumerate(self.matters, 1) for block in matter.blocks(at, language)),
            Rule(),
            Line(_("Papers taken in"), bold=True),
            *_listed(self.materials, _("None: nothing was left on paper.")),
            Rule(),
            Pair(_("Window"), self.window),
            Pair(_("Clerk"), self.clerk_number),
            Pair(_("Phone"), self.phone),
            Rule(),
            Line(_("How to ask for the state"), bold=True),
            Line(
                _(
                    "At any window, at the kiosk or by phone: give the case number and the last four characters of"
                    " the applicant's identity number. Bring this receipt when you come back."
                )
            ),
            Feed(),
            Qr(self.case_number),
            Cut(),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What one organ decided on one matter; organs decide separately, each with its own signer and reason."""

    matter: str
    organ: str
    outcome: str
    decided: date
    signer: str
    reason: str = ""

    def blocks(self, position: int, language: str) -> tuple[Block, ...]:
        """The decision as an item of a list, `position` counted from 1."""
        _ = words(language)
        reason = (Line(_("Reason: {reason}").format(reason=self.reason), indent=2),) if self.reason else ()
        return (
            Line(f"{position}. {self.matter}", bold=True),
            Line(self.organ, indent=2),
            Pair(_("Decision"), self.outcome, bold=True, indent=2),
            Pair(_("Decided on"), day(self.decided), indent=2),
            Pair(_("Signer"), self.signer, indent=2),
            *reason,
        )


@dataclass(frozen=True, slots=True)
class Handed:
    """A thing in the set: a licence, a decision letter, an original given back."""

    name: str
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class HandOver:
    """送达回证: every decision of the case and the set that goes with them, handed over once, against a signature."""

    case_number: str
    applicant: str
    one_thing: str
    decisions: tuple[Decision, ...]
    items: tuple[Handed, ...]
    handed: datetime
    hall: str
    window: str
    clerk_number: str

    def page(self, language: str) -> Page:
        """The hand-over list in `language`, with the lines for the signature."""
        _ = words(language)
        return (
            Line(self.hall, align="center"),
            *heading("送达回证", "Hand-over list", language),
            Rule(),
            *case_number(self.case_number),
            Rule(),
            Pair(_("Applicant"), self.applicant),
            Pair(_("One thing"), self.one_thing),
            Rule(),
            Line(_("Decisions"), bold=True),
            *(block for at, decision in enumerate(self.decisions, 1) for block in decision.blocks(at, language)),
            Rule(),
            Line(_("Handed over"), bold=True),
            *(block for at, item in enumerate(self.items, 1) for block in _item(at, item)),
            Rule(),
            Pair(_("Handed over at"), minute(self.handed)),
            Pair(_("Window"), self.window),
            Pair(_("Clerk"), self.clerk_number),
            Feed(),
            *signature(language),
            Cut(),
        )


def _listed(items: tuple[str, ...], none: str) -> tuple[Block, ...]:
    # An empty list on a paper could be filled in later, so the paper says that it is empty.
    return tuple(Line(f"{at}. {item}") for at, item in enumerate(items, 1)) or (Line(none),)


def _item(position: int, item: Handed) -> tuple[Block, ...]:
    name = Pair(f"{position}. {item.name}", f"x{item.copies}")
    return (name, Line(item.number, indent=2)) if item.number else (name,)


def case_number(number: str) -> tuple[Block, ...]:
    """The case number for a scanner and, below, for the eye."""
    return Feed(), Barcode128(number), Line(number, bold=True, wide=True, align="center")


def signature(language: str) -> tuple[Block, ...]:
    """The lines that the receiver fills in by hand."""
    _ = words(language)
    return Feed(), Blank(_("Received by (signature)")), Feed(), Blank(_("Date"))
