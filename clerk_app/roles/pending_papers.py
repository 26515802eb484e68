"""Describes notices that are not printed yet, for the list that a window offers between visits."""

from __future__ import annotations

from clerk_app.cases.case_record import read_case
from clerk_app.cases.notices import DEEMED, EXTENSION, EXTERNAL_LETTER, EXTERNAL_WAIT, PROCEDURE, REFERRAL
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.paper_titles import PENDING_REASONS, title_paper
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED
from clerk_app.views.shared import PendingPaper
from db.engines import Row, Transaction

_REASONS = {
    "supplement": mark("A department asks for papers."),
    PROCEDURE: mark("A department has begun a special procedure."),
    EXTENSION: mark("A time limit was extended."),
    REFERRAL: mark("A matter was referred to the superior organ."),
    EXTERNAL_WAIT: mark("A department waits for another office."),
    DEEMED: mark("A matter was approved by the lapse of time."),
    EXTERNAL_LETTER: mark("A department asks another office for a document."),
}


def describe_pending(tx: Transaction, visit: Row | None, notice: Row) -> PendingPaper:
    """Return what identifies a notice that is not printed: its case, the applicant, and the matters.

    `visit` is the one that is under way at this window.
    """
    asked, case = notice["kind"] in PENDING_REASONS, read_case(tx, notice["case_number"])
    waiting = {row["task"] for row in case.supplements if row["notice"] == notice["id"] and row["answered_at"] is None}
    matters = [task["matter"] for task in case.tasks if asked and task["id"] in waiting]
    return PendingPaper(
        id=notice["id"],
        title=title_paper(notice["kind"]),
        case_number=notice["case_number"],
        applicant=format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
        subject=format_list(localize(case.catalogue.matter(matter).name) for matter in matters)
        or localize(case.plan.one_thing.name),
        reason=translate(_REASONS[notice["kind"]]) if asked else _("It did not come out of the printer."),
        is_of_visit=visit is not None and case.row["visit"] == visit["id"],
    )


def build_unreadable_pending(notice: Row) -> PendingPaper:
    """Return the row of a notice whose case cannot be displayed, so that it cannot be printed."""
    sentence = _("The paper of case {number} cannot be displayed: what it needs is not in this store.")
    return PendingPaper(
        id=notice["id"],
        title=title_paper(str(notice["kind"])),
        case_number=notice["case_number"],
        applicant="",
        subject=translate(CANNOT_BE_DISPLAYED),
        reason=sentence.format(number=notice["case_number"]),
    )
