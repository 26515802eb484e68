"""The hand-over list, 送达回证: decisions and items handed to the applicant against a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clerk_app.paper.documents.blocks import PrintedMatter, case_blocks, signature_blocks
from clerk_app.paper.documents.wording import format_day, format_minute, get_translator, heading_lines
from clerk_app.paper.page import HorizontalRule, PageBlock, PaperCut, PaperFeed, PaperPage, TextLine, TwoColumnLine


@dataclass(frozen=True, slots=True)
class PrintedDecision:
    """The decision of one organ on one matter, with its signer and reason."""

    matter: str
    organ: str
    outcome: str
    decided_on: date
    signer: str
    reason: str = ""
    replaces: str = ""  # outcome and day of the earlier decision on the matter; empty without one

    def to_blocks(self, position: int, language: str) -> tuple[PageBlock, ...]:
        """Return the decision as an item of a list; `position` counts from 1."""
        _ = get_translator(language)
        reason = (TextLine(_("Reason: {reason}").format(reason=self.reason), indent=2),) if self.reason else ()
        return (
            TextLine(f"{position}. {self.matter}", bold=True),
            TextLine(self.organ, indent=2),
            TwoColumnLine(_("Decision"), self.outcome, bold=True, indent=2),
            TwoColumnLine(_("Decided on"), format_day(self.decided_on), indent=2),
            TwoColumnLine(_("Signer"), self.signer, indent=2),
            *reason,
            *((TwoColumnLine(_("Replaces the decision"), self.replaces, indent=2),) if self.replaces else ()),
        )


@dataclass(frozen=True, slots=True)
class HandedItem:
    """A result that is handed over: the certificates of a matter, or its decision, which the list itself states."""

    name: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class HandOverList:
    """送达回证: the decisions in force and the items handed over with them, with one signature of the receiver."""

    case_number: str
    applicant: str
    one_thing: str
    decisions: tuple[PrintedDecision, ...]
    items: tuple[HandedItem, ...]
    handed_over_at: datetime
    hall: str
    window: str
    clerk_number: str
    lapsed: tuple[PrintedMatter, ...] = ()  # matters that ended without a decision (终止), each with its cause
    received_by: str = ""  # full name and role of the receiver; empty if not recorded
    known_by: str = ""  # how the clerk knew the receiver

    def to_page(self, language: str) -> PaperPage:
        """Return the hand-over list in `language`, with lines for the signature."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("送达回证", "Hand-over list", language),
            *case_blocks(self.case_number, self.applicant, self.one_thing, language),
            HorizontalRule(),
            TextLine(_("Decisions"), bold=True),
            *(
                block
                for position, decision in enumerate(self.decisions, 1)
                for block in decision.to_blocks(position, language)
            ),
            *_lapsed_blocks(self.lapsed, language),
            HorizontalRule(),
            TextLine(_("Handed over"), bold=True),
            *(block for position, item in enumerate(self.items, 1) for block in _item_blocks(position, item)),
            HorizontalRule(),
            TwoColumnLine(_("Handed over at"), format_minute(self.handed_over_at)),
            TwoColumnLine(_("Window"), self.window),
            TwoColumnLine(_("Clerk"), self.clerk_number),
            *((TwoColumnLine(_("Received by"), self.received_by),) if self.received_by else ()),
            *((TwoColumnLine(_("Known by"), self.known_by),) if self.known_by else ()),
            PaperFeed(),
            *signature_blocks(language),
            PaperCut(),
        )


def _lapsed_blocks(lapsed: tuple[PrintedMatter, ...], language: str) -> tuple[PageBlock, ...]:
    _ = get_translator(language)
    if not lapsed:
        return ()
    listed = (block for position, matter in enumerate(lapsed, 1) for block in matter.to_blocks(position, language))
    return HorizontalRule(), TextLine(_("Ended without a decision: no organ decided these"), bold=True), *listed


def _item_blocks(position: int, item: HandedItem) -> tuple[PageBlock, ...]:
    name = TextLine(f"{position}. {item.name}")
    return (name, TextLine(item.number, indent=2)) if item.number else (name,)
