"""Titles of the papers of a case, by kind."""

from __future__ import annotations

from clerk_app.cases.case_messages import MESSAGE_SHEET
from clerk_app.cases.delivery.result_set import CERTIFICATE
from clerk_app.cases.listed_receipts import RECEIPT_LIST
from clerk_app.cases.notices import DEEMED, EXTENSION, EXTERNAL_LETTER, EXTERNAL_WAIT, PROCEDURE, REFERRAL, TAKEN_IN
from clerk_app.locales import format_list, mark, translate
from db.engines import Row

SIGNED_SHEET = "co_signature"
"""Kind of the sheet that a further party signs."""
NOTICE_TITLES: dict[str, str] = {
    "receipt": mark("Receipt"),
    RECEIPT_LIST: mark("List of receipts"),
    TAKEN_IN: mark("Receipt for papers handed in later"),
    "supplement": mark("Supplement notice"),
    "not_accepted": mark("Notice of non-acceptance"),
    "hand_over": mark("Hand-over list"),
    PROCEDURE: mark("Notice of a special procedure"),
    EXTENSION: mark("Notice of an extension"),
    REFERRAL: mark("Notice of a referral"),
    EXTERNAL_WAIT: mark("Notice of a wait for another office"),
    EXTERNAL_LETTER: mark("Letter to another office"),
    DEEMED: mark("Notice of a deemed approval"),
    CERTIFICATE: mark("Certificate"),
    "acceptance": mark("Notice of acceptance"),
    "gap": mark("Notice of acceptance with gaps"),
    "commitment": mark("Notification and commitment"),
    "guide": mark("Service guide"),
    "one_time": mark("Notice of everything that is missing"),
    "licence_copy": mark("Copy of a licence"),
    SIGNED_SHEET: mark("Sheet with a co-signature"),
    "promise": mark("Sheet with promises"),
    "approval": mark("Decision of approval"),
    "refusal": mark("Decision of refusal"),
    "revocation": mark("Notice of revocation"),
    MESSAGE_SHEET: mark("Message to the citizen"),
}
PENDING_REASONS: dict[str, str] = {
    "supplement": mark("A department asks for papers: to be printed and handed to the applicant."),
    PROCEDURE: mark("A department has begun a special procedure: to be printed and handed to the applicant."),
    EXTENSION: mark("A time limit was extended: to be printed and handed to the applicant."),
    REFERRAL: mark("A matter was referred to the superior organ: to be printed and handed to the applicant."),
    EXTERNAL_WAIT: mark("A department waits for another office: to be printed and handed to the applicant."),
    DEEMED: mark("A matter was approved by the lapse of time: to be printed and handed to the applicant."),
    EXTERNAL_LETTER: mark("A department asks another office for a document: to be printed, sealed and sent."),
}
"""Why a notice that no act of the window has made waits to be printed, by kind."""


def title_paper(kind: str) -> str:
    """Return the title of a kind of paper in the current language; the kind itself if it has none here."""
    return translate(NOTICE_TITLES.get(kind, kind))


def title_row(row: Row) -> str:
    """Return the title of a notice, letter or print, with the matter of a letter about one."""
    return format_list(filter(None, (title_paper(row["kind"]), row.get("subject", ""))), ":")
