"""The papers the law asks for when an application is accepted, is incomplete, or is not accepted.

Administrative Licensing Law (行政许可法, 2019), Art. 32: acceptance and refusal of acceptance are in writing, dated and
sealed; what is missing is told once, all of it, on the spot or within five working days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clerk_app.paper.documents import Matter, case_number, signature
from clerk_app.paper.page import Blank, Block, Cut, Feed, Line, Page, Pair, Rule
from clerk_app.paper.words import day, heading, words


@dataclass(frozen=True, slots=True)
class AcceptanceNotice:
    """受理通知书: the application is accepted as of a day, and what happens until when."""

    case_number: str
    applicant: str
    one_thing: str
    matters: tuple[Matter, ...]
    accepted: date
    office: str  # in whose name the notice is given
    phone: str

    def page(self, language: str) -> Page:
        """The notice in `language`."""
        _ = words(language)
        return (
            *heading("受理通知书", "Notice of acceptance", language),
            *_about(self.case_number, self.applicant, self.one_thing, language),
            Line(_("Your application is complete and in the legal form. It is accepted as of this day:")),
            Line(day(self.accepted), bold=True, align="center"),
            Rule(),
            Line(_("Matters in this case"), bold=True),
            *(block for at, matter in enumerate(self.matters, 1) for block in matter.blocks(at, language)),
            Rule(),
            # Art. 45: this time is not counted, but its length must be told in writing.
            Line(_("Hearings, inspections, tests and expert reviews are not counted. Each is told in writing.")),
            *_sealed(self.office, self.phone, self.accepted, language),
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing or wrong: for which matter, and what would put it right."""

    material: str
    matter: str
    organ: str
    wanted: str


@dataclass(frozen=True, slots=True)
class SupplementNotice:
    """一次性补正告知书: everything that all tasks of the case miss, on one paper, once. ValueError if nothing is."""

    case_number: str
    applicant: str
    one_thing: str
    gaps: tuple[Gap, ...]
    notified: date
    working_days: int  # given to the applicant
    deadline: date
    office: str
    phone: str

    def __post_init__(self) -> None:
        if not self.gaps:
            raise ValueError("nothing is missing")

    def page(self, language: str) -> Page:
        """The notice in `language`."""
        _ = words(language)
        term = _("Please bring it within {days} working days, by this day:").format(days=self.working_days)
        return (
            *heading("一次性补正告知书", "Supplement notice", language),
            *_about(self.case_number, self.applicant, self.one_thing, language),
            Line(_("To go on we need the following. This is the whole list: nothing visible now is added later.")),
            *(block for at, gap in enumerate(self.gaps, 1) for block in _gap(at, gap, language)),
            Rule(),
            Line(term),
            Line(day(self.deadline), bold=True, wide=True, align="center"),
            Line(_("The time of the matters named above stands still until then; all others go on.")),
            Line(_("Bring this paper or the receipt. Any window takes it.")),
            *_sealed(self.office, self.phone, self.notified, language),
        )


def _gap(position: int, gap: Gap, language: str) -> tuple[Block, ...]:
    _ = words(language)
    return (
        Line(f"{position}. {gap.material}", bold=True),
        Line(_("Needed: {what}").format(what=gap.wanted), indent=2),
        Line(_("For: {matter} ({organ})").format(matter=gap.matter, organ=gap.organ), indent=2),
    )


@dataclass(frozen=True, slots=True)
class NotAcceptedNotice:
    """不予受理通知书: the application is not accepted, why (ValueError without a reason), and what can be done then.

    Terms: 60 days by the Administrative Reconsideration Law (行政复议法, 2023) Art. 20; six months by the
    Administrative Litigation Law (行政诉讼法, 2017) Art. 46.
    """

    case_number: str
    applicant: str
    one_thing: str
    reasons: tuple[str, ...]
    legal_basis: str
    decided: date
    office: str
    phone: str
    reconsideration: str  # the organ that reconsiders
    court: str

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("no reason")

    def page(self, language: str) -> Page:
        """The notice in `language`."""
        _ = words(language)
        remedy = _(
            "If you disagree, you may apply to {organ} for reconsideration within 60 days of receiving this notice,"
            " or sue at {court} within six months."
        ).format(organ=self.reconsideration, court=self.court)
        return (
            *heading("不予受理通知书", "Notice of non-acceptance", language),
            *_about(self.case_number, self.applicant, self.one_thing, language),
            Line(_("Your application is not accepted. The reason is:")),
            *(Line(f"{at}. {reason}") for at, reason in enumerate(self.reasons, 1)),
            Line(_("Legal basis: {basis}").format(basis=self.legal_basis)),
            Rule(),
            Line(remedy),
            *_sealed(self.office, self.phone, self.decided, language),
        )


def _about(number: str, applicant: str, one_thing: str, language: str) -> tuple[Block, ...]:
    _ = words(language)
    return (
        Rule(),
        *case_number(number),
        Rule(),
        Pair(_("Applicant"), applicant),
        Pair(_("One thing"), one_thing),
        Rule(),
    )


def _sealed(office: str, phone: str, given: date, language: str) -> tuple[Block, ...]:
    """Office, phone, room for the seal, date; then the receiver's signature, which proves that it was told."""
    _ = words(language)
    return (
        Rule(),
        Pair(_("Office"), office),
        Pair(_("Phone"), phone),
        Feed(2),  # room for the seal
        Blank(_("Seal")),
        Pair(_("Date of this notice"), day(given)),
        Feed(),
        *signature(language),
        Cut(),
    )
