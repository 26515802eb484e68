"""A reprint is the same paper, with what its reader has to know; what holds now is another version of it."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.roles.printing import CasePrinter
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.paper.escpos_reader import read_escpos

pytestmark = sqlite_only


@pytest.fixture
def printer(office: SampleOffice) -> CasePrinter:
    return CasePrinter(office.office, "clerk-1", "1001")


@pytest.fixture
def receipt(office: SampleOffice, printer: CasePrinter) -> str:
    """Return the id of a receipt that was printed once, in Chinese."""
    number = office.door.perform(office.prepare_road(), "clerk-1").number
    printer.print_notice(f"{number}-receipt")
    office.clock.advance(hours=25)
    return f"{number}-receipt"


def last_rows(office: SampleOffice) -> list[str]:
    """Return the rows of the paper that was printed last, wide ones first."""
    paper = read_escpos(office.office.printers.spool.list_papers()[-1].read_bytes())
    return [row.strip() for row in (*paper.wide_rows, *paper.rows)]


def test_a_reprint_has_the_page_of_the_first_print_whatever_has_changed_since(
    office: SampleOffice, printer: CasePrinter, receipt: str
) -> None:
    first = last_rows(office)
    set_language("en")
    office.withdraw(receipt[:12])
    printer.print_notice(receipt)
    again = last_rows(office)
    assert again[0] == "重打 REPRINT 1"
    assert [row for row in first if row not in again] == []
    assert "申请已于 2026-05-07 撤回，以下内容不再有效。" in "".join(again)
    assert "内容以首次打印时间 2026-05-06 09:00 为准。" in "".join(again)


def test_a_new_version_has_what_holds_now_in_the_language_of_now_and_its_own_numbers(
    office: SampleOffice, printer: CasePrinter, receipt: str
) -> None:
    office.withdraw(receipt[:12])
    set_language("en")
    printer.print_new_version(receipt)
    renewed = last_rows(office)
    assert "第2版 VERSION 2" in renewed
    assert "Replaces the paper of 2026-05-06 09:00." in renewed
    assert "The application was withdrawn." in renewed
    assert not any("REPRINT" in row for row in renewed)
    printer.print_notice(receipt)
    assert last_rows(office)[0] == "重打 REPRINT 1"
    assert [row for row in renewed if row not in last_rows(office)] == []


def test_a_changed_paper_that_was_never_given_is_printed_as_it_holds_now(
    office: SampleOffice, printer: CasePrinter
) -> None:
    number = office.accept_road()
    notice = office.return_task(number, "excavation-traffic", "safety-plan").notice
    printer.print_notice(notice)
    (row,) = office.select("prints", paper=notice)
    with office.store.write() as tx:  # as if the printer had not answered
        tx.update("prints", {"id": row["id"]}, outcome="unknown")
        tx.update("notices", {"id": notice}, state="pending", prints=0)
        tx.update("supplements", {"notice": notice}, notified_at=None, deadline_at=None)
    printer.answer(row["id"], "missing")
    office.clock.advance(hours=72)
    printer.print_notice(notice)
    newest = office.select("prints", paper=notice, order=("begun_at",))[-1]
    assert (newest["version"], newest["number"], newest["source"]) == (2, 0, "")
    assert newest["deadline_at"] > row["deadline_at"]


def test_a_paper_that_an_earlier_version_printed_is_printed_again_as_a_reprint(
    office: SampleOffice, printer: CasePrinter
) -> None:
    number = office.accept_road()  # printed by EndNotice, without its content
    printer.print_notice(f"{number}-receipt")
    assert last_rows(office)[0] == "重打 REPRINT 1"
    printer.print_notice(f"{number}-receipt")
    assert last_rows(office)[0] == "重打 REPRINT 2"
    assert [row["source"] != "" for row in office.select("prints", order=("number",))] == [False, True]


def test_a_new_version_of_a_paper_that_was_not_printed_is_refused(office: SampleOffice, printer: CasePrinter) -> None:
    number = office.door.perform(office.prepare_road(), "clerk-1").number
    with pytest.raises(Refused):
        printer.print_new_version(f"{number}-receipt")
