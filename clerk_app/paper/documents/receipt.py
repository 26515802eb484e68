"""The receipts for what was handed in: with the application (收件凭证), and later (补交材料收件凭证)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clerk_app.paper.documents.blocks import (
    PrintedDates,
    PrintedMatter,
    case_blocks,
    case_date_lines,
    matter_list_blocks,
    numbered_lines,
)
from clerk_app.paper.documents.wording import format_day, format_minute, get_translator, heading_lines
from clerk_app.paper.page import (
    HorizontalRule,
    PageBlock,
    PaperCut,
    PaperPage,
    TextLine,
    TwoColumnLine,
)


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """收件凭证: the submitted materials, and the case number for enquiries. It is not changed after printing."""

    case_number: str  # 12 digits
    applicant_masked: str  # masked name without identity number, since receipts get lost
    one_thing: str
    matters: tuple[PrintedMatter, ...]
    materials: tuple[str, ...]  # materials submitted on paper, without those that the city already holds
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str
    dates: PrintedDates | None = None  # of the whole case, unless it was withdrawn or not accepted
    first_promised: date | None = None  # promised on the day of acceptance, if another date holds now
    results_by: date | None = None  # of a case that is decided: when its last result is made out
    may_follow: tuple[str, ...] = ()  # materials without which the case was accepted (容缺), still to be brought
    is_organisation: bool = False  # the applicant has a credit code, no identity number
    held: tuple[str, ...] = ()  # materials from the city's records, each with how the consent was confirmed
    other_parties: tuple[tuple[str, str], ...] = ()  # role and masked name of those who came too, such as an agent
    added_materials: tuple[str, ...] = ()  # taken in on paper after the acceptance; for a copy that is printed later
    withdrawn: bool = False  # the application was withdrawn
    suspended: bool = False  # no date holds until the requested materials are handed in

    def to_page(self, language: str) -> PaperPage:
        """Return the receipt in `language`, with the case number as Code 128 and as QR code."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("收件凭证", "Receipt", language),
            *case_blocks(self.case_number, self.applicant_masked, self.one_thing, language, self.other_parties),
            TwoColumnLine(_("Received at"), format_minute(self.received_at)),
            *self._case_date_blocks(language),
            HorizontalRule(),
            *matter_list_blocks(self.matters, language),
            HorizontalRule(),
            TextLine(_("Papers taken in"), bold=True),
            *numbered_lines(self.materials, _("None: nothing was left on paper.")),
            *self._added_blocks(language),
            *self._held_blocks(language),
            *self._may_follow_blocks(language),
            *_closing_blocks(self, language),
        )

    def _added_blocks(self, language: str) -> tuple[PageBlock, ...]:
        _ = get_translator(language)
        if not self.added_materials:
            return ()
        heading = TextLine(_("Papers taken in later"), bold=True)
        return (HorizontalRule(), heading, *numbered_lines(self.added_materials, ""))

    def _held_blocks(self, language: str) -> tuple[PageBlock, ...]:
        _ = get_translator(language)
        if not self.held:
            return ()
        heading = TextLine(_("Taken from the city's records"), bold=True)
        return (HorizontalRule(), heading, *numbered_lines(self.held, ""))

    def _may_follow_blocks(self, language: str) -> tuple[PageBlock, ...]:
        _ = get_translator(language)
        if not self.may_follow:
            return ()
        heading = TextLine(_("Accepted without these; please bring them"), bold=True)
        return (HorizontalRule(), heading, *numbered_lines(self.may_follow, ""))

    def _case_date_blocks(self, language: str) -> tuple[PageBlock, ...]:
        _ = get_translator(language)
        if self.withdrawn:
            return HorizontalRule(), TextLine(_("The application was withdrawn."), bold=True)
        heading = TextLine(_("All results are ready by"), bold=True)
        blocks = case_date_lines(self.dates, self.matters, language) if self.dates is not None else ()
        if self.suspended:
            blocks = (TextLine(_("The date is set again when the papers asked for are brought.")),)
        if self.results_by is not None:
            blocks = (TwoColumnLine(_("Decided; results by"), format_day(self.results_by)),)
            if self.dates is not None and self.dates.promised is not None:
                blocks = (*blocks, TwoColumnLine(_("Promised"), format_day(self.dates.promised)))
        if self.first_promised is not None:
            blocks = (*blocks, TwoColumnLine(_("Promised at acceptance"), format_day(self.first_promised)))
        return (HorizontalRule(), heading, *blocks) if blocks else ()


@dataclass(frozen=True, slots=True)
class SupplementReceipt:
    """补交材料收件凭证: the materials that were handed in after the acceptance, and those still to be brought."""

    case_number: str
    applicant_masked: str
    is_organisation: bool
    one_thing: str
    materials: tuple[str, ...]
    still_missing: tuple[str, ...]  # requested by an organ, or may follow (容缺)
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str

    def to_page(self, language: str) -> PaperPage:
        """Return the receipt in `language`, with the case number as Code 128 and as QR code."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("补交材料收件凭证", "Receipt for papers handed in later", language),
            *case_blocks(self.case_number, self.applicant_masked, self.one_thing, language),
            TwoColumnLine(_("Received at"), format_minute(self.received_at)),
            HorizontalRule(),
            TextLine(_("Papers taken in"), bold=True),
            *numbered_lines(self.materials, _("None: nothing was left on paper.")),
            HorizontalRule(),
            TextLine(_("Still to be brought"), bold=True),
            *numbered_lines(self.still_missing, _("Nothing more is asked for.")),
            *_closing_blocks(self, language),
        )


def _closing_blocks(receipt: CaseReceipt | SupplementReceipt, language: str) -> tuple[PageBlock, ...]:
    """Return who served where, how the status of the case is checked, and the cut."""
    _ = get_translator(language)
    return (
        HorizontalRule(),
        TwoColumnLine(_("Window"), receipt.window),
        TwoColumnLine(_("Clerk"), receipt.clerk_number),
        TwoColumnLine(_("Phone"), receipt.phone),
        HorizontalRule(),
        TextLine(_("How to check the status"), bold=True),
        TextLine(_status_query_hint(language, is_organisation=receipt.is_organisation)),
        PaperCut(),
    )


def _status_query_hint(language: str, *, is_organisation: bool) -> str:
    _ = get_translator(language)
    if is_organisation:
        return _(
            "At any window, at the kiosk or by phone: give the case number and the last four characters of"
            " the applicant's social credit code. Bring this receipt when you come back."
        )
    return _(
        "At any window, at the kiosk or by phone: give the case number and the last four characters of"
        " the applicant's identity number. Bring this receipt when you come back."
    )
