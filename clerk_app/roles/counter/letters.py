"""The letters of a case at the counter: which there are, and printing several of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.case_messages import MESSAGE_SHEET
from clerk_app.cases.case_record import read_case
from clerk_app.cases.objections import has_doubts
from clerk_app.cases.prints import OPEN_OUTCOMES
from clerk_app.composition.office import Office
from clerk_app.roles.case_letters import DECISION_LETTERS, list_letters
from clerk_app.roles.paper_titles import title_row
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.shared import CaseLetter, Paper
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.roles.printing import CasePrinter


def read_letters(office: Office, tx: Transaction, number: str) -> tuple[CaseLetter, ...]:
    """Return the letters of a case; none without a number, or if the case cannot be read.

    Those of decisions are left out while an objection is to be settled.
    """
    if not number:
        return ()
    try:
        rows = list_letters(tx, read_case(tx, number))
    except UNREADABLE as error:
        report_unreadable(f"letters of case {number}", error)
        return ()
    if has_doubts(tx, number):  # its results are not handed over either
        rows = [row for row in rows if row["kind"] not in DECISION_LETTERS]
    prints = tx.select("prints", case_number=number)
    asked = {row["paper"] for row in prints if row["outcome"] in OPEN_OUTCOMES}
    return tuple(
        CaseLetter(
            id=row["id"],
            title=title_row(row),
            day=office.local_time(row["made_at"]).date(),
            is_decision=row["kind"] in DECISION_LETTERS,
            is_printed=row["prints"] > 0,
            is_asked=row["id"] in asked,
            is_message=row["kind"] == MESSAGE_SHEET,
        )
        for row in rows
    )


def print_letters(printer: CasePrinter, letters: Sequence[str], shown: Paper | None) -> tuple[Paper | None, int]:
    """Print letters until one does not come out; return the last paper, or `shown` without one, and how many did."""
    count = 0
    for letter in letters:
        shown = printer.print_notice(letter)
        if not shown.printed:
            break
        count += 1
    return shown, count
