"""Notices required by law when an application is incomplete, or is not accepted.

Source: Administrative Licensing Law (行政许可法, 2019), art. 32. A refusal needs a dated and sealed document.
The applicant is notified of all missing materials at once, on the spot or within five working days. The notice of an
acceptance (受理通知书), which needs a seal too, is not printed: the receipt does not replace it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clerk_app.paper.documents.blocks import case_blocks, signature_blocks
from clerk_app.paper.documents.wording import format_day, get_translator, heading_lines
from clerk_app.paper.page import (
    FillInLine,
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperFeed,
    PaperPage,
    TextLine,
    TwoColumnLine,
)


@dataclass(frozen=True, slots=True)
class MissingItem:
    """A missing or wrong material, the matter that needs it, and the required correction."""

    material: str
    matter: str
    organ: str
    correction: str
    late_reason: str = ""  # why it is requested although it was visible at the previous notice; empty otherwise


@dataclass(frozen=True, slots=True)
class SupplementNotice:
    """一次性补正告知书: all missing items of all tasks of the case, in one notice.

    Raises ValueError if there are no missing items.
    """

    case_number: str
    applicant: str
    one_thing: str
    missing_items: tuple[MissingItem, ...]
    notified_on: date
    working_days: int | None  # term given to the applicant; None if the city has changed it since
    deadline: date
    office: str
    phone: str
    checked_again: tuple[str, ...] = ()  # decided matters that are checked again when the materials come
    settled: bool = False  # nothing of the list is needed any more; for a copy that is printed later
    expected: bool = False  # `deadline` depends on a calendar that is not published yet

    def __post_init__(self) -> None:
        if not self.missing_items:
            raise ValueError("nothing is missing")

    def to_page(self, language: str) -> PaperPage:
        """Return the notice in `language`."""
        _ = get_translator(language)
        term: tuple[PageBlock, ...] = (
            TextLine(self._term_sentence(language)),
            TextLine(format_day(self.deadline), bold=True, wide=True, align="center"),
            TextLine(_("The terms of the matters named above are suspended until it is there; all others continue.")),
            TextLine(_("Bring this paper or the receipt. Any window takes it.")),
        )
        if self.settled:
            term = (TextLine(_("All of this was brought or is no longer needed."), bold=True),)
        return (
            *heading_lines("一次性补正告知书", "Supplement notice", language),
            *case_blocks(self.case_number, self.applicant, self.one_thing, language),
            HorizontalRule(),
            TextLine(_("This notice asked for the following:") if self.settled else self._request_sentence(language)),
            *(
                block
                for position, item in enumerate(self.missing_items, 1)
                for block in _missing_item_blocks(position, item, language)
            ),
            HorizontalRule(),
            *_recheck_blocks(self.checked_again, language),
            *term,
            *_seal_blocks(self.office, self.phone, self.notified_on, language),
        )

    def _term_sentence(self, language: str) -> str:
        _ = get_translator(language)
        if self.working_days is None:
            return _("Please bring it by this day (expected):") if self.expected else _("Please bring it by this day:")
        sentence = _("Please bring it within {days} working days, by this day:")
        if self.expected:
            sentence = _("Please bring it within {days} working days, expected to end on this day:")
        return sentence.format(days=self.working_days)

    def _request_sentence(self, language: str) -> str:
        _ = get_translator(language)
        return _(
            "To continue we need the following. It is the whole list of the departments named in it. What they"
            " could see by this day they ask for later only with a reason that is recorded and printed."
        )


def _missing_item_blocks(position: int, item: MissingItem, language: str) -> tuple[PageBlock, ...]:
    _ = get_translator(language)
    return (
        TextLine(f"{position}. {item.material}", bold=True),
        TextLine(_("Needed: {what}").format(what=item.correction), indent=2),
        TextLine(_("For: {matter} ({organ})").format(matter=item.matter, organ=item.organ), indent=2),
        *(
            (TextLine(_("Why it is asked for only now: {reason}").format(reason=item.late_reason), indent=2),)
            if item.late_reason
            else ()
        ),
    )


def _recheck_blocks(matters: tuple[str, ...], language: str) -> tuple[PageBlock, ...]:
    _ = get_translator(language)
    if not matters:
        return ()
    sentence = _(
        "These matters were decided on the earlier version of one of these materials. When the new one is brought,"
        " the departments check these decisions again:"
    )
    return TextLine(sentence), *(TextLine(f"- {matter}", indent=2) for matter in matters), HorizontalRule()


@dataclass(frozen=True, slots=True)
class NotAcceptedNotice:
    """不予受理通知书: the application is not accepted, the reasons, and the remedies.

    Raises ValueError if there are no reasons. The terms are 60 days by the Administrative Reconsideration
    Law (行政复议法, 2023) art. 20 and six months by the Administrative Litigation Law (行政诉讼法, 2017) art. 46.
    """

    case_number: str
    applicant: str
    one_thing: str
    reasons: tuple[str, ...]
    legal_basis: str
    decided_on: date
    office: str
    phone: str
    reconsideration_organ: str  # organ that decides on a reconsideration
    court: str
    other_parties: tuple[tuple[str, str], ...] = ()  # role and name of those who came too, such as an agent

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("no reason")

    def to_page(self, language: str) -> PaperPage:
        """Return the notice in `language`."""
        _ = get_translator(language)
        remedy = _(
            "If you disagree, you may apply to {organ} for reconsideration within 60 days of receiving this notice,"
            " or sue at {court} within six months."
        ).format(organ=self.reconsideration_organ, court=self.court)
        return (
            *heading_lines("不予受理通知书", "Notice of non-acceptance", language),
            *case_blocks(self.case_number, self.applicant, self.one_thing, language, self.other_parties),
            HorizontalRule(),
            TextLine(_("Your application is not accepted. The reason is:")),
            *(TextLine(f"{position}. {reason}") for position, reason in enumerate(self.reasons, 1)),
            TextLine(_("Legal basis: {basis}").format(basis=self.legal_basis)),
            HorizontalRule(),
            TextLine(remedy),
            *_seal_blocks(self.office, self.phone, self.decided_on, language),
        )


def _seal_blocks(office: str, phone: str, given: date, language: str) -> tuple[PageBlock, ...]:
    """Return office, phone, space for the seal, the date, and signature lines of the receiver as proof of delivery."""
    _ = get_translator(language)
    return (
        HorizontalRule(),
        TwoColumnLine(_("Office"), office),
        TwoColumnLine(_("Phone"), phone),
        PaperFeed(2),  # space for the seal
        FillInLine(_("Seal")),
        TwoColumnLine(_("Date of this notice"), format_day(given)),
        PaperFeed(),
        *signature_blocks(language),
        PaperCut(),
    )
