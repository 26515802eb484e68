"""Scenario 7 at the counter: after a printer error or a power cut nothing is lost and nothing is printed twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.paper.escpos_reader import read_escpos
from tests.paper.tcp_printer import tcp_printer
from tests.roles.conftest import NoCamera
from tests.roles.workflows import accept_birth, prepare_birth
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]


def _sign_in_after_restart(office: Office) -> CounterService:
    service = open_workstation(open_office(office.folder), NoCamera()).sign_in("1001", CITY_PIN).counter
    assert service is not None
    return service


def test_a_receipt_that_did_not_print_is_offered_after_a_restart(
    counter: CounterService, code: Code, office: Office
) -> None:
    (office.printers.spool.folder / OUT_OF_PAPER).touch()
    number = accept_birth(counter, code("mother"))
    view = counter.read_view()
    assert view.receipt is not None
    assert not view.receipt.printed
    assert "out of paper" in view.receipt.error
    assert view.status.papers == len(view.unprinted) == 1  # it is on the screen, and still to be printed
    again = _sign_in_after_restart(office).read_view()
    assert again.serving is not None
    assert [(paper.id, paper.is_of_visit) for paper in again.unprinted] == [(f"{number}-receipt", True)]


@pytest.mark.wide
def test_a_receipt_is_offered_once(counter: CounterService, code: Code, office: Office) -> None:
    empty = office.printers.spool.folder / OUT_OF_PAPER
    empty.touch()
    number = accept_birth(counter, code("mother"))
    empty.unlink()
    service = _sign_in_after_restart(office)
    assert service.reprint_paper(f"{number}-receipt").receipt is not None
    assert _sign_in_after_restart(office).read_view().unprinted == ()


@pytest.mark.wide
def test_the_ticket_is_still_being_served_after_a_restart(counter: CounterService, office: Office) -> None:
    ticket = counter.call_next().serving
    assert ticket is not None
    again = _sign_in_after_restart(office).read_view().serving
    assert again is not None
    assert again.number == ticket.number


def test_all_typed_values_are_kept_after_a_restart(counter: CounterService, code: Code, office: Office) -> None:
    before = prepare_birth(counter, code("mother")).intake
    after = _sign_in_after_restart(office).read_view().intake
    assert before is not None
    assert after is not None
    assert [(row.id, row.value) for row in after.fields] == [(row.id, row.value) for row in before.fields]
    assert after.gaps == before.gaps == ()


@pytest.mark.wide
def test_an_invalid_value_is_kept_with_an_error_at_its_field(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("bank_account", "12")
    assert view.intake is not None
    row = next(row for row in view.intake.fields if row.id == "bank_account")
    assert row.value == "12"
    assert row.error
    assert view.intake.gaps


@pytest.mark.wide
def test_no_ticket_is_issued_without_its_slip(workstation: Workstation, office: Office) -> None:
    kiosk = workstation.open_kiosk()
    before = [row.ahead for row in kiosk.read_view().categories]
    (office.printers.spool.folder / OUT_OF_PAPER).touch()
    with pytest.raises(OutOfReach, match="cannot print a ticket"):
        kiosk.take_ticket("A")
    assert [row.ahead for row in kiosk.read_view().categories] == before


@pytest.mark.wide
def test_a_paper_in_a_folder_is_not_called_printed(counter: CounterService, code: Code, office: Office) -> None:
    for slip in office.printers.spool.list_papers():
        slip.unlink()
    accept_birth(counter, code("mother"))
    paper = counter.read_view().receipt
    assert paper is not None
    assert paper.delivery == "Written to the folder spool; please check that it comes out."
    again = counter.reprint_paper(paper.id).receipt
    assert again is not None
    assert again.delivery == "Written to the folder spool, where 2 papers wait; please check the printer."


@pytest.mark.wide
def test_a_receipt_of_a_printer_that_ran_out_is_printed_once_and_confirmed_by_it(
    counter: CounterService, code: Code, office: Office
) -> None:
    """On a receipt printer, with its bytes: no paper, the power is cut, a new roll, then no confirmation."""
    with tcp_printer(has_paper=False) as printer:
        settings = office.folder / "office.toml"
        table = f'\n[[printers]]\nname = "receipts"\ndevice = "{printer.device}"\npatience_seconds = 2\n'
        settings.write_text(settings.read_text("utf-8") + table, "utf-8")
        service = _sign_in_after_restart(office)
        number = accept_birth(service, code("mother"))
        receipt = service.read_view().receipt
        assert receipt is not None
        assert (receipt.printed, printer.papers) == (False, [])

        printer.has_paper = True
        service = _sign_in_after_restart(office)
        assert [paper.id for paper in service.read_view().unprinted] == [f"{number}-receipt"]
        receipt = service.reprint_paper(f"{number}-receipt").receipt
        assert receipt is not None
        assert (receipt.printed, receipt.delivery) == (True, "")
        (paper,) = map(read_escpos, printer.papers)
        assert number in {text for _kind, text in paper.codes()}
        assert not any("REPRINT" in row for row in paper.wide_rows)
        assert _sign_in_after_restart(office).read_view().unprinted == ()

        printer.mode = "wrong number"  # it prints, and confirms another job
        receipt = service.reprint_paper(f"{number}-receipt").receipt
        assert receipt is not None
        assert (receipt.printed, receipt.is_unknown) == (False, True)
        service = _sign_in_after_restart(office)
        (question,) = service.read_view().print_questions
        with pytest.raises(Refused):
            service.reprint_paper(f"{number}-receipt")  # not before it is answered
        assert service.answer_print(question.id, "came_out").print_questions == ()
        (listed,) = service.open_case(number).case_papers
        assert [row.outcome for row in listed.prints] == ["printed, confirmed by the clerk", "printed"]
