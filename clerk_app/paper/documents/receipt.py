"""The receipt of an application, 收件凭证."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerk_app.paper.documents.blocks import PrintedMatter, case_blocks, matter_list_blocks, numbered_lines
from clerk_app.paper.documents.wording import format_minute, get_translator, heading_lines
from clerk_app.paper.page import HorizontalRule, PaperCut, PaperFeed, PaperPage, QrCode, TextLine, TwoColumnLine


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

    def to_page(self, language: str) -> PaperPage:
        """Return the receipt in `language`, with the case number as Code 128 and as QR code."""
        _ = get_translator(language)
        return (
            TextLine(self.hall, align="center"),
            *heading_lines("收件凭证", "Receipt", language),
            *case_blocks(self.case_number, self.applicant_masked, self.one_thing, language),
            TwoColumnLine(_("Received at"), format_minute(self.received_at)),
            HorizontalRule(),
            *matter_list_blocks(self.matters, language),
            HorizontalRule(),
            TextLine(_("Papers taken in"), bold=True),
            *numbered_lines(self.materials, _("None: nothing was left on paper.")),
            HorizontalRule(),
            TwoColumnLine(_("Window"), self.window),
            TwoColumnLine(_("Clerk"), self.clerk_number),
            TwoColumnLine(_("Phone"), self.phone),
            HorizontalRule(),
            TextLine(_("How to check the status"), bold=True),
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
